"""People displaced or hosted: live on aid and work, wait, apply, integrate, move on, go home."""

"""What people flee from at home."""

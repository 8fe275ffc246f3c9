"""The command line: one function a command, and what belongs to no other package. See `main`."""

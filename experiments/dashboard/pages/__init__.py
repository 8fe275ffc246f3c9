"""The pages, a file each; each has `add(room)`, which puts it under its address."""

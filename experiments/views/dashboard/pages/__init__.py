"""The pages, a file each; each has `add(app_state)`, which puts it under its address."""

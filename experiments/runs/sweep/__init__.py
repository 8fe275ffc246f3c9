"""Many runs from one command: a plan on disk, workers that claim its runs, launchers that start workers, a driver."""

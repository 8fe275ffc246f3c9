"""What states decide by themselves."""

"""The toy world: twelve places whose every number is an assumption, for teaching and for tests."""

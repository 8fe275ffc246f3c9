"""The dashboard: pages on the loopback for those who write no code. All model work is done in other processes."""

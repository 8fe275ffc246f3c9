"""The dashboard: pages on the loopback where somebody who writes no code compares policies. All model work is in other processes."""

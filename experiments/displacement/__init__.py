"""Displacement cases: run one, hold many against registrations and the peer, fit their parameters, draw them."""

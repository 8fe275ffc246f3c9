"""Refusals, orders, ways back, and how coming back goes."""

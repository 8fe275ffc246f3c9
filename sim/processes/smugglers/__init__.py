"""Prices and seats."""

"""Claim asylum, stay without papers, take up a permit, or be hosted."""

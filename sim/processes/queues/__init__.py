"""Scarce places and decisions: regular places, visas, asylum, appeals, resettlement, relocation."""

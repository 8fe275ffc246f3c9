"""Residents: work, send money, repay, stay or leave."""

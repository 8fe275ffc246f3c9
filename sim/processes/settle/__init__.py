"""Residents of Europe: work, send money, repay, stay or leave."""

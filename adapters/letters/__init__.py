"""Settling dead letters: looking at one, saying what would come of sending it again, and doing it once."""

"""Canopy over HTTP: its clients as ours, its answers as values."""

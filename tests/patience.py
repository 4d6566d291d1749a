"""How long a test waits for what must come."""

PATIENCE_SECONDS = 120.0
"""Costs nothing where it comes, and a machine that does much else beside may need it. Below the time that a whole test has."""

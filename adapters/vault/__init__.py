"""Tokens of QuickBooks companies: sealed in the database, refreshed by one process at a time."""

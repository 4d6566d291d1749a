"""Folds the log on its own, and compares with it all that was built from it or tells of it."""

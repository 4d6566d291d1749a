"""The console in a real browser. A package, so that its system ends with the last of these tests."""

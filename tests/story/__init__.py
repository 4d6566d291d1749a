"""What people live through. A package, so that its system ends with the last of these tests."""

"""Two gateways on one database. A package, so that its system ends with the last of these tests."""

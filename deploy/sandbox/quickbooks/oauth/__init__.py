"""Intuit's sign-in: discovery, the page on which a person chooses a company, tokens and their ends."""

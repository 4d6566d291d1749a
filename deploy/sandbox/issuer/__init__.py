"""The stand-in for an organization's OpenID Connect issuer: people are chosen on a page, and nothing of them is secret."""

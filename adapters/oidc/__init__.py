"""People's sign-in at an OpenID Connect issuer: the way there and back, what its tokens say, and who that is to us."""

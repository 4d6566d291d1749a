"""What is kept of a secret that a browser holds: who reads the database could use none of them."""

from hashlib import sha256


def hashed(secret: str) -> str:
    """Give what is kept of it. It may hold what a browser sent and no text is: a cookie's odd bytes."""
    return sha256(secret.encode(errors="surrogateescape")).hexdigest()

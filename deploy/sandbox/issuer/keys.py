"""Keys that tokens are signed with; the newest one signs, and all that are published are believed."""

import secrets
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec

ALGORITHM = "ES256"


class SigningKey:
    """One key and its id; `public` is what is published of it (RFC 7517)."""

    def __init__(self, kid: str | None = None) -> None:
        self.kid = kid or secrets.token_hex(4)
        self._private = ec.generate_private_key(ec.SECP256R1())
        of_curve: dict[str, Any] = jwt.algorithms.ECAlgorithm.to_jwk(self._private.public_key(), as_dict=True)
        self.public = of_curve | {"kid": self.kid, "use": "sig", "alg": ALGORITHM}

    def sign(self, claims: dict[str, Any]) -> str:
        """Write the claims as a signed token."""
        return jwt.encode(claims, self._private, ALGORITHM, {"kid": self.kid})

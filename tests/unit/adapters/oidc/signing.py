"""Signs tokens as an issuer does."""

import time
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa

ISSUER = "https://issuer.example"
CLIENT = "our-client"


class Signer:
    """A key with its id, by default on a curve, which is made in no time."""

    def __init__(self, kid: str = "one", algorithm: str = "ES256", bits: int = 2048) -> None:
        self.kid = kid
        self.algorithm = algorithm
        self._private: Any
        kind: Any
        if algorithm.startswith("ES"):
            self._private = ec.generate_private_key(ec.SECP256R1())
            kind = jwt.algorithms.ECAlgorithm
        else:
            self._private = rsa.generate_private_key(65537, bits)
            kind = jwt.algorithms.RSAAlgorithm
        self.public: dict[str, Any] = kind.to_jwk(self._private.public_key(), as_dict=True) | {
            "kid": kid,
            "use": "sig",
        }
        self.private: dict[str, Any] = kind.to_jwk(self._private, as_dict=True) | {"kid": kid}

    def sign(self, claims: dict[str, Any], **head: Any) -> str:
        """Sign what a token is to say. A head's part that is None is left out."""
        parts = {"kid": self.kid} | head
        return jwt.encode(
            claims, self._private, self.algorithm, {name: part for name, part in parts.items() if part}
        )


def claims(**changed: Any) -> dict[str, Any]:
    """Give what a good ID token says; None leaves a claim out."""
    now = int(time.time())
    said = {
        "iss": ISSUER,
        "aud": CLIENT,
        "sub": "ana",
        "iat": now,
        "exp": now + 300,
        "nonce": "a-nonce",
    } | changed
    return {name: value for name, value in said.items() if value is not None}

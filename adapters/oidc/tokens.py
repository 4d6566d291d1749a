"""Reads a token of the issuer: its signature first, then that it is meant for us, now. PyJWT does the cryptography.

No error repeats anything of a token.
"""

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from hmac import compare_digest
from typing import Any

import jwt

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""Signatures with a private key that only the issuer has. `none` and the shared secrets of HS256 are not among them."""

LEEWAY_SECONDS = 60
"""By so much the issuer's clock may differ from ours."""

LONGEST_TOKEN = 16 * 1024
MOST_KEYS = 100
_NEEDED = ["iss", "aud", "sub", "exp", "iat"]


class TokenRefusal(StrEnum):
    """Why a token is not believed; for the security log."""

    UNREADABLE = "unreadable"
    ALGORITHM = "algorithm"
    KEY_UNKNOWN = "key_unknown"
    SIGNATURE = "signature"
    CLAIM_MISSING = "claim_missing"
    EXPIRED = "expired"
    NOT_YET = "not_yet"
    OTHER_ISSUER = "other_issuer"
    OTHER_AUDIENCE = "other_audience"
    OTHER_NONCE = "other_nonce"


class TokenRefusedError(Exception):
    """The token is not believed."""

    def __init__(self, why: TokenRefusal) -> None:
        super().__init__(why)
        self.why = why


class SigningKeys:
    """The keys that an issuer signs with, as it publishes them (RFC 7517)."""

    def __init__(self, published: Sequence[object]) -> None:
        # A key whose private half is published signs for anybody.
        self._keys = [
            key
            for key in published[:MOST_KEYS]
            if isinstance(key, dict) and key.get("use") in (None, "sig") and "d" not in key
        ]

    def has(self, kid: str | None) -> bool:
        """Say whether one of them has this id; a token may name none where there is one key only."""
        return bool(self._named(kid))

    def usable(self, kid: str | None, algorithm: str) -> Iterator[jwt.PyJWK]:
        """Give those that can have signed a token."""
        for key in self._named(kid):
            if key.get("alg") in (None, algorithm):
                try:
                    yield jwt.PyJWK(key, algorithm)
                except (jwt.PyJWTError, ValueError, TypeError):
                    continue  # of another kind than the algorithm, or no key at all

    def _named(self, kid: str | None) -> list[dict[str, Any]]:
        if kid is None:
            return self._keys if len(self._keys) == 1 else []
        return [key for key in self._keys if key.get("kid") == kid]


def key_id_of(token: str) -> str | None:
    """Say which key a token claims to be signed with.

    Raises:
        TokenRefusedError: it can't be read, or has an algorithm that we don't take.
    """
    return _head(token)[0]


def read_token(token: str, keys: SigningKeys, issuer: str, audience: str) -> Mapping[str, Any]:
    """Give the claims of a token that the issuer signed, for the audience, and that holds now.

    Raises:
        TokenRefusedError: it is not one.
    """
    kid, algorithm = _head(token)
    refusal = TokenRefusal.KEY_UNKNOWN
    for key in keys.usable(kid, algorithm):
        try:
            claims: Mapping[str, Any] = jwt.decode(
                token,
                key,
                algorithms=[algorithm],
                issuer=issuer,
                audience=audience,
                leeway=LEEWAY_SECONDS,
                options={"require": _NEEDED, "enforce_minimum_key_length": True},
            )
        except (jwt.PyJWTError, ValueError, RecursionError) as error:
            refusal = _why(error)
        else:
            return claims
    raise TokenRefusedError(refusal)


def read_id_token(
    token: str, keys: SigningKeys, issuer: str, client_id: str, nonce: str
) -> Mapping[str, Any]:
    """Give the claims of an ID token that was made for this sign-in (OpenID Connect Core, 3.1.3.7).

    Raises:
        TokenRefusedError: it is none.
    """
    claims = read_token(token, keys, issuer, client_id)
    audience, party = claims["aud"], claims.get("azp")
    several = isinstance(audience, list) and len(audience) > 1
    if (several or party is not None) and party != client_id:
        raise TokenRefusedError(TokenRefusal.OTHER_AUDIENCE)
    said = claims.get("nonce")
    # JSON may hold half of a character, which is no text that can be written.
    if not isinstance(said, str) or not compare_digest(said.encode(errors="replace"), nonce.encode()):
        raise TokenRefusedError(TokenRefusal.OTHER_NONCE)
    return claims


def _head(token: str) -> tuple[str | None, str]:
    if len(token) > LONGEST_TOKEN:
        raise TokenRefusedError(TokenRefusal.UNREADABLE)
    try:
        head = jwt.get_unverified_header(token)
    except (jwt.PyJWTError, ValueError, RecursionError):
        raise TokenRefusedError(TokenRefusal.UNREADABLE) from None
    kid, algorithm = head.get("kid"), head.get("alg")
    if algorithm not in ALGORITHMS:
        raise TokenRefusedError(TokenRefusal.ALGORITHM)
    return (kid if isinstance(kid, str) else None), str(algorithm)


def _why(error: Exception) -> TokenRefusal:
    match error:
        case jwt.ExpiredSignatureError():
            return TokenRefusal.EXPIRED
        case jwt.ImmatureSignatureError():
            return TokenRefusal.NOT_YET
        case jwt.InvalidIssuerError():
            return TokenRefusal.OTHER_ISSUER
        case jwt.InvalidAudienceError():
            return TokenRefusal.OTHER_AUDIENCE
        case jwt.MissingRequiredClaimError():
            return TokenRefusal.CLAIM_MISSING
        case jwt.InvalidSignatureError() | jwt.InvalidKeyError():
            return TokenRefusal.SIGNATURE
        case _:
            return TokenRefusal.UNREADABLE

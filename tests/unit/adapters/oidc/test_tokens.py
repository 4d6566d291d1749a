"""A token is believed if the issuer signed it, for us, for this sign-in, and it holds now."""

import base64
import json
import time
from typing import Any

import pytest

from adapters.oidc.tokens import (
    LONGEST_TOKEN,
    SigningKeys,
    TokenRefusal,
    TokenRefusedError,
    key_id_of,
    read_id_token,
    read_token,
)
from tests.unit.adapters.oidc.signing import CLIENT, ISSUER, Signer, claims

SIGNER = Signer()
KEYS = SigningKeys([SIGNER.public])
LONG_AGO = int(time.time()) - 3600


def refusal(token: str, keys: SigningKeys = KEYS) -> TokenRefusal:
    """Say why a token is refused."""
    with pytest.raises(TokenRefusedError) as refused:
        read_id_token(token, keys, ISSUER, CLIENT, "a-nonce")
    return refused.value.why


def part(said: dict[str, Any]) -> str:
    """Write a part of a token."""
    return base64.urlsafe_b64encode(json.dumps(said).encode()).rstrip(b"=").decode()


def test_what_the_issuer_signed_for_us_is_believed() -> None:
    """With the key that it names, or with the only one there is; by either kind of key."""
    assert read_id_token(SIGNER.sign(claims()), KEYS, ISSUER, CLIENT, "a-nonce")["sub"] == "ana"
    assert read_id_token(SIGNER.sign(claims(), kid=None), KEYS, ISSUER, CLIENT, "a-nonce")["sub"] == "ana"
    rsa = Signer("two", "RS256")
    both = SigningKeys([SIGNER.public, rsa.public])
    assert read_token(rsa.sign(claims(aud=["other", CLIENT])), both, ISSUER, CLIENT)["sub"] == "ana"


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"aud": "another-client"}, TokenRefusal.OTHER_AUDIENCE),
        ({"aud": [CLIENT, "another-client"]}, TokenRefusal.OTHER_AUDIENCE),
        ({"azp": "another-client"}, TokenRefusal.OTHER_AUDIENCE),
        ({"aud": None}, TokenRefusal.CLAIM_MISSING),
        ({"iss": "https://another.example"}, TokenRefusal.OTHER_ISSUER),
        ({"iss": f"{ISSUER}/"}, TokenRefusal.OTHER_ISSUER),
        ({"exp": LONG_AGO}, TokenRefusal.EXPIRED),
        ({"exp": None}, TokenRefusal.CLAIM_MISSING),
        ({"sub": None}, TokenRefusal.CLAIM_MISSING),
        ({"iat": LONG_AGO + 7200}, TokenRefusal.NOT_YET),
        ({"nbf": LONG_AGO + 7200}, TokenRefusal.NOT_YET),
        ({"nonce": "the-nonce-of-another-sign-in"}, TokenRefusal.OTHER_NONCE),
        ({"nonce": None}, TokenRefusal.OTHER_NONCE),
        ({"nonce": ["a-nonce"]}, TokenRefusal.OTHER_NONCE),
        ({"nonce": "\ud800"}, TokenRefusal.OTHER_NONCE),
    ],
)
def test_what_is_not_for_us_now_is_refused(changed: dict[str, Any], why: TokenRefusal) -> None:
    """Though the issuer has signed it."""
    assert refusal(SIGNER.sign(claims(**changed))) is why


def test_what_the_issuer_did_not_sign_is_refused() -> None:
    """Unsigned, signed with a key of somebody's or with what everybody knows, or changed on the way."""
    unsigned = f"{part({'alg': 'none', 'kid': 'one'})}.{part(claims())}."
    assert refusal(unsigned) is TokenRefusal.ALGORITHM
    for shared in ("HS256", "hs256", "nOnE", None, 7):
        assert (
            refusal(f"{part({'alg': shared, 'kid': 'one'})}.{part(claims())}.AAAA") is TokenRefusal.ALGORITHM
        )
    assert refusal(Signer("one").sign(claims())) is TokenRefusal.SIGNATURE
    assert refusal(Signer("two").sign(claims())) is TokenRefusal.KEY_UNKNOWN
    head, _, signature = SIGNER.sign(claims()).split(".")
    assert refusal(f"{head}.{part(claims(sub='somebody-else'))}.{signature}") is TokenRefusal.SIGNATURE


def test_a_key_signs_by_its_own_algorithm_alone() -> None:
    """One of another kind under the same id signs nothing, and neither does one for another use or one that everybody has."""
    rsa = Signer("one", "RS256")
    assert refusal(SIGNER.sign(claims()), SigningKeys([rsa.public])) is TokenRefusal.KEY_UNKNOWN
    other = SigningKeys([SIGNER.public | {"alg": "ES384"}])
    assert refusal(SIGNER.sign(claims()), other) is TokenRefusal.KEY_UNKNOWN
    for published in (SIGNER.public | {"use": "enc"}, SIGNER.private, {}, "a key", None):
        assert refusal(SIGNER.sign(claims()), SigningKeys([published])) is TokenRefusal.KEY_UNKNOWN


@pytest.mark.filterwarnings("ignore::jwt.warnings.InsecureKeyLengthWarning")  # of signing; reading refuses
def test_a_key_that_can_be_guessed_is_none() -> None:
    """An issuer that signs with it is badly set up."""
    short = Signer("one", "RS256", bits=1024)

    assert refusal(short.sign(claims()), SigningKeys([short.public])) is TokenRefusal.SIGNATURE


def test_what_is_no_token_is_refused() -> None:
    """Whatever somebody sends."""
    for junk in (
        "",
        "dev-manager",
        "a.b.c",
        "...",
        "\ud800.a.b",
        "x" * (LONGEST_TOKEN + 1),
        f"{'[' * 5000}.a.b",
    ):
        with pytest.raises(TokenRefusedError) as refused:
            key_id_of(junk)
        assert refused.value.why is TokenRefusal.UNREADABLE
    deep = base64.urlsafe_b64encode(b"[" * 9000).rstrip(b"=").decode()
    assert refusal(f"{deep}.e30.AAAA") is TokenRefusal.UNREADABLE

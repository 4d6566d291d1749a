"""Whatever Intuit's sign-in answers, it is tokens, an end, or no answer at all; no other error comes out."""

from collections.abc import AsyncIterator
from types import TracebackType
from typing import Self, cast

import aiohttp
import orjson
import pytest

from adapters.quickbooks.sign_in import App, GivenTokens, GrantEndedError, IntuitSignIn, SignInAwayError

ADDRESSES = {
    "authorization_endpoint": "https://intuit.example/connect",
    "token_endpoint": "https://intuit.example/token",
    "revocation_endpoint": "https://intuit.example/revoke",
}
GOOD = {
    "access_token": "a",
    "refresh_token": "r",
    "expires_in": 3600,
    "x_refresh_token_expires_in": 8_640_000,
    "token_type": "bearer",
}


class Answer:
    """One answer."""

    def __init__(self, status: int, body: bytes) -> None:
        self.status, self._body, self.content = status, body, self

    async def iter_chunked(self, _: int) -> AsyncIterator[bytes]:
        yield self._body

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None


class Intuit:
    """Gives what it is told."""

    def __init__(self, addresses: bytes, tokens: bytes = b"", status: int = 200) -> None:
        self._addresses, self._tokens, self._status = addresses, tokens, status

    def get(self, *_: object, **__: object) -> Answer:
        return Answer(200, self._addresses)

    def post(self, *_: object, **__: object) -> Answer:
        return Answer(self._status, self._tokens)


def sign_in(intuit: Intuit) -> IntuitSignIn:
    """Give the way to it."""
    app = App(client_id="c", client_secret="s", redirect_uri="https://ours.example/back")
    return IntuitSignIn(cast(aiohttp.ClientSession, intuit), "https://intuit.example/openid", app)


def json(**changed: object) -> bytes:
    return orjson.dumps({name: value for name, value in {**GOOD, **changed}.items() if value is not None})


async def test_odd_answers_settle_nothing() -> None:
    """The tokens are as good as before."""
    odd = [
        b"",
        b"<html>Sign in</html>",
        b"[]",
        b"null",
        b"[" * 2000,
        b'{"expires_in": 123456789012345678901234567890}',
        json().replace(b"3600", b"1" * 30),
        json(expires_in="3600"),
        json(expires_in=0),
        json(expires_in=2**62),
        json(refresh_token=None),
        json(refresh_token="r\n"),
        json(access_token="ü"),
        json(access_token="a" * 9000),
        json(x_refresh_token_expires_in=None),
        orjson.dumps({"error": {"code": 1}}),
    ]
    for body in odd:
        for status in (200, 400, 502):
            with pytest.raises(SignInAwayError):
                await sign_in(Intuit(orjson.dumps(ADDRESSES), body, status)).refresh("r")
    with pytest.raises(GrantEndedError):
        await sign_in(Intuit(orjson.dumps(ADDRESSES), b'{"error":"invalid_grant"}')).refresh("r")
    odd_hard = json(x_refresh_token_hard_expires_in="soon")
    given = await sign_in(Intuit(orjson.dumps(ADDRESSES), odd_hard)).refresh("r")
    assert isinstance(given, GivenTokens)
    assert given.hard_seconds is None


async def test_odd_addresses_are_none() -> None:
    """Also such as can't be read as an address, and such as lead out of https."""
    for address in ("https://[", "https://[x]/", "http://intuit.example/token", "", "token", 7, None):
        wrong = orjson.dumps({**ADDRESSES, "token_endpoint": address})
        with pytest.raises(SignInAwayError):
            await sign_in(Intuit(wrong)).address_to_ask("state")

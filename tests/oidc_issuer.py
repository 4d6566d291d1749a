"""The issuer's stand-in for tests: what it says and how it fails is for each of them to set."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import aiohttp
from aiohttp.test_utils import TestServer

from deploy.sandbox.issuer.app import issuer_app
from deploy.sandbox.issuer.issuer import Issuer
from deploy.sandbox.issuer.people import Claims

CLIENT, SECRET = "our-client", "s:cr%t of ours"
ANA: Claims = {"sub": "ana", "name": "Ana Lima", "role": "manager", "firms": ["f-1"]}


def issuer_at(address: str, *redirect_uris: str) -> Issuer:
    """Give one that knows us, and Ana."""
    return Issuer(
        address=address,
        client_id=CLIENT,
        client_secret=SECRET,
        redirect_uris=set(redirect_uris),
        people=[dict(ANA)],
    )


@asynccontextmanager
async def issuing(*redirect_uris: str) -> AsyncIterator[Issuer]:
    """Run one until the end of the block."""
    issuer = issuer_at("", *redirect_uris)
    async with TestServer(issuer_app(issuer)) as server:
        issuer.address = str(server.make_url("")).rstrip("/")
        yield issuer


def token(issuer: Issuer, audience: str, **said: Any) -> str:
    """Sign a token for the first of its people; None leaves a claim out."""
    return issuer.signed(audience, issuer.people[0], said)


async def chosen(session: aiohttp.ClientSession, address: str, sub: str = "ana") -> str:
    """Choose somebody on the page at this address; gives the address that the browser is led back to."""
    split = urlsplit(address)
    asked = {f"asked_{name}": value for name, value in parse_qsl(split.query)}
    page = f"{split.scheme}://{split.netloc}{split.path}"
    async with session.post(page, data=asked | {"person": sub}, allow_redirects=False) as answer:
        return answer.headers["Location"]

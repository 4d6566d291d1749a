"""An issuer changes its keys, and is away at times: how often it is asked, and how long what it said counts."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass

import aiohttp
import pytest

from adapters.oidc.issuer import (
    AGAIN_SECONDS,
    FRESH_SECONDS,
    KEPT_SECONDS,
    MOST_EXCHANGES,
    CodeRefusedError,
    Issuer,
    IssuerAwayError,
    OidcApp,
)
from deploy.sandbox.issuer.issuer import Issuer as StandIn
from deploy.sandbox.issuer.keys import SigningKey
from tests.oidc_issuer import CLIENT, SECRET, issuing

KEYS, FIRST = "/keys", "one"


@dataclass
class World:
    """An issuer, what we know of it, and the time by our clock."""

    there: StandIn
    here: Issuer
    now: float = 0.0

    def questions(self) -> int:
        """Say how often it was asked for its keys."""
        return self.there.asked.count(KEYS)


@pytest.fixture
async def world() -> AsyncIterator[World]:
    """Nothing is known yet."""
    async with issuing() as there, aiohttp.ClientSession() as session:
        there.keys = [SigningKey(FIRST)]
        made = World(there, Issuer(session, there.address, lambda: made.now))
        yield made


async def test_keys_are_asked_for_once_and_shared(world: World) -> None:
    """However many ask at the same time."""
    found = await asyncio.gather(*(world.here.keys(FIRST) for _ in range(20)))

    assert all(keys.has(FIRST) for keys in found)
    assert world.questions() == 1


async def test_a_key_that_is_new_there_is_fetched(world: World) -> None:
    """And one that there is not is asked for no more often than every few seconds."""
    await world.here.keys(FIRST)
    world.there.keys = [SigningKey("two")]
    world.now = AGAIN_SECONDS

    keys = await world.here.keys("two")

    assert keys.has("two")
    assert not keys.has(FIRST)
    for second in range(100):
        world.now = AGAIN_SECONDS + second / 10
        assert not (await world.here.keys("made-up")).has("made-up")
    assert world.questions() == 2
    world.now = 2 * AGAIN_SECONDS
    await world.here.keys("made-up")
    assert world.questions() == 3


async def test_a_key_that_was_withdrawn_opens_nothing_for_long(world: World) -> None:
    """Though every token names it."""
    await world.here.keys(FIRST)
    world.there.keys = [SigningKey("two")]

    world.now = FRESH_SECONDS - 1
    assert (await world.here.keys(FIRST)).has(FIRST)
    world.now = FRESH_SECONDS
    assert not (await world.here.keys(FIRST)).has(FIRST)


async def test_while_it_is_away_what_it_said_counts_for_a_while(world: World) -> None:
    """An hour, and then nobody knows; it is asked again and again, but not by everybody."""
    await world.here.keys(FIRST)
    world.there.down = True

    world.now = KEPT_SECONDS - 1
    for _ in range(5):
        assert (await world.here.keys(FIRST)).has(FIRST)
    assert world.there.asked.count("/.well-known/openid-configuration") == 2
    world.now = KEPT_SECONDS
    with pytest.raises(IssuerAwayError):
        await world.here.keys(FIRST)
    world.there.down = False
    world.now += AGAIN_SECONDS
    assert (await world.here.keys(FIRST)).has(FIRST)


@pytest.mark.parametrize(
    "document",
    [
        {"issuer": "https://another.example"},
        {"jwks_uri": None},
        {"token_endpoint": "ftp://issuer.example/token"},
        {"jwks_uri": "not an address"},
        {"jwks_uri": "http://["},
    ],
)
async def test_a_document_that_is_not_its_own_is_not_believed(
    world: World, document: dict[str, object]
) -> None:
    """It would have us send the client secret, or believe keys, elsewhere."""
    world.there.document = document

    with pytest.raises(IssuerAwayError):
        await world.here.known()
    assert world.questions() == 0


async def test_made_up_codes_are_asked_about_a_few_at_once(world: World) -> None:
    """However many come; the rest are told to try again, and the issuer does not hear of them."""
    app = OidcApp(
        client_id=CLIENT, client_secret=SECRET, redirect_uri="https://sync.example/sign-in/callback"
    )
    await world.here.known()

    came = await asyncio.gather(
        *(world.here.exchange("made-up", "verifier", app) for _ in range(3 * MOST_EXCHANGES)),
        return_exceptions=True,
    )

    assert Counter(map(type, came)) == {
        CodeRefusedError: MOST_EXCHANGES,
        IssuerAwayError: 2 * MOST_EXCHANGES,
    }
    assert world.there.asked.count("/token") == MOST_EXCHANGES
    with pytest.raises(CodeRefusedError):
        await world.here.exchange("made-up", "verifier", app)

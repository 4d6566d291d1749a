"""A firm whose both sides can't be relied on costs few requests, stops nobody, and comes to rest when its bad day ends."""

import asyncio
from collections.abc import Sequence
from functools import partial

from tests.story.company import Company
from tests.story.conftest import Open
from tests.story.unreliable_firm import Pair, edit_all, pairs, requests, unreliable

EDITS = 60
REQUESTS_AN_EDIT = 5
STILL_SECONDS = 3.0
"""Longer than a webhook's way: what a side did last may not be told yet, and then a client that rests has work again."""


async def test_an_unreliable_firm_is_asked_rarely_and_comes_to_rest(open_company: Open) -> None:
    """429 to every second request, nonsense in one of fifty answers, versions that go back, clears that are ignored."""
    company, neighbor = await open_company(), await open_company()
    linked = await pairs(company, 6)
    begun = await requests(company)
    async with unreliable(company):
        await edit_all(company, linked, EDITS, a_second=20)
        client = await neighbor.add_client("Calm Neighbor", email="calm@example.com")
        await neighbor.until_synced(client)

    await company.until(partial(is_still, company, linked), "all rest and nothing is asked", 150)
    assert await requests(company) - begun <= REQUESTS_AN_EDIT * EDITS


async def is_still(company: Company, linked: Sequence[Pair]) -> bool:
    """Say whether all rest at once, and go on resting without a request."""
    asked = await requests(company)
    if not await all_rest(company, linked):
        return False
    await asyncio.sleep(STILL_SECONDS)
    return await all_rest(company, linked) and await requests(company) == asked


async def all_rest(company: Company, linked: Sequence[Pair]) -> bool:
    """Say whether nothing is under way for any of them, the firm's reads included."""
    waiting = (await company.api("GET", "/pending")).ok()["work"]
    return not waiting and all([await at_rest(company, pair.client) for pair in linked])


async def at_rest(company: Company, client: str) -> bool:
    """Say whether nothing more is to be done for a client, unless a person decides."""
    link = await company.link(client)
    return bool(link["status"] == "needs_attention" or (link["status"] == "synced" and link["in_step"]))

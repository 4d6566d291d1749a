"""A firm both of whose sides can't be relied on: they answer 429 and nonsense, forget what they held, ignore and respell."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import count
from typing import Literal

from tests.story import ledger
from tests.story.company import Company

CLIENTS = 20
FOR_GOOD = 1_000_000
THROTTLED_EVERY = 2
JUNK_EVERY = 50
Side = Literal["quickbooks", "canopy"]

BACK_EVERY = 25
"""So many edits lie between two moments at which a side goes back to its backup."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A client and its customer."""

    client: str
    customer: str


async def pairs(company: Company, number: int = CLIENTS) -> list[Pair]:
    """Make clients, and wait until each is in step with its customer."""
    names = [f"Client {n}" for n in range(number)]
    clients = [
        await company.add_client(name, email=f"{name[7:]}@example.com", phone="312-555-0100")
        for name in names
    ]
    return [Pair(client, await company.until_synced(client)) for client in clients]


@asynccontextmanager
async def unreliable(company: Company) -> AsyncIterator[None]:
    """Let both sides of one firm be so until the end of the block."""
    sides = ((company.stack.quickbooks, company.realm), (company.stack.canopy, company.firm))
    for address, tenant in sides:
        # Nonsense first: of two faults that fit a request, the first is done.
        for fault in (
            {"do": "junk", "every": JUNK_EVERY},
            {"do": "status", "value": 429, "retry_after": "1", "every": THROTTLED_EVERY},
        ):
            wanted = {"match": {"tenant": tenant}, "times": FOR_GOOD, **fault}
            (await company.ask("POST", f"{address}/_control/faults", wanted)).ok()
    habits = f"{company.stack.quickbooks}/_control/habits"
    (await company.ask("POST", habits, {"clears_ignored": True, "respells": True})).ok()
    try:
        yield
    finally:
        (await company.ask("POST", habits, {})).ok()
        for address, _ in sides:
            (await company.ask("DELETE", f"{address}/_control/faults")).ok()


async def edit_all(company: Company, linked: list[Pair], edits: int, a_second: float) -> None:
    """Let people edit on both sides, and let the sides go back to older versions, one after the other."""
    begun = time.monotonic()
    going_back = _sides()
    for _ in range(2):
        await _backup(company, next(going_back), "backup")
    for n in range(edits):
        await asyncio.sleep(begun + n / a_second - time.monotonic())
        await _edit(company, linked[n % len(linked)], n)
        if n % BACK_EVERY == BACK_EVERY - 1:
            side = next(going_back)
            await _backup(company, side, "restore")
            await _backup(company, side, "backup")


async def requests(company: Company) -> int:
    """Count what reached both sides of the firm since it was opened."""
    stack, count_of = company.stack, 0
    for address, since, tenant in (
        (stack.quickbooks, company.first_in_quickbooks, company.realm),
        (stack.canopy, company.first_in_canopy, company.firm),
    ):
        found = await ledger.entries(company.http, address, since)
        count_of += sum(each["tenant"] == tenant for each in found)
    return count_of


def _sides() -> Iterator[Side]:
    return ("quickbooks" if n % 2 else "canopy" for n in count())


async def _edit(company: Company, pair: Pair, n: int) -> None:
    """Make one edit: in turn on either side, and each tenth takes a value away."""
    if n % 10 == 9:
        await company.edit_client(pair.client, email=None)
    elif n % 2:
        await company.edit_customer(pair.customer, PrimaryPhone={"FreeFormNumber": f"(312) 555-{n:04}"})
    else:
        await company.edit_client(pair.client, email=f"Edit{n}@Example.com", phone=f"312.555.{n:04}")


async def _backup(company: Company, side: Side, what: Literal["backup", "restore"]) -> None:
    place = f"{company.stack.quickbooks}/_control/realms/{company.realm}"
    if side == "canopy":
        place = f"{company.stack.canopy}/_control/firms/{company.firm}"
    (await company.ask("POST", f"{place}/{what}", {})).ok()

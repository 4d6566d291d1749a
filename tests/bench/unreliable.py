"""`make unreliable`: what a firm costs whose both sides can't be relied on, and what its neighbors notice of it.

Says how many requests its edits came to, whether the worker lived, and how long an edit of another firm took from Canopy to
QuickBooks' door, before and meanwhile.
"""

import argparse
import asyncio
import os
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from statistics import quantiles

import aiohttp

from tests.bench.report import say
from tests.chaos.stack import stack_at_work
from tests.story import ledger
from tests.story.company import Company
from tests.story.unreliable_firm import Pair, edit_all, pairs, requests, unreliable

NEIGHBORS = 4
EDITS_A_SECOND = 10.0
NEIGHBORS_EDIT_EVERY_SECONDS = 0.5
AFTERWARDS_SECONDS = 60.0


async def main(folder: Path, edits: int) -> None:
    """Measure with so many edits."""
    say(f"load of the machine before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    async with stack_at_work(folder) as stack, aiohttp.ClientSession() as http:
        neighbors = [await Company.open(stack, http, f"f-neighbor-{n}") for n in range(NEIGHBORS)]
        linked = [await pairs(each) for each in neighbors]
        company = await Company.open(stack, http, "f-unreliable")
        its = await pairs(company)
        seconds = edits / EDITS_A_SECOND
        before = await _latency(neighbors, linked, seconds, "before")
        company.first_in_quickbooks = await ledger.newest(http, stack.quickbooks)
        company.first_in_canopy = await ledger.newest(http, stack.canopy)
        async with unreliable(company):
            _, meanwhile = await asyncio.gather(
                edit_all(company, its, edits, EDITS_A_SECOND),
                _latency(neighbors, linked, seconds, "meanwhile"),
            )
            await asyncio.sleep(AFTERWARDS_SECONDS)
            made = await requests(company)
        exits = len(stack.fleet.exits)
    say(f"{edits:,} edits: {made:,} requests ({made / edits:.2f} an edit); the worker ended {exits} times")
    for name, each in (("before", before), ("meanwhile", meanwhile)):
        cut = quantiles(each, n=100)
        say(
            f"neighbors {name}: {len(each)} edits, at the door p50 {cut[49] * 1000:.0f} ms, p99 {cut[98] * 1000:.0f} ms"
        )


async def _latency(
    neighbors: list[Company], linked: list[list[Pair]], seconds: float, when: str
) -> list[float]:
    """Give the seconds from Canopy to QuickBooks' door of the neighbors' edits over so long a time."""
    found = await asyncio.gather(
        *(
            _of_one(each, its, seconds, when, Random(n))  # noqa: S311  (repeatable, not secret)
            for n, (each, its) in enumerate(zip(neighbors, linked, strict=True))
        )
    )
    return [took for each in found for took in each]


async def _of_one(company: Company, its: list[Pair], seconds: float, when: str, dice: Random) -> list[float]:
    asked, since = dict[str, float](), await ledger.newest(company.http, company.stack.quickbooks)
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        await asyncio.sleep(2 * dice.random() * NEIGHBORS_EDIT_EVERY_SECONDS)
        email = f"{when}{len(asked)}@example.com"
        asked[email] = time.time()
        await company.edit_client(its[len(asked) % len(its)].client, email=email)
    arrived = dict[str, float]()

    async def all_arrived() -> bool:
        for each in await ledger.entries(company.http, company.stack.quickbooks, since):
            if each["tenant"] == company.realm and ledger.is_our_write(each):
                address = each["body"].get("PrimaryEmailAddr", {}).get("Address")
                arrived.setdefault(address, datetime.fromisoformat(each["time"]).astimezone(UTC).timestamp())
        return asked.keys() <= arrived.keys()

    await company.until(all_arrived, "all edits have arrived")
    return [arrived[email] - at for email, at in asked.items()]


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--edits", type=int, default=1000)
    told = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="client-sync-unreliable-") as place:
        asyncio.run(main(Path(place), told.edits))

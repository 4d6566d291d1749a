"""`make unreliable`: what a firm costs whose both sides can't be relied on, and what its neighbors notice of it.

Says how many requests its edits came to, whether the worker lived, and how long an edit of another firm took from Canopy to
QuickBooks' door, before and meanwhile.
"""

import argparse
import asyncio
import os
import tempfile
from pathlib import Path

import aiohttp

from tests.bench.neighbors import latency, tell
from tests.bench.report import say
from tests.chaos.stack import stack_at_work
from tests.story import ledger
from tests.story.company import Company
from tests.story.unreliable_firm import edit_all, pairs, requests, unreliable

NEIGHBORS = 4
EDITS_A_SECOND = 10.0
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
        before = await latency(neighbors, linked, seconds, "before")
        company.first_in_quickbooks = await ledger.newest(http, stack.quickbooks)
        company.first_in_canopy = await ledger.newest(http, stack.canopy)
        async with unreliable(company):
            _, meanwhile = await asyncio.gather(
                edit_all(company, its, edits, EDITS_A_SECOND),
                latency(neighbors, linked, seconds, "meanwhile"),
            )
            await asyncio.sleep(AFTERWARDS_SECONDS)
            made = await requests(company)
        exits = len(stack.fleet.exits)
    say(f"{edits:,} edits: {made:,} requests ({made / edits:.2f} an edit); the worker ended {exits} times")
    tell("before", before)
    tell("meanwhile", meanwhile)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--edits", type=int, default=1000)
    told = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="client-sync-unreliable-") as place:
        asyncio.run(main(Path(place), told.edits))

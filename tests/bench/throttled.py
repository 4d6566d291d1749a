"""`make throttled`: a firm with thousands of changes pending, in front of Intuit's limits, on a whole system of its own.

Says how many calls each minute saw, how many of them were one too many, and how soon a person's match was at the door.
"""

import argparse
import asyncio
import os
import tempfile
from pathlib import Path

import aiohttp

from tests.bench.report import say
from tests.chaos.stack import stack_at_work
from tests.story.busy_firm import MATCH_EVERY_SECONDS, keep_busy
from tests.story.company import Company


async def main(folder: Path, minutes: float, clients: int) -> None:
    """Measure for so long."""
    say(f"load of the machine before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    async with stack_at_work(folder) as stack, aiohttp.ClientSession() as http:
        older = [f"Older {n}" for n in range(int(minutes * 60 / MATCH_EVERY_SECONDS * 0.9))]
        company = await Company.open(stack, http, "f-busy", older)
        customers = [each["Id"] for each in await company.customers()]
        seen = await keep_busy(company, customers, clients, minutes * 60)
    matches = sorted(seen.matches)
    say(
        f"{clients:,} clients to create, {minutes:g} minutes: {seen.calls:,} calls, {seen.throttled} times 429"
    )
    say(f"calls a minute: {', '.join(map(str, seen.minutes))}; most in any second {seen.most_in_a_second}")
    say(
        f"{len(matches)} matches, from click to QuickBooks' door: p50 {matches[len(matches) // 2]:.2f} s, "
        f"longest {matches[-1]:.2f} s"
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--clients", type=int, default=5000)
    told = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="client-sync-throttled-") as place:
        asyncio.run(main(Path(place), told.minutes, told.clients))

"""How long edits of calm firms take from Canopy to QuickBooks' door, while something goes on beside them."""

import asyncio
import time
from datetime import UTC, datetime
from random import Random
from statistics import quantiles

from tests.bench.report import say
from tests.story import ledger
from tests.story.company import Company
from tests.story.unreliable_firm import Pair

EDIT_EVERY_SECONDS = 0.5


def tell(name: str, seconds: list[float]) -> None:
    """Say the median and the 99th percentile."""
    cut = quantiles(seconds, n=100)
    say(
        f"neighbors {name}: {len(seconds)} edits, at the door p50 {cut[49] * 1000:.0f} ms, p99 {cut[98] * 1000:.0f} ms"
    )


async def latency(
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
        await asyncio.sleep(2 * dice.random() * EDIT_EVERY_SECONDS)
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

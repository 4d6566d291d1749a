"""`python -m tests.bench.looking_back`: what it takes to look back in a firm of a million decisions.

The plan of a replay, with the most memory that its process had, and the first page of the timeline of a client with
10,000 changes, from the API and as the page of the console.
"""

import argparse
import asyncio
import os
import tempfile
import time
from pathlib import Path
from statistics import median

import aiohttp

from adapters.store.database import Database
from streams.kafka.topic_check import create_topics
from streams.wire.topics import topic_specs
from tests.bench.firm_past import BUSY, FirmPast
from tests.bench.own_broker import own_broker
from tests.bench.replays import FIRM, MISTAKEN, planned
from tests.bench.report import say
from tests.bench.webhooks import PARTITIONS, gateway

ROUNDS = 20
AIM_PLAN_SECONDS, AIM_PAGE_MS = 30, 300
COOKIE = "client_sync_session"


async def main(folder: Path, records: int, links: int, busy: int) -> None:
    """Measure, and print as it goes."""
    say(f"load of the machine before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    (folder / "data").mkdir(mode=0o700)
    file = folder / "data" / "client-sync.sqlite"
    weight = await FirmPast(records, links, busy).fill(file)
    size = file.stat().st_size / 1e6
    say(
        f"{records:,} decisions of one firm, rows of {weight:,.0f} bytes, {links:,} links: {size:,.0f} MB of SQLite"
    )
    database = Database(f"sqlite+aiosqlite:///{file}")
    found = await planned(f"sqlite+aiosqlite:///{file}", database)
    await database.close()
    say(
        f"plan of {MISTAKEN} unmatches: {found.seconds:.1f} s (aim {AIM_PLAN_SECONDS}), {found.busy:.1f} s of processor time with the "
        f"start of its process, {found.most / 1e6:,.0f} MB at most"
    )
    async with own_broker(folder) as bootstrap:
        await create_topics(bootstrap, topic_specs(35), PARTITIONS)
        async with gateway(folder, bootstrap) as (http, _):
            await _timeline(http)


async def _timeline(http: aiohttp.ClientSession) -> None:
    of_client = f"/api/v1/firms/{FIRM}/clients/c-{BUSY}/timeline"
    token = {"Authorization": "Bearer dev-manager"}
    cookie = await signed_in(http)
    for name, path, headers in (
        ("the timeline's first page", of_client, token),
        ("the firm's activity", f"/api/v1/firms/{FIRM}/activity", token),
        ("the client's page", f"/firms/{FIRM}/clients/c-{BUSY}", cookie),
        ("the client's page with 2,000 lines", f"/firms/{FIRM}/clients/c-{BUSY}?lines=2000", cookie),
    ):
        took = [await _asked(http, path, headers) for _ in range(ROUNDS)]
        say(
            f"{name}: median {1000 * median(took):.0f} ms, longest {1000 * max(took):.0f} ms, the first {1000 * took[0]:.0f} ms "
            f"(aim {AIM_PAGE_MS})"
        )


async def signed_in(http: aiohttp.ClientSession) -> dict[str, str]:
    """Begin a session; gives the header that a browser sends from then on."""
    origin = str(http._base_url).rstrip("/")
    form, headers = {"person": "dana"}, {"Origin": origin}
    async with http.post("/sign-in", data=form, headers=headers, allow_redirects=False) as answer:
        session = answer.cookies[COOKIE].value
    http.cookie_jar.clear()
    return {"Cookie": f"{COOKIE}={session}"}


async def _asked(http: aiohttp.ClientSession, path: str, headers: dict[str, str]) -> float:
    began = time.perf_counter()
    async with http.get(path, headers=headers) as answer:
        await answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{path}: {answer.status}")
    return time.perf_counter() - began


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--records", type=int, default=1_000_000)
    parser.add_argument("--links", type=int, default=20_000)
    parser.add_argument("--busy", type=int, default=10_000)
    told = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="client-sync-looking-back-") as place:
        asyncio.run(main(Path(place), told.records, told.links, told.busy))

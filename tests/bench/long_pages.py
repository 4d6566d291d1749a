"""`python -m tests.bench.long_pages`: what pages about much at once cost the gateway: its processor's time, and how long one waits.

A batch of 2,000 rows that is half done, looked at again and again as its page does while it is open; what the gateway that asks for its rows does
meanwhile; the customers that no client has, in a firm of 10,000; and a client with 2,000 lines.
"""

import argparse
import asyncio
import os
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from statistics import median

import aiohttp
import psutil
from sqlalchemy import create_engine, insert, update

from adapters.store.batches import Batch, Batches
from adapters.store.built_tables import built_customers, built_links
from adapters.store.database import Database
from adapters.store.kept_tables import history
from adapters.store.row_json import row_json
from domain.batches import BatchRow, intent_of
from domain.ids import ClientId, CustomerId, link_key
from streams.kafka.topic_check import create_topics
from streams.wire.topics import topic_specs
from tests.bench.content import NOW
from tests.bench.firm_past import BUSY, FirmPast, of_build
from tests.bench.looking_back import signed_in
from tests.bench.own_broker import own_broker
from tests.bench.replays import FIRM, customer, link
from tests.bench.report import say
from tests.bench.webhooks import PARTITIONS, gateway

ROUNDS = 20
RECORDS, LINES = 24_000, 2_000
AT_WORK = 50
UNMATCHED = 100
IDLE_SECONDS = 10.0


async def main(folder: Path, rows: int, links: int) -> None:
    """Fill a database, and measure, and print as it goes."""
    say(f"load of the machine before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    (folder / "data").mkdir(mode=0o700)
    file = folder / "data" / "client-sync.sqlite"
    await FirmPast(RECORDS, links, LINES).fill(file)
    _unmatched_customers(file, links)
    async with own_broker(folder) as bootstrap:
        await create_topics(bootstrap, topic_specs(35), PARTITIONS)
        async with gateway(folder, bootstrap) as (http, process):
            cookie = await signed_in(http)
            await _page(http, process, cookie, f"clients/c-{BUSY}", "a client's page with 50 lines")
            await _page(http, process, cookie, f"clients/c-{BUSY}?lines={LINES}", f"with {LINES:,} lines")
            await _page(http, process, cookie, "customers", f"only in QuickBooks, of {links:,} clients")
            batch = await _half_done(file, rows)
            idle = await _idle(process)
            say(
                f"the gateway at a batch of {rows:,} rows that nobody looks at: {1000 * idle:.0f} ms of its processor a second"
            )
            await _page(
                http, process, cookie, f"batches/{batch.id}", f"that batch's page, {rows:,} rows", idle
            )


def _unmatched_customers(file: Path, links: int) -> None:
    """Add customers of the names of clients, which have others."""
    engine = create_engine(f"sqlite:///{file}")
    with engine.begin() as connection:
        for n in range(UNMATCHED):
            known = customer(n).customer
            own = CustomerId(str(10 * links + n))
            row = replace(
                customer(n), customer_id=own, customer=replace(known, customer_id=own) if known else None
            )
            connection.execute(insert(built_customers), [of_build(row)])
    engine.dispose()


async def _half_done(file: Path, rows: int) -> Batch:
    """Begin a batch, of which half is decided, and some of that is still at work."""
    database = Database(f"sqlite+aiosqlite:///{file}")
    asked = [
        BatchRow(do="match", client_id=ClientId(f"c-{n + 1}"), customer_id=CustomerId(str(n + 1)))
        for n in range(rows)
    ]
    batch = await Batches(database).add(id_="b-1", firm=FIRM, rows=asked, by="user:dana", at=NOW, reason=None)
    await database.close()
    engine = create_engine(f"sqlite:///{file}")
    lines = [
        {
            "partition": 0,
            "offset": RECORDS + n,
            "firm_id": FIRM,
            "row_key": link_key(FIRM, ClientId(f"c-{n + 1}")),
            "version": 1_000,
            "verdict": "applied",
            "code": "match",
            "actor": "user:dana",
            "time": NOW,
            "input_topic": "sync.intents",
            "input_id": intent_of(batch.id, n),
            "changes": [],
            "facts": {},
            "row": row_json(link(n + 1, 1_000)),
            "batch": batch.id,
        }
        for n in range(rows // 2)
    ]
    working = [f"c-{n + 1}" for n in range(rows // 2 - AT_WORK, rows // 2)]
    with engine.begin() as connection:
        connection.execute(insert(history), lines)
        connection.execute(
            update(built_links).where(built_links.c.client_id.in_(working)).values(status="matching")
        )
    engine.dispose()
    return batch


async def _idle(process: psutil.Process) -> float:
    """Say how much of a second of its processor the gateway takes by itself."""
    busy, began = _busy(process), time.perf_counter()
    await asyncio.sleep(IDLE_SECONDS)
    return (_busy(process) - busy) / (time.perf_counter() - began)


async def _page(
    http: aiohttp.ClientSession,
    process: psutil.Process,
    cookie: dict[str, str],
    path: str,
    name: str,
    idle: float = 0.0,
) -> None:
    took: list[float] = []
    size = 0
    busy, began = _busy(process), time.perf_counter()
    for _ in range(ROUNDS):
        asked_at = time.perf_counter()
        async with http.get(f"/firms/{FIRM}/{path}", headers=cookie) as answer:
            size = len(await answer.read())
            if answer.status != 200:
                raise RuntimeError(f"{path}: {answer.status}")
        took.append(time.perf_counter() - asked_at)
    spent = (_busy(process) - busy - idle * (time.perf_counter() - began)) / ROUNDS
    say(
        f"{name}: {1000 * spent:.0f} ms of the gateway's processor; median {1000 * median(took):.0f} ms, "
        f"longest {1000 * max(took):.0f} ms; {size / 1000:.0f} KB"
    )


def _busy(process: psutil.Process) -> float:
    spent = process.cpu_times()
    return float(spent.user + spent.system)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=2_000)
    parser.add_argument("--links", type=int, default=10_000)
    told = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="client-sync-long-pages-") as place:
        asyncio.run(main(Path(place), told.rows, told.links))

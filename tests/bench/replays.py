"""How long a plan of a replay takes in a firm of thousands of links with a past, and how much memory: `python -m tests.bench.replays`."""

import asyncio
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from typing import NamedTuple

import psutil

from adapters.canopy.mapping import client_of
from adapters.store.activity import ActivityList
from adapters.store.database import Database
from adapters.store.preparation import prepare
from adapters.store.projection import Projection
from adapters.store.replays import Replays
from deploy.plan_process import PlanProcess
from domain.acts import ActFilter
from domain.agreed import Pair
from domain.decision import Verdict
from domain.ids import ClientId, CustomerId, FirmId
from domain.inputs import Cause
from domain.projection import Decided, Stretch
from domain.remembered import Former
from domain.rows import CustomerRow, LinkRow, LinkStatus, Reason, Row
from domain.snapshots import Customer
from tests.bench.content import NOW, client, connected
from tests.bench.report import say

LINKS = 2_000
EVENTS = 20_000
MISTAKEN = 25
AT_ONCE = 500
AIM_SECONDS = 10
LOOK_SECONDS = 0.02
FIRM = FirmId("f-1")


def rows() -> Iterator[tuple[Row, str, str | None]]:
    """Give what is decided, each row with its code and who did it: edits of synced links, and in the end some unmatches."""
    yield connected(FIRM), "connect", "user:lee"
    for n in range(LINKS):
        yield customer(n), "customer_read", None
    for n in range(EVENTS - MISTAKEN):
        yield link(n % LINKS, n // LINKS + 1), "client_edited", "user:erin"
    for n in range(MISTAKEN):
        yield unmatched(link(n, EVENTS // LINKS + 1)), "unmatch", "user:dana"


def customer(n: int) -> CustomerRow:
    """Give the row of a customer."""
    values = client_of(client(n, 1), NOW).values
    known = Customer(
        customer_id=CustomerId(str(n)), sync_token=1, values=values, created_at=NOW, updated_at=NOW
    )
    return CustomerRow(firm_id=FIRM, customer_id=known.customer_id, version=1, customer=known)


def link(n: int, version: int) -> LinkRow:
    """Give the row of a client that is linked with the customer of its number."""
    seen = client_of(client(n, version), NOW)
    return LinkRow(
        firm_id=FIRM,
        client_id=ClientId(f"c-{n}"),
        version=version,
        decided_version=1,
        status=LinkStatus.SYNCED,
        reason=None,
        since=NOW,
        choice="on",
        client=seen,
        customer_id=CustomerId(str(n)),
        agreed={field: Pair(value, value) for field, value in client_of(client(n, 1), NOW).values.items()},
    )


def unmatched(link: LinkRow) -> LinkRow:
    """Give the row as Dana's unmatch leaves it, an hour later."""
    former = Former(
        customer_id=link.customer_id or CustomerId("0"),
        agreed=link.agreed,
        unmatched_at=NOW + timedelta(hours=1),
        unmatched_by="user:dana",
    )
    return replace(
        link,
        version=link.version + 1,
        status=LinkStatus.NOT_SYNCED,
        reason=Reason.UNMATCHED,
        customer_id=None,
        agreed={},
        former=former,
    )


def _decided() -> Iterator[Decided]:
    for offset, (row, code, actor) in enumerate(rows()):
        at = NOW + timedelta(hours=1) if code == "unmatch" else NOW
        cause = Cause(topic="t", partition=0, offset=offset, id=f"i-{offset}", at=at, actor=actor)
        yield Decided(
            partition=0,
            offset=offset,
            version=row.version,
            verdict=Verdict.APPLIED,
            code=code,
            row=row,
            cause=cause,
        )


async def fill(database: Database) -> float:
    """Let a database show all of it; gives how many records a second that took."""
    await prepare(database)
    projection = Projection(database)
    build = (await projection.build("log")).id
    lines = list(_decided())
    began = time.perf_counter()
    for first in range(0, len(lines), AT_ONCE):
        some = tuple(lines[first : first + AT_ONCE])
        stretch = Stretch(partition=0, first=first, next_offset=first + len(some), decided=some)
        await projection.apply(stretch, build)
    await projection.complete("log", build)
    return len(lines) / (time.perf_counter() - began)


class Planned(NamedTuple):
    """What a plan took. `busy`: seconds of processor time; `most`: memory, in bytes; `writes`: rows with one."""

    seconds: float
    busy: float
    most: int
    writes: int


async def planned(url: str, database: Database) -> Planned:
    """Plan in a process of its own."""
    replays = Replays(database)
    wanted = ActFilter(kind="unmatch", actor="user:dana", since=NOW)
    began = time.perf_counter()
    making = asyncio.ensure_future(
        PlanProcess(url, replays)(FIRM, "unmatch", wanted, by="user:lee", at=NOW + timedelta(days=1))
    )
    most = 0
    while not making.done():
        children = psutil.Process().children()
        most = max([most, *(_resident(each) for each in children)])
        await asyncio.sleep(LOOK_SECONDS)
    made = await making
    seconds = time.perf_counter() - began
    found = await replays.rows(made.id)
    if len(found) != MISTAKEN:
        raise RuntimeError(f"{len(found)} rows")
    used = getrusage(RUSAGE_CHILDREN)
    return Planned(
        seconds, used.ru_utime + used.ru_stime, most, sum(any(row.writes.values()) for row in found)
    )


def _resident(process: psutil.Process) -> int:
    try:
        return int(process.memory_info().rss)
    except psutil.NoSuchProcess:
        return 0


async def main(folder: Path) -> None:
    """Measure, and print."""
    say(f"load of the machine before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    url = f"sqlite+aiosqlite:///{folder / 'read-model.sqlite'}"
    database = Database(url)
    rate = await fill(database)
    say(f"{LINKS + EVENTS:,} records projected: {rate:,.0f} a second")
    found = await planned(url, database)
    say(
        f"plan of {MISTAKEN} unmatches among {EVENTS:,} events of {LINKS:,} links: {found.seconds:.1f} s (aim {AIM_SECONDS}), "
        f"{found.busy:.1f} s of processor time with the start of its process, {found.most / 1e6:,.0f} MB at most; "
        f"{found.writes} with a write"
    )
    began = time.perf_counter()
    await ActivityList(database).page(FIRM, ActFilter(kind="unmatch", actor="user:dana"))
    say(f"first page of the firm's activity: {1000 * (time.perf_counter() - began):.0f} ms")
    await database.close()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="client-sync-bench-") as place:
        sys.exit(asyncio.run(main(Path(place))))

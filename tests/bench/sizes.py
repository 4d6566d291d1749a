"""`make sizes`: how many bytes a decision keeps, and a client, in the log, in history and in the audit export.

Clients live on a system of real processes: created in Canopy, synced, edited on either side, unmatched and matched again. Then it is looked what
lies on Kafka's disk, in SQLite and, with the same lines, in PostgreSQL. Nothing here is a guess, and no time is measured.
"""

import argparse
import asyncio
import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
from sqlalchemy import insert, select, text

from adapters.json_lines import json_line
from adapters.store.audit import Audit
from adapters.store.database import Database
from adapters.store.kept_tables import history
from adapters.store.preparation import prepare_kept
from deploy.database_address import database_address
from domain.ids import FirmId
from streams.kafka.log_messages import LogMessages
from streams.wire.topics import LOG
from tests.bench.report import say
from tests.chaos.stack import Stack, stack_at_work
from tests.integration.postgres import fresh_database, postgres_server
from tests.story.company import Company

FIRMS = ("f-north", "f-south", "f-east", "f-west")
PATIENT_SECONDS = 600.0
AT_ONCE = 500
VALUES: dict[str, Any] = {
    "first_name": "Fiona",
    "middle_name": "Grace",
    "last_name": "Gallagher",
    "company_name": "Gallagher Bookkeeping",
    "phone": "(312) 555-0100",
    "mobile": "(312) 555-0101",
    "address": {
        "line1": "2119 S Wallace St",
        "line2": None,
        "city": "Chicago",
        "region": "IL",
        "postal_code": "60616",
        "country": "US",
    },
}
"""All fields but the fax: a client with few of them takes less."""


@dataclass(frozen=True, slots=True)
class Part:
    """So many bytes for so many things."""

    name: str
    size: int
    things: int
    of: str

    def said(self) -> str:
        """Write it as a line."""
        return f"{self.name:<46} {self.size / self.things:>8,.0f} bytes a {self.of} ({self.size:,} of {self.things:,})"


async def main(folder: Path, clients: int) -> None:
    """Let them live, and measure."""
    async with (
        stack_at_work(folder) as stack,
        aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=60)) as http,
    ):
        companies = [await Company.open(stack, http, firm) for firm in FIRMS]
        await asyncio.gather(*(_live(each, clients // len(FIRMS)) for each in companies))
        await companies[0].until(lambda: _is_quiet(stack), "all is told", PATIENT_SECONDS)
        for part in await _of_the_log(stack, clients):
            say(part.said())
    # Everything has ended: what is in the files is all there is.
    file = folder / "client-sync.sqlite"
    for part in (*_of_sqlite(file), *await _of_audit(file), *await _of_postgresql(file)):
        say(part.said())
    for line in _by_code(file):
        say(line)


async def _live(company: Company, number: int) -> None:
    """Let a firm's clients be created, edited on each side, unmatched and matched again."""
    clients = [
        await company.add_client(f"Fiona Gallagher {n}", email=f"fiona.{n}@example.com", **VALUES)
        for n in range(number)
    ]
    for n, client in enumerate(clients):
        customer = (await company.until_link(client, PATIENT_SECONDS, status="synced", in_step=True))[
            "customer_id"
        ]
        await company.edit_client(client, phone=f"(312) 555-{n:04}")
        await company.until_link(client, PATIENT_SECONDS, status="synced", in_step=True)
        await company.edit_customer(str(customer), Mobile={"FreeFormNumber": f"(312) 556-{n:04}"})
    for n, client in enumerate(clients):
        await company.until(
            lambda client=client, n=n: _has(company, client, f"(312) 556-{n:04}"),  # type: ignore[misc]
            f"the edit of {client} in QuickBooks is in Canopy",
            PATIENT_SECONDS,
        )
    for act, status in (("unmatch", "not_synced"), ("restore", "synced")):
        for client in clients:
            await company.act(client, act, {"reason": "INC-42, by the letter of November 3"})
        for client in clients:
            await company.until_link(client, PATIENT_SECONDS, status=status)


async def _has(company: Company, client: str, mobile: str) -> bool:
    shown = (await company.api("GET", f"/clients/{client}")).ok()
    return bool(shown["client"]["mobile"] == mobile and shown["link"]["in_step"])


async def _is_quiet(stack: Stack) -> bool:
    return await stack.undelivered() == 0


async def _of_the_log(stack: Stack, clients: int) -> list[Part]:
    """Weigh what Kafka's disk holds of it, and what compaction will leave."""
    records, newest = 0, dict[bytes, int]()
    async with LogMessages(stack.bootstrap, LOG) as messages:
        for number in await messages.partitions():
            begin, end = await messages.begin(number), await messages.end(number)
            async for some in messages.between(number, begin, end):
                records += len(some)
                newest |= {each.key or b"": len(each.key or b"") + len(each.value or b"") for each in some}
    segments = (stack.folder / "kafka").rglob(f"{LOG}-*/*.log")
    people = [size for key, size in newest.items() if key.startswith((b"link/", b"customer/"))]
    return [
        Part("log, until it is compacted", sum(file.stat().st_size for file in segments), records, "record"),
        Part("log, for ever: newest link and customer row", sum(people), clients, "client"),
    ]


def _of_sqlite(file: Path) -> Iterator[Part]:
    """Weigh its pages, table and indexes apart."""
    with sqlite3.connect(file) as database:
        (lines,) = database.execute("SELECT count(*) FROM history").fetchone()
        sizes = database.execute(
            "SELECT name, sum(pgsize) FROM dbstat GROUP BY name ORDER BY name"
        ).fetchall()
    database.close()
    for name, size in sizes:
        if "history" in name:
            yield Part(f"SQLite, {name}", size, lines, "line")


async def _of_audit(file: Path) -> list[Part]:
    """Weigh what an export writes."""
    store, written, lines = Database(f"sqlite+aiosqlite:///{file}"), 0, 0
    for firm in FIRMS:
        async for page in Audit(store).pages(FirmId(firm)):
            written += sum(len(json_line(line).encode()) + 1 for line in page)
            lines += len(page)
    await store.close()
    return [Part("audit export", written, lines, "line")]


async def _of_postgresql(file: Path) -> list[Part]:
    """Put the same lines into PostgreSQL, and weigh what it makes of them."""
    before = Database(f"sqlite+aiosqlite:///{file}")
    async with before.read() as connection:
        lines: Sequence[Any] = (await connection.execute(select(history))).mappings().all()
    await before.close()
    with postgres_server() as server, fresh_database(server) as address:
        store = Database(database_address(address))
        await prepare_kept(store)
        async with store.write() as connection:
            for first in range(0, len(lines), AT_ONCE):
                await connection.execute(
                    insert(history), [dict(each) for each in lines[first : first + AT_ONCE]]
                )
        async with store.read() as connection:
            table = await connection.scalar(text("SELECT pg_table_size('history')"))
            found = await connection.execute(
                text(
                    "SELECT indexrelname, pg_relation_size(indexrelid) FROM pg_stat_user_indexes WHERE relname = 'history' ORDER BY 1"
                )
            )
            sizes = [("history", table), *found.all()]
        await store.close()
    return [Part(f"PostgreSQL, {name}", size, len(lines), "line") for name, size in sizes]


def _by_code(file: Path) -> Iterator[str]:
    """Say which decisions there were, and how long their lines are."""
    with sqlite3.connect(file) as database:
        found = database.execute(
            "SELECT code, count(*), avg(length(row)), avg(length(changes) + length(facts)), avg(length(engine)) FROM history "
            "GROUP BY code ORDER BY 2 DESC"
        ).fetchall()
    database.close()
    yield "lines of history by decision, and how many characters of row, changes and facts, and version they have:"
    for code, count, row, told, version in found:
        yield f"  {code:<20} {count:>6,}  {row:>7,.0f} {told:>6,.0f} {version or 0:>3.0f}"


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--clients", type=int, default=200)
    with tempfile.TemporaryDirectory(prefix="client-sync-sizes-") as place:
        asyncio.run(main(Path(place), parser.parse_args().clients))

"""The read model is built again while people work without a rest, and nobody is refused, or ever shown half of it."""

import asyncio
import json
import time
from collections import Counter
from dataclasses import dataclass, field
from itertools import cycle
from typing import Any

import pytest
from sqlalchemy import select

from adapters.store.database import Database
from adapters.store.read_tables import read_customers, read_firms, read_links
from tests import commands
from tests.chaos.checker.collect import read_topics
from tests.chaos.checker.log import read_log
from tests.integration.gateways.pair import Pair
from tests.patience import PATIENCE_SECONDS
from tests.story.company import Company

pytestmark = pytest.mark.asyncio(loop_scope="package")

CLIENTS = 12
PEOPLE = 4
"""So many work at once, each with some of the clients and without a rest."""
BREATH_SECONDS = 0.05
"""Between two looks of the same person."""
LOG = "sync.log"
TABLES = {"firm": read_firms, "link": read_links, "customer": read_customers}
COLUMNS = {
    "firm": ("firm_id",),
    "link": ("firm_id", "client_id", "customer_id"),
    "customer": ("firm_id", "customer_id"),
}


@dataclass(slots=True)
class Seen:
    """What one who looks again and again was answered: of the list, and of how ready the gateway is."""

    answers: Counter[str] = field(default_factory=Counter)
    states: Counter[str] = field(default_factory=Counter)
    fewest: int = CLIENTS

    async def look(self, company: Company, until: asyncio.Event) -> None:
        """Look until somebody says that it is enough."""
        while not until.is_set():
            listed = await company.api("GET", "/clients?limit=200")
            if listed.status == 200:
                self.fewest = min(self.fewest, len(listed.body["clients"]))
            self.answers["shown" if listed.status == 200 else listed.body["code"]] += 1
            ready = await company.ask("GET", f"http://127.0.0.1:{company.stack.http_port}/readyz")
            self.states[f"{ready.status} {ready.body['read_model']}"] += 1
            await asyncio.sleep(BREATH_SECONDS)


async def test_a_rebuild_under_load_ends_as_the_log_says_and_shows_nothing_half(pair: Pair) -> None:
    """Intents are decided meanwhile; each row is in the end what the checker, by its own code, folds from the log."""
    at_one, at_two = await pair.open_company()
    clients = [await at_one.add_client(f"Client {n}", sync=True) for n in range(CLIENTS)]
    for client in clients:
        await at_two.until_synced(client)
    enough, seen = asyncio.Event(), (Seen(), Seen())
    looking = [
        asyncio.create_task(one.look(company, enough))
        for one, company in zip(seen, (at_one, at_two), strict=True)
    ]
    working = [
        asyncio.create_task(_work(company, clients[n::PEOPLE], enough))
        for n, company in zip(range(PEOPLE), cycle((at_one, at_two)), strict=False)
    ]

    for _ in range(2):
        said = await asyncio.to_thread(_rebuild, pair)
        assert said["read_model"] == "built_again"
        assert said["records"] > 0
    both = await asyncio.gather(*(asyncio.to_thread(_rebuild, pair) for _ in range(2)))
    assert [each["read_model"] for each in both] == ["built_again", "built_again"]
    enough.set()
    intents = await asyncio.gather(*working)
    await asyncio.gather(*looking)

    for each in seen:
        assert set(each.states) == {"200 ok"}
        assert each.fewest == CLIENTS, "a list was shown while clients were missing from it"
        assert set(each.answers) == {"shown"}
    assert min(intents) > 0, "nothing was asked for while it was built again"
    await _compare(pair)


def _rebuild(pair: Pair) -> Any:
    done = commands.run(("read-model", "rebuild", "--json"), pair.one.stack.settings)
    done.check_returncode()
    return json.loads(done.stdout)


async def _work(company: Company, clients: list[str], enough: asyncio.Event) -> int:
    """Edit, unmatch and restore in turn, each client once at least; gives how much came before it was enough."""
    taken, meanwhile = 0, 0
    while not enough.is_set() or taken <= len(clients):
        client = clients[taken % len(clients)]
        await company.edit_client(client, email=f"p{taken}@example.com")
        intent = "unmatch" if taken // len(clients) % 2 == 0 else "restore"
        answer = await company.act(client, intent)
        assert answer.status in {200, 202, 409}, answer
        taken += 1
        meanwhile += not enough.is_set()
    return meanwhile


async def _compare(pair: Pair) -> None:
    """Compare every row with the log's, once the log and the tables stand still."""
    database = Database(pair.one.stack.settings["CLIENT_SYNC_DATABASE_URL"])
    deadline = time.monotonic() + PATIENCE_SECONDS
    try:
        while True:
            folded = await _folded(pair)
            shown = await _shown(database)
            if folded == shown:
                break
            assert time.monotonic() < deadline, _difference(folded, shown)
    finally:
        await database.close()
    assert Counter(kind for kind, *_ in shown) > Counter(
        {"firm": 0, "link": CLIENTS - 1, "customer": CLIENTS - 1}
    )


async def _folded(pair: Pair) -> dict[tuple[str | None, ...], Any]:
    log = read_log(tuple((await read_topics(pair.one.stack.bootstrap, (LOG,)))[LOG]))
    rows = [record.row for record in log.rows.values() if record.row["kind"] in TABLES]
    return {(row["kind"], *(row[name] for name in COLUMNS[row["kind"]])): row for row in rows}


async def _shown(database: Database) -> dict[tuple[str | None, ...], Any]:
    shown: dict[tuple[str | None, ...], Any] = {}
    async with database.read() as connection:
        for kind, table in TABLES.items():
            columns = [table.c[name] for name in COLUMNS[kind]]
            for *key, row in await connection.execute(select(*columns, table.c.row)):
                shown[kind, *key] = json.loads(row)
    return shown


def _difference(folded: dict[Any, Any], shown: dict[Any, Any]) -> str:
    wrong = [key for key in folded.keys() | shown.keys() if folded.get(key) != shown.get(key)]
    return f"{len(wrong)} rows differ from the log, such as {wrong[:3]}"

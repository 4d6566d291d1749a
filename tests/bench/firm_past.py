"""The past of one firm, as a gateway's tables have it: clients edited in turn, one of them all the time, and in the end some unmatched."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, insert, update

from adapters.store.builds import FIRST
from adapters.store.built_tables import built_customers, built_firms, built_links, read_build
from adapters.store.database import Database
from adapters.store.kept_tables import history
from adapters.store.preparation import prepare
from adapters.store.projected_rows import columns_of
from adapters.store.row_json import plain, row_json
from domain.decision import Change
from domain.fields import Field
from domain.ids import ClientId, link_key
from domain.rows import LinkRow, Row
from tests.bench.content import NOW, connected, phone_of
from tests.bench.replays import FIRM, MISTAKEN, customer, link, unmatched

BATCH = 500
NUMBER, VERSION = 77777777, 66666666
"""What stands in the template where a row has its own."""
BUSY = 0
"""The number of the client that is edited all the time."""


class FirmPast:
    """`records` decisions about `links` clients; `busy` of them about one client."""

    def __init__(self, records: int, links: int, busy: int) -> None:
        self._records, self._links = records, links
        self._apart = records // busy
        self._template = row_json(link(NUMBER, VERSION)).replace("%", "%%")
        for number, name in ((NUMBER, "n"), (VERSION, "v")):
            self._template = self._template.replace(str(number), f"%({name})d")

    async def fill(self, file: Path) -> float:
        """Fill the tables; gives the mean weight of a row in history."""
        database = Database(f"sqlite+aiosqlite:///{file}")
        await prepare(database)
        await database.close()
        engine = create_engine(f"sqlite:///{file}")
        versions: Counter[int] = Counter()
        weight = 0
        with engine.begin() as connection:
            for index in history.indexes:
                index.drop(connection)
            lines = self._lines(versions)
            while some := list(islice(lines, BATCH)):
                weight += sum(len(line["row"]) for line in some)
                connection.execute(insert(history), some)
            for index in history.indexes:
                index.create(connection)
            connection.execute(insert(built_firms), [of_build(connected(FIRM))])
            connection.execute(insert(built_customers), [of_build(customer(n)) for n in range(self._links)])
            connection.execute(
                insert(built_links), [of_build(self._newest(n, versions)) for n in range(self._links)]
            )
            connection.execute(update(read_build).values(complete=True))
        engine.dispose()
        return weight / self._records

    def _newest(self, n: int, versions: Counter[int]) -> LinkRow:
        if self._is_mistaken(n):
            return unmatched(link(n, versions[n] - 1))
        return link(n, versions[n])

    def _is_mistaken(self, n: int) -> bool:
        return BUSY < n <= MISTAKEN

    def _lines(self, versions: Counter[int]) -> Iterator[dict[str, Any]]:
        for at in range(self._records - MISTAKEN):
            turn, part = divmod(at, self._apart)
            n = BUSY if part == 0 else 1 + (at - turn) % (self._links - 1)
            versions[n] += 1
            first = versions[n] == 1
            time = NOW + timedelta(hours=at / self._records)
            yield self._line(at, n, versions[n], time, code="match" if first else "client_edited") | {
                "actor": "user:lee" if first else "user:erin",
                "changes": [] if first else _changes(n, versions[n]),
            }
        for n in range(1, MISTAKEN + 1):
            at = self._records - MISTAKEN + n - 1
            row = unmatched(link(n, versions[n]))
            versions[n] += 1
            yield self._line(at, n, versions[n], NOW + timedelta(hours=1), code="unmatch") | {
                "row": row_json(row)
            }

    def _line(self, at: int, n: int, version: int, time: datetime, code: str) -> dict[str, Any]:
        return {
            "partition": 0,
            "offset": at,
            "firm_id": FIRM,
            "row_key": link_key(FIRM, ClientId(f"c-{n}")),
            "version": version,
            "verdict": "applied",
            "code": code,
            "actor": "user:dana",
            "time": time,
            "input_topic": "canopy.client-events",
            "input_id": f"evt-{at}",
            "changes": [],
            "facts": {},
            "row": self._template % {"n": n, "v": version},
        }


def _changes(n: int, version: int) -> Any:
    key, before, after = link_key(FIRM, ClientId(f"c-{n}")), phone_of(version - 1), phone_of(version)
    return plain(
        [
            Change(key=key, what="seen", side="canopy", field=Field.PHONE, before=before, after=after),
            Change(key=key, what="sent", side="quickbooks", field=Field.PHONE, before=before, after=after),
        ]
    )


def of_build(row: Row) -> dict[str, Any]:
    """Give the columns of a row in the build that is shown."""
    return {"build": FIRST, **columns_of(row)}

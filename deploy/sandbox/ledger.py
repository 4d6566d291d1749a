"""The ledger: every request that a stand-in received, so that a test can say what really reached the outside."""

from collections.abc import Iterator
from dataclasses import dataclass

import orjson

from deploy.sandbox.clock import iso_milliseconds, utc_now
from deploy.sandbox.state import State

SCHEMA = """
CREATE TABLE IF NOT EXISTS ledger (
    n INTEGER PRIMARY KEY, time TEXT NOT NULL, tenant TEXT, method TEXT NOT NULL, path TEXT NOT NULL,
    query TEXT NOT NULL, request_id TEXT, body TEXT NOT NULL, status INTEGER, answer TEXT NOT NULL DEFAULT 'null',
    committed INTEGER NOT NULL DEFAULT 0, entity TEXT, fault TEXT, finished TEXT
)
"""
ENTRIES_A_PAGE = 500


@dataclass(frozen=True, slots=True)
class Call:
    """One request: whose it is, and what it says."""

    method: str
    path: str
    """Without the query string."""
    query: dict[str, str]
    tenant: str | None
    """Realm or firm."""
    request_id: str | None
    """`requestid` in QuickBooks, `Idempotency-Key` in Canopy."""
    body: bytes
    n: int = 0
    """Its number in the ledger, from 1; 0 for control requests, which are not in it."""


class Ledger:
    """Entries are numbered from 1, opened when a request is received and completed when it has been answered."""

    def __init__(self, state: State) -> None:
        self._state = state
        state.define(SCHEMA)

    def open(self, call: Call) -> int:
        """Write down a request that has just arrived; returns its number."""
        return self._state.write(
            "INSERT INTO ledger (time, tenant, method, path, query, request_id, body) VALUES (?, ?, ?, ?, ?, ?, ?)",
            iso_milliseconds(utc_now()),
            call.tenant,
            call.method,
            call.path,
            orjson.dumps(call.query).decode(),
            call.request_id,
            _as_json(call.body),
        )

    def commit(self, n: int, entity: str) -> None:
        """Say that request `n` changed a record. Belongs into the transaction of that change."""
        self._state.write("UPDATE ledger SET committed = 1, entity = ? WHERE n = ?", entity, n)

    def finish(self, n: int, status: int | None, answer: bytes, fault: str | None = None) -> None:
        """Complete an entry. No status: the connection was closed without an answer."""
        self._state.write(
            "UPDATE ledger SET status = ?, answer = ?, fault = ?, finished = ? WHERE n = ?",
            status,
            _as_json(answer),
            fault,
            iso_milliseconds(utc_now()),
            n,
        )

    def pages(self, since: int) -> Iterator[list[bytes]]:
        """Read the entries after number `since`, oldest first, each as JSON, a page at a time."""
        (newest,) = self._state.rows("SELECT coalesce(max(n), 0) FROM ledger")[0]
        while since < newest:
            rows = self._state.rows(
                "SELECT * FROM ledger WHERE n > ? AND n <= ? ORDER BY n LIMIT ?",
                since,
                newest,
                ENTRIES_A_PAGE,
            )
            if not rows:  # emptied while we read
                return
            since = rows[-1]["n"]
            yield [_entry(dict(row)) for row in rows]


def _as_json(text: bytes) -> str:
    """Keep JSON as it is; other text (a query, a broken body) becomes a JSON string, nothing becomes null."""
    if not text:
        return "null"
    try:
        return orjson.dumps(orjson.loads(text)).decode()
    except orjson.JSONDecodeError:
        return orjson.dumps(text.decode(errors="replace")).decode()


def _entry(row: dict[str, object]) -> bytes:
    for name in ("query", "body", "answer"):
        row[name] = orjson.Fragment(str(row[name]))
    row["committed"] = bool(row["committed"])
    return orjson.dumps(row)

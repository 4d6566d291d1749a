"""Events that Kafka has not acknowledged yet, written in the same transaction as the change that they tell of."""

import asyncio
import time
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import orjson

from deploy.sandbox.canopy.abilities import Able
from deploy.sandbox.canopy.fields import EMPTY, Json
from deploy.sandbox.faults import OF_MESSAGES, Do, Faults
from deploy.sandbox.ledger import Call
from deploy.sandbox.state import State

SCHEMA = """
CREATE TABLE IF NOT EXISTS outbox (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, firm TEXT NOT NULL, due REAL NOT NULL, event TEXT NOT NULL
)
"""


class Change(StrEnum):
    """What an event says has happened."""

    CREATED = "created"
    EDITED = "edited"
    ARCHIVED = "archived"
    RESTORED = "restored"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class Origin:
    """The request that changed a client, and who made it."""

    call: Call
    actor: str
    """`user:ID` or `system:NAME`."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """One event that waits, with the bytes that will be its value in Kafka."""

    seq: int
    firm: str
    event: bytes


@dataclass(slots=True)
class Outbox:
    """The events that wait, oldest first."""

    state: State
    faults: Faults
    able: Able
    filled: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when there may be something to send."""

    def __post_init__(self) -> None:
        self.state.define(SCHEMA)

    def put(
        self, firm: str, change: Change, client: Json, origin: Origin, *, sync: bool | None = None
    ) -> None:
        """Write the event of a change. Faults of messages are done to events as well."""
        fault = self.faults.take(origin.call, OF_MESSAGES)
        if fault is not None and fault.do is Do.DROP_WEBHOOK:
            return
        due = time.time() + (fault.seconds if fault is not None and fault.do is Do.DELAY_WEBHOOK else 0.0)
        cause = origin.call.request_id if self.able.now.causes else None
        event = orjson.dumps(_event(firm, change, client, origin.actor, cause, sync=sync)).decode()
        for _ in range(2 if fault is not None and fault.do is Do.DOUBLE_WEBHOOK else 1):
            self.state.write("INSERT INTO outbox (firm, due, event) VALUES (?, ?, ?)", firm, due, event)
        self.filled.set()

    def due(self, most: int) -> list[Waiting]:
        """Take the oldest events that may be sent now; they stay until they are `sent`."""
        rows = self.state.rows(
            "SELECT seq, firm, event FROM outbox WHERE due <= ? ORDER BY seq LIMIT ?", time.time(), most
        )
        return [Waiting(row["seq"], row["firm"], row["event"].encode()) for row in rows]

    def next_due(self) -> float | None:
        """Say when the next event may be sent (seconds since 1970), if any waits."""
        ((moment,),) = self.state.rows("SELECT min(due) FROM outbox")
        return None if moment is None else float(moment)

    def sent(self, events: list[Waiting]) -> None:
        """Forget events that Kafka has acknowledged."""
        with self.state.transaction():
            for event in events:
                self.state.write("DELETE FROM outbox WHERE seq = ?", event.seq)

    def waiting(self) -> list[Json]:
        """Show all events that wait."""
        return [
            orjson.loads(row["event"]) for row in self.state.rows("SELECT event FROM outbox ORDER BY seq")
        ]


def _event(
    firm: str, change: Change, client: Json, actor: str, cause: str | None, *, sync: bool | None
) -> dict[str, Any]:
    """Make a CloudEvent in structured JSON; `data` is the whole client."""
    head = {"client_id": client["client_id"], "version": client["version"]}
    toggle = {} if sync is None else {"sync_client": sync}
    return {
        "specversion": "1.0",
        "id": f"canopy-{firm}-{client['client_id']}-{client['version']}",
        "source": "/canopy",
        "type": f"canopy.client.{change}.v1",
        "subject": client["client_id"],
        "time": client["updated_at"],
        "datacontenttype": "application/json",
        "firmid": firm,
        "actor": actor,
        **({"cause": cause} if cause else {}),
        "data": {**head, **toggle, **{name: client[name] for name in EMPTY}},
    }

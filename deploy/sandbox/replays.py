"""Answers kept by idempotency key: a repeated request gets the first answer again, and nothing is done twice.

Only successes are kept. A request is carried out in one go, between two awaits, so a second one with the same key that
comes while the first is still held by latency either finds the first one's answer here or is itself the first.
"""

import hashlib
from dataclasses import dataclass

from deploy.sandbox.ledger import Call
from deploy.sandbox.state import State

SCHEMA = """
CREATE TABLE IF NOT EXISTS replays (
    tenant TEXT NOT NULL, key TEXT NOT NULL, fingerprint TEXT NOT NULL, status INTEGER NOT NULL, answer BLOB NOT NULL,
    PRIMARY KEY (tenant, key)
) WITHOUT ROWID
"""


@dataclass(frozen=True, slots=True)
class Kept:
    """A first answer, and a fingerprint of the request that it was given to."""

    fingerprint: str
    status: int
    answer: bytes


class Replays:
    """The kept answers of all tenants."""

    def __init__(self, state: State) -> None:
        self._state = state
        state.define(SCHEMA)

    def find(self, call: Call) -> Kept | None:
        """Look for the answer that was given to this key of this tenant."""
        rows = self._state.rows(
            "SELECT fingerprint, status, answer FROM replays WHERE tenant = ? AND key = ?",
            call.tenant,
            call.request_id,
        )
        return Kept(*rows[0]) if rows else None

    def keep(self, call: Call, status: int, answer: bytes) -> None:
        """Keep a success. Belongs into the transaction of the change."""
        self._state.write(
            "INSERT INTO replays VALUES (?, ?, ?, ?, ?)",
            call.tenant,
            call.request_id,
            fingerprint(call),
            status,
            answer,
        )


def fingerprint(call: Call) -> str:
    """Tell requests apart that carry the same key."""
    return hashlib.sha256(b"\0".join((call.method.encode(), call.path.encode(), call.body))).hexdigest()

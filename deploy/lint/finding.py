"""One thing that is to be said about an event, and how to mend it."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

Level = Literal["error", "warning", "note"]
"""error: the event would be parked. warning: it is read, and something is lost or asked. note: good to know."""

MENDS: Mapping[str, str] = MappingProxyType(
    {
        "$": "send one JSON object in UTF-8 as the record's value (CloudEvents 1.0, structured mode)",
        "$.specversion": 'write "specversion": "1.0"',
        "$.actor": "write user:ID or system:NAME, or leave it out",
        "$.cause": "write the id of what led to this, or leave it out",
        "$.id": "give each event an id of its own; the same event sent again keeps it",
        "$.type": "write one of canopy.client.{created,edited,archived,restored,deleted}.v1",
        "$.time": "write when the client changed, with its zone, as in 2026-01-31T10:00:00Z",
        "$.firmid": "write the firm's id, the same as the record's key",
        "$.data": "write the whole client as an object",
        "$.data.client_id": "write the client's id, which never changes",
        "$.data.version": "write a whole number that grows with every change of that client",
        "$.data.type": 'write "individual" or "business"',
        "$.data.address": "write an object of line1, line2, city, region, postal_code, country, or null",
        "$.data.active": "write true or false, or leave it out",
        "$.data.archived": "leave it out: the event's type says it",
        "$.data.sync_client": "write true or false in a created event, or leave it out",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """`path`: where, as a JSON path. `said`: what was expected, or what will become of it. `mend`: what to do."""

    level: Level
    path: str
    said: str
    mend: str | None = None


def problem(path: str, said: str) -> Finding:
    """Say that the reader would not take what stands there."""
    mend = MENDS.get(path, "write a text, or null where it is empty" if path.startswith("$.data.") else None)
    return Finding(level="error", path=path, said=said, mend=mend)

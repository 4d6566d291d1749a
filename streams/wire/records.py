"""The records of `sync.log`, as bytes and as what they mean.

A record is a CloudEvent. Its `data` holds the whole new row and its cause, and the offset at which its writer
expected it to lie: a reader believes it there and nowhere else (docs/adr/0003-records-claim-their-offset.md).
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Annotated, Any

import orjson
from pydantic import Discriminator, TypeAdapter, ValidationError

from domain.bounds import ENGINE
from domain.codes import IntentCode
from domain.decision import Change, Decision, Verdict
from domain.firm_rows import AllFirmsRow, FirmRow
from domain.ids import EffectId, EngineVersion
from domain.inputs import Cause
from domain.rows import CustomerRow, LinkRow, Row, Tombstone
from domain.stops import StopReason
from streams.wire.bounded import KEPT, reader
from streams.wire.sharing import plain, sharing_reader
from streams.wire.unreadable import UnreadableRecordError

SCHEMA = 1
TYPE = "sync.log.decision.v1"

NO_ROW = "none"
"""The kind of what is no row (`Tombstone`)."""

IMPORT_BEGUN = "import_begun"
IMPORT_COMPLETE = "import_complete"
"""Codes of records under `all/P`: while the newest of them is the first, the partition is being filled, and nobody decides
(docs/adr/0036-an-import-has-an-end.md)."""

ERASE: IntentCode = "erase"

Positions = Mapping[str, int]
"""Per input topic, the last offset of this partition that has been decided."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogRecord:
    """One row as one decision left it. `at`: the offset it claims. `input` None: a repair, which decides nothing.

    `engine`: the version of the program that wrote it. None: nobody can say, of a record that was read; a worker always does,
    since those of versions before read no record without.
    """

    at: int
    version: int
    verdict: Verdict
    code: str
    row: Row | Tombstone
    positions: Positions
    changes: tuple[Change, ...] = ()
    facts: Mapping[str, str] = field(default_factory=dict)
    input: Cause | None = None
    schema: int = SCHEMA
    engine: EngineVersion | None = None


@dataclass(frozen=True, slots=True)
class _Head:
    at: int
    version: int
    verdict: Verdict
    code: str
    positions: dict[str, int]
    facts: dict[str, str]
    schema: int
    engine: str | None = None


_TrueRow = Annotated[FirmRow | LinkRow | CustomerRow | AllFirmsRow, Discriminator("kind")]
_AnyRow = Annotated[FirmRow | LinkRow | CustomerRow | AllFirmsRow | Tombstone, Discriminator("kind")]

# What is read here is worked with and written again, so of a kind that can be: no number that JSON would lose, no
# time without its zone. How large it may have been when it came in is another question.
_HEAD = reader(_Head, KEPT)
_POSITIONS = reader(dict[str, int], KEPT)
_ROW = reader(_AnyRow, KEPT)
_TRUE_ROW = sharing_reader(_TrueRow)
_CHANGES = reader(tuple[Change, ...], KEPT)
_INPUT = reader(Cause, KEPT)
_CAUSE = reader(Cause | None, KEPT)


@cache
def shape_of_rows() -> str:
    """Give a digest of all that this version reads in a row and in a cause: what it does not know it would leave out."""
    shapes = (TypeAdapter(_TrueRow).json_schema(), TypeAdapter(Cause).json_schema())
    return hashlib.sha256(orjson.dumps(shapes, option=orjson.OPT_SORT_KEYS)).hexdigest()


def records_of(
    decision: Decision, cause: Cause, at: int, positions: Positions, engine: EngineVersion | None = None
) -> tuple[LogRecord, ...]:
    """Lay a decision out as consecutive records from offset `at` on. Changes stand with the row they are about.

    `engine`: the version that decided it.
    """
    return tuple(
        LogRecord(
            at=at + n,
            version=row.version,
            verdict=decision.verdict,
            code=decision.code,
            row=row,
            positions=positions,
            changes=tuple(change for change in decision.changes if change.key == row.key),
            facts=decision.facts if n == 0 else {},
            input=cause,
            engine=engine,
        )
        for n, row in enumerate(decision.rows)
    )


class UnwritableDecisionError(Exception):
    """Nobody could read back what the log would hold of it: nothing of it has been written."""


def lines_of(records: Iterable[LogRecord], partition: int) -> list[tuple[bytes, bytes]]:
    """Give keys and values of records as they are to lie in the log.

    Each is read back first: once it lies there, a row that can't be read stops its whole partition.

    Raises:
        UnwritableDecisionError: one of them can't be written, or not be read back.
    """
    lines = []
    for record in records:
        try:
            value = encode(record, partition)
            if not isinstance(record.row, Tombstone):
                row_in(orjson.loads(value)["data"]["row"])
        except Exception as wrong:
            # Whatever it is, it is about what this one input would leave, and about nothing else.
            raise UnwritableDecisionError(
                f"its {record.row.kind} row can't be written: {type(wrong).__name__}"
            ) from wrong
        lines.append((record.row.key.encode(), value))
    return lines


def encode(record: LogRecord, partition: int) -> bytes:
    """Write a record as a CloudEvent in structured JSON."""
    cause = record.input
    event: dict[str, Any] = {
        "specversion": "1.0",
        "id": f"log-{partition}-{record.at}",
        "source": "/client-sync/engine",
        "type": TYPE,
        "subject": record.row.key,
        "datacontenttype": "application/json",
        "firmid": record.row.firm_id,
    }
    if cause is not None:
        event |= {"time": cause.at, "cause": cause.id}
        if cause.actor is not None:
            event["actor"] = cause.actor
    return orjson.dumps(event | {"data": record}, default=plain, option=orjson.OPT_NON_STR_KEYS)


def is_erasure(code: object, verdict: object) -> bool:
    """Say whether a decision took a person's values out, which copies of the rows from before still hold."""
    return code == ERASE and verdict == Verdict.APPLIED


def claimed(value: bytes | None, offset: int) -> dict[str, Any] | None:
    """Give a record's JSON if it claims to lie at this offset, whatever else it says. None: it does not.

    No writer of ours appends what names no offset, so that is a stranger's, wherever it lies.
    """
    try:
        event: dict[str, Any] = orjson.loads(value or b"")
        at = event["data"]["at"]
    except (orjson.JSONDecodeError, KeyError, TypeError):
        return None
    return event if type(at) is int and at == offset else None


def check_schema(event: Mapping[str, Any]) -> None:
    """Stop at a schema newer than this version knows.

    Raises:
        UnreadableRecordError: it is newer, or the record names none.
    """
    schema = event["data"].get("schema")
    if type(schema) is not int:
        raise UnreadableRecordError("it names no schema")
    if schema > SCHEMA:
        raise UnreadableRecordError(
            f"it is of schema {schema}, and this version knows up to {SCHEMA}", StopReason.NEWER_SCHEMA
        )


@dataclass(frozen=True, slots=True)
class Glance:
    """What can be told of a record without reading its row: `pending` are the ids of the effects in it.

    `row` None: it holds none.
    """

    positions: Positions
    pending: frozenset[EffectId]
    row: dict[str, Any] | None
    input: Mapping[str, Any] | None


def glance(event: Mapping[str, Any]) -> Glance:
    """Look at a record as far as an older one of its key counts, of which only the last row is read."""
    try:
        data = event["data"]
        row = data["row"]
        is_row = row["kind"] != NO_ROW
        return Glance(_POSITIONS(data["positions"]), effects_in(row), row if is_row else None, data["input"])
    except (AttributeError, KeyError, TypeError, ValidationError) as wrong:
        raise UnreadableRecordError("its row can't be read") from wrong


def effects_in(row: Mapping[str, Any]) -> frozenset[EffectId]:
    """Name the effects that are pending in a row, before it is read."""
    return frozenset(EffectId(effect["id"]) for effect in row.get("pending", ()))


def cause_in(given: Mapping[str, Any]) -> Cause:
    """Read the input of a record that has one."""
    try:
        cause: Cause = _INPUT(given)
    except ValidationError as wrong:
        raise UnreadableRecordError("its input can't be read") from wrong
    return cause


def row_in(given: dict[str, Any]) -> Row:
    """Read the row of a record that has one, and nothing else; its JSON is used up."""
    try:
        row: Row = _TRUE_ROW(given)
    except ValidationError as wrong:
        raise UnreadableRecordError("its row can't be read") from wrong
    return row


def decode(event: Mapping[str, Any]) -> LogRecord:
    """Read a whole record from its parsed JSON.

    Raises:
        UnreadableRecordError: something in it is not of the kind that it must be.
    """
    data = event["data"]
    try:
        head: _Head = _HEAD(data)
        return LogRecord(
            at=head.at,
            version=head.version,
            verdict=head.verdict,
            code=head.code,
            row=_ROW(data["row"]),
            positions=head.positions,
            changes=_CHANGES(data["changes"]) if data["changes"] else (),
            facts=head.facts,
            input=_CAUSE(data["input"]),
            schema=head.schema,
            engine=_version_in(head.engine),
        )
    except (KeyError, ValidationError) as wrong:
        raise UnreadableRecordError("its row can't be read") from wrong


@lru_cache(maxsize=100)
def _version_in(told: str | None) -> EngineVersion | None:
    """Read which version wrote a record. What can be none is nobody's: it stands in no row, so it stops no partition."""
    return EngineVersion(told) if told is not None and ENGINE.holds(told) else None

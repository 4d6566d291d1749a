"""Firms in the middle of their lives, from the recorded histories: rows of all kinds, and effects that are waited for."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any

import orjson

from deploy.contracts.examples import examples
from deploy.contracts.messages import kinds
from domain.effects import Effect
from domain.firm_rows import AllFirmsRow, FirmRow
from domain.ids import EffectId, RowKey
from domain.inputs import Cause, Outcome
from domain.rows import LinkRow, Row, Tombstone
from streams.wire.inputs import OUTCOME, partition_of
from streams.wire.records import LogRecord, encode
from streams.wire.topics import INPUTS, OUTCOMES
from streams.worker.partition import Partition
from tests.fuzz.memory import PARTITIONS
from tests.fuzz.odd import Template
from tests.histories.history import FOLDER, Step, names, steps_in
from tests.unit.streams.test_doors_of_topics import CLIENT, CUSTOMER, RESULTS

HOME = partition_of("f-1", PARTITIONS)
"""The histories have one partition, for both of their firms."""

REALMS = {b"f-1-one": b"91301", b"f-1-other": b"91302", b"f-2-one": b"91303"}

MORE_RESULTS: tuple[dict[str, Any], ...] = (
    {"kind": "customer_read", "customer": CUSTOMER},
    {"kind": "customer_moved", "customer": CUSTOMER},
    {"kind": "client_moved", "client": CLIENT},
    {"kind": "client_gone", "client_id": "c-1001"},
    *({"kind": kind} for kind in ("name_taken", "step_due", "not_done", "unconfirmed")),
    {"kind": "failed", "why": "raised"},
)


@dataclass(frozen=True)
class Life:
    """One partition at one moment, with its whole log, and what may come next, topic by topic."""

    name: str
    records: tuple[LogRecord, ...]
    lines: tuple[tuple[bytes, bytes], ...]
    rows: tuple[Row, ...]
    causes: dict[EffectId, Cause]
    positions: dict[str, int]
    now: datetime
    answers: tuple[Template, ...]
    events: tuple[Template, ...]

    def partition(self) -> Partition:
        """Give it folded, a new one each time."""
        end = len(self.lines)
        made = Partition(HOME, end=end, last=(end - 1, self.lines[-1][1]), kept=end)
        for row in self.rows:
            made.table.put(row)
        made.positions |= self.positions
        made.causes |= self.causes
        return made

    def pending(self) -> Iterator[tuple[Row, Effect]]:
        """Give the effects that are waited for."""
        return ((row, effect) for row in self.rows for effect in row.pending)


@cache
def lives() -> tuple[Life, ...]:
    """Give two of each history, with the most kinds of effects under way."""
    return tuple(
        _life(name, steps[: end + 1], steps[end + 1 :])
        for name in names()
        for steps in [_steps(name)]
        for end in _moments(steps)
    )


def _steps(name: str) -> tuple[Step, ...]:
    """Read a history, with companies named as Intuit does, and the home that its firms have here."""
    lines = (FOLDER / f"{name}.jsonl").read_bytes()
    for realm, number in REALMS.items():
        lines = lines.replace(b'"%s"' % realm, b'"%s"' % number)
    return tuple(steps_in(lines))


def _moments(steps: tuple[Step, ...]) -> list[int]:
    rows: dict[RowKey, Row | Tombstone] = {}
    busy: dict[frozenset[str], tuple[int, int]] = {}
    for at, step in enumerate(steps):
        rows |= {record.row.key: record.row for record in step.records}
        pending = [
            effect.kind for row in rows.values() if not isinstance(row, Tombstone) for effect in row.pending
        ]
        how_many = (len(pending), at)
        if at + 1 < len(steps):
            busy[frozenset(pending)] = max(how_many, busy.get(frozenset(pending), how_many))
    best = sorted(busy, key=lambda found: (len(found), busy[found]), reverse=True)[:2]
    return sorted(busy[found][1] for found in best)


def _life(name: str, past: tuple[Step, ...], to_come: tuple[Step, ...]) -> Life:
    records = [_at_home(record) for step in past for record in step.records]
    lines = tuple(
        (record.row.key.encode(), encode(replace(record, at=n), HOME)) for n, record in enumerate(records)
    )
    partition = Partition(HOME)
    for record in records:
        _take(partition, record)
    causes = [record.input for record in records if record.input is not None]
    rows = tuple(partition.table)
    now = causes[-1].at
    return Life(
        name=f"{name}@{len(past)}",
        records=tuple(records),
        lines=lines,
        rows=rows,
        causes=dict(partition.causes),
        positions=partition.positions,
        now=now,
        answers=(*_answers(rows), *_next_outcomes(to_come[:20])),
        events=tuple(_events(rows, now)),
    )


def _at_home(record: LogRecord) -> LogRecord:
    return (
        replace(record, row=replace(record.row, partition=HOME))
        if isinstance(record.row, AllFirmsRow)
        else record
    )


def _take(partition: Partition, record: LogRecord) -> None:
    for topic, offset in record.positions.items():
        partition.positions[topic] = max(offset, partition.positions.get(topic, -1))
    if isinstance(record.row, Tombstone):
        return
    before = partition.table.get(record.row.key)
    now = {effect.id for effect in record.row.pending}
    for effect in before.pending if before is not None else ():
        if effect.id not in now:
            partition.causes.pop(effect.id, None)
    if record.input is not None:
        for effect_id in now:
            partition.causes.setdefault(effect_id, record.input)
    partition.table.put(record.row)


def _outcome(firm: str, effect: str, key: str, result: Any, realm: str | None) -> Template:
    data = {"effect_id": effect, "key": key, "result": result, "realm_id": realm}
    head = {"specversion": "1.0", "id": f"o-{effect}", "type": OUTCOME, "firmid": firm, "cause": effect}
    return Template(head | {"data": data}, OUTCOMES)


def _answers(rows: tuple[Row, ...]) -> Iterator[Template]:
    """Answer all that is waited for in all ways that there are."""
    realms = {
        row.firm_id: row.connection.realm_id
        for row in rows
        if isinstance(row, FirmRow) and row.connection is not None
    }
    for row in rows:
        for effect in row.pending:
            names_ = {
                b'"58"': getattr(effect, "customer_id", None),
                b'"c-1001"': getattr(effect, "client_id", None) or getattr(row, "client_id", None),
            }
            for result in (*RESULTS, *MORE_RESULTS):
                told = _renamed(orjson.dumps(result), names_)
                yield _outcome(row.firm_id, effect.id, row.key, told, realms.get(row.firm_id))


def _next_outcomes(steps: tuple[Step, ...]) -> Iterator[Template]:
    for step in steps:
        given = step.given
        if isinstance(given, Outcome):
            yield _outcome(given.firm_id, given.effect_id, given.key, given.result, given.realm_id)


def _events(rows: tuple[Row, ...], now: datetime) -> Iterator[Template]:
    """Give each type of message, about a client and a customer that are there."""
    links = [row for row in rows if isinstance(row, LinkRow)]
    synced = next((row for row in links if row.customer_id is not None), links[0] if links else None)
    firm = next((row for row in rows if isinstance(row, FirmRow) and row.connection is not None), None)
    known = {
        b'"c-1001"': synced.client_id if synced else None,
        b'"58"': synced.customer_id if synced else None,
        b'"9130357766890012"': firm.connection.realm_id if firm and firm.connection else None,
        b'"f-1"': synced.firm_id if synced else None,
        b'"2026-11-23T10:00:00Z"': now.isoformat(),
    }
    topics = {kind.type: kind.topic for kind in kinds() if kind.topic in INPUTS}
    for name, example in examples().items():
        if name in topics:
            yield Template(_renamed(orjson.dumps(example), known), topics[name])


def _renamed(value: bytes, known: dict[bytes, str | None]) -> Any:
    for name, now in known.items():
        if now is not None:
            value = value.replace(name, orjson.dumps(now))
    return orjson.loads(value)

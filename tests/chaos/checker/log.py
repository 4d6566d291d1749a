"""Reads `sync.log` by the reader's rule: a record is believed only at the offset that it claims."""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from .history import Message, Place

LinkKey = tuple[str, str]
"""Firm, client."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One believed record. `time` in milliseconds, by the broker's clock; `input` None: it decides nothing."""

    partition: int
    offset: int
    time: int
    key: str
    version: int
    verdict: str
    code: str
    row: Mapping[str, Any]
    positions: Mapping[str, int]
    input: Place | None
    input_id: str | None

    @property
    def link(self) -> LinkKey | None:
        """Firm and client, if it is a link's."""
        if self.row["kind"] != "link":
            return None
        return self.row["firm_id"], self.row["client_id"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The records that one input left, which lie side by side."""

    input: Place
    records: tuple[Record, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """Pending work of a row, as the record that planned it says; `believed` False: no true record ever did.

    A link's names its client, a customer's its customer.
    """

    id: str
    kind: str
    firm: str
    client: str | None
    customer: str | None
    planned_at: int
    believed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Log:
    """The whole log. `records` are the believed ones, by partition and offset; `steps` are what happened at once."""

    records: tuple[Record, ...]
    steps: tuple[tuple[Record, ...], ...]
    disbelieved: tuple[Message, ...]
    effects: Mapping[str, Effect]
    holes: tuple[str, ...] = ()
    rows: Mapping[str, Record] = field(default_factory=dict)

    def decisions(self) -> Iterator[Decision]:
        """Each decision, by partition and offset."""
        for step in self.steps:
            if step[0].input is not None:
                yield Decision(input=step[0].input, records=step)

    def links(self) -> dict[LinkKey, list[Record]]:
        """Each link's records, oldest first."""
        found: dict[LinkKey, list[Record]] = defaultdict(list)
        for record in self.records:
            if record.link is not None:
                found[record.link].append(record)
        return found

    def realms(self) -> dict[str, str]:
        """Each firm's realm, for firms that are or were connected."""
        return {
            record.row["firm_id"]: record.row["connection"]["realm_id"]
            for record in self.records
            if record.row["kind"] == "firm" and record.row["connection"]
        }


def read_log(messages: tuple[Message, ...]) -> Log:
    """Read the log from its first offset on. Values that are no JSON at all raise: then nothing can be judged."""
    believed: list[Record] = []
    disbelieved: list[Message] = []
    holes: list[str] = []
    effects: dict[str, Effect] = {}
    expected: dict[int, int] = defaultdict(int)
    for message in sorted(messages, key=lambda each: (each.partition, each.offset)):
        if message.offset != expected[message.partition]:
            holes.append(f"partition {message.partition}, before offset {message.offset}")
        expected[message.partition] = message.offset + 1
        data = json.loads(message.value or b"null")["data"]
        true = data["at"] == message.offset
        if true:
            believed.append(_record(message, data))
        else:
            disbelieved.append(message)
        for effect in _effects(message, data["row"], true):
            known = effects.get(effect.id)
            if known is None or (true and not known.believed):
                effects[effect.id] = effect
    return Log(
        records=tuple(believed),
        steps=tuple(_steps(believed)),
        disbelieved=tuple(disbelieved),
        effects=effects,
        holes=tuple(holes),
        rows={record.key: record for record in believed},
    )


def _record(message: Message, data: Mapping[str, Any]) -> Record:
    cause = data["input"]
    return Record(
        partition=message.partition,
        offset=message.offset,
        time=message.time,
        key=message.key or "",
        version=data["version"],
        verdict=data["verdict"],
        code=data["code"],
        row=data["row"],
        positions=data["positions"],
        input=(cause["topic"], cause["partition"], cause["offset"]) if cause else None,
        input_id=cause["id"] if cause else None,
    )


def _effects(message: Message, row: Mapping[str, Any], true: bool) -> Iterator[Effect]:
    customer = row["customer_id"] if row["kind"] == "customer" else None
    for effect in row.get("pending") or ():
        yield Effect(
            id=effect["id"],
            kind=effect["kind"],
            firm=row.get("firm_id", ""),
            client=row.get("client_id"),
            customer=effect.get("customer_id", customer),
            planned_at=message.time,
            believed=true,
        )


def _steps(records: list[Record]) -> Iterator[tuple[Record, ...]]:
    """Group what one decision wrote: side by side, of one input, each row once. The same row again: decided again."""
    step: list[Record] = []
    for record in records:
        last = step[-1] if step else None
        same = (
            last is not None
            and record.input is not None
            and (record.input, record.partition, record.offset)
            == (last.input, last.partition, last.offset + 1)
            and record.key not in {each.key for each in step}
        )
        if not same and step:
            yield tuple(step)
            step = []
        step.append(record)
    if step:
        yield tuple(step)

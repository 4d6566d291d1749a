"""A partition of `sync.log` in memory: records lie where they land, whatever they claim, and readers judge them as Kafka's do.

Each record is read once, as it lands: workers get what was parsed then, and the judge what was read of it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import groupby
from types import SimpleNamespace
from typing import cast

from domain.codes import DecisionCode
from domain.decision import Decision
from domain.ids import ALL_FIRMS, EffectId, FirmId
from domain.inputs import Cause
from domain.rows import Row, Tombstone
from streams.wire.believed import Unread, judge
from streams.wire.records import LogRecord, decode

Lines = Sequence[tuple[bytes, bytes]]


@dataclass(frozen=True, slots=True)
class Part:
    """The records of one decision, or what decides nothing."""

    lines: Lines
    records: tuple[LogRecord, ...]

    @property
    def cause(self) -> Cause | None:
        """The input that was decided. None: it decides nothing."""
        return self.records[0].input

    @property
    def decision(self) -> Decision:
        """What was decided, as far as the log says it."""
        first = self.records[0]
        return Decision(
            verdict=first.verdict,
            code=cast("DecisionCode", first.code),
            rows=tuple(_row(record) for record in self.records),
            changes=tuple(change for record in self.records for change in record.changes),
            facts=first.facts,
        )


@dataclass(frozen=True, slots=True)
class Entry:
    """One record batch. `by`: which worker appended it. `parts`: what it says; none where nobody believes it.

    `started`: the effects of which its decisions heard that they may have begun, if the run is to be kept as a history.
    """

    partition: int
    lies: int
    by: str
    lines: Lines
    parts: tuple[Part, ...]
    started: tuple[EffectId, ...] = ()

    @property
    def believed(self) -> bool:
        """Readers believe only what lies where it claims to."""
        return bool(self.parts)

    @property
    def firms(self) -> frozenset[FirmId]:
        """The firms that its decisions are about."""
        rows = (record.row for part in self.parts for record in part.records)
        return frozenset(row.firm_id for row in rows if row.firm_id != ALL_FIRMS)

    @property
    def end(self) -> int:
        """The offset behind it."""
        return self.lies + len(self.lines)


@dataclass(slots=True)
class Log:
    """`lying`: what lies at each offset; None where compaction has taken it away. `entries`: the batches, in their order."""

    partition: int
    lying: list[Unread | None] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)

    @property
    def end(self) -> int:
        """The offset behind the last record."""
        return len(self.lying)

    def append(self, by: str, lines: Lines, started: tuple[EffectId, ...]) -> Entry:
        """Append a batch, wherever the log ends now."""
        lies = self.end
        found = [
            judge(SimpleNamespace(partition=self.partition, offset=lies + n, key=key, value=value))
            for n, (key, value) in enumerate(lines)
        ]
        self.lying += found
        read = tuple(decode(each.event) for each in found if each.event is not None)
        assert len(read) in (0, len(found)), "some records of a batch are believed, and others are not"
        self.entries.append(Entry(self.partition, lies, by, lines, _parts(lines, read), started))
        return self.entries[-1]

    def read(self, begin: int) -> list[Unread]:
        """Read from an offset to the end."""
        return [each for each in self.lying[begin:] if each is not None]

    def hidden(self) -> list[bytes]:
        """Name the keys whose newest record nobody believes: compaction would leave nothing else of them."""
        newest = {each.key: each.event is not None for each in self.lying if each is not None}
        return [key or b"" for key, believed in newest.items() if not believed]

    def compact(self) -> None:
        """Keep the newest record of each key, whoever believes it."""
        newest = {each.key: n for n, each in enumerate(self.lying) if each is not None}
        kept = set(newest.values())
        self.lying = [each if n in kept else None for n, each in enumerate(self.lying)]

    def others_since(self, offset: int, name: str) -> bool:
        """Say whether others than this worker have written from an offset on."""
        for entry in reversed(self.entries):
            if entry.lies < offset:
                return False
            if entry.by != name:
                return True
        return False


def digest_of(logs: Iterable[Log]) -> str:
    """Give the SHA-256 of all that was ever written to them."""
    digest = sha256()
    for log in logs:
        for entry in log.entries:
            for key, value in entry.lines:
                digest.update(key)
                digest.update(value)
    return digest.hexdigest()


def _parts(lines: Lines, read: tuple[LogRecord, ...]) -> tuple[Part, ...]:
    parts = []
    together = zip(lines, read, strict=True) if read else ()
    for _, group in groupby(
        together, lambda each: each[1].input and (each[1].input.topic, each[1].input.offset)
    ):
        found = tuple(group)
        parts.append(Part(tuple(line for line, _ in found), tuple(record for _, record in found)))
    return tuple(parts)


def _row(record: LogRecord) -> Row:
    assert not isinstance(record.row, Tombstone), f"a decision leaves no row under {record.row.key}"
    return record.row

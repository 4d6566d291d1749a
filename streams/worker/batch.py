"""Decisions of one partition that are appended together: each is made on the rows that the ones before it leave."""

from collections.abc import Container, Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.decide import decide
from domain.decision import Decision
from domain.ids import EffectId, EngineVersion
from domain.inputs import Cause, Input
from domain.layer import Layer
from domain.rows import Row
from domain.table import Table
from streams.wire.records import LogRecord, lines_of, records_of
from streams.worker.partition import Partition

MOST_INPUTS = 64
MOST_BYTES = 512 * 1024
"""So much goes into one batch; only what is alone in it may be larger."""

FRAMING_BYTES = 64
"""What Kafka lays around a record, at most."""


@dataclass(frozen=True, slots=True)
class Decided:
    """One input that is decided in the batch. `before`: the rows that it replaces. `begun`: when it was taken up."""

    given: Input
    cause: Cause
    decision: Decision
    before: Sequence[Row | None]
    begun: datetime


class _Started:
    """Names what may have begun: what was planned in the batch itself lies in no log yet, so nobody can have begun it."""

    def __init__(self, before: Container[EffectId]) -> None:
        self._before = before
        self.planned: set[EffectId] = set()

    def __contains__(self, effect: object) -> bool:
        return effect not in self.planned and effect in self._before


class Batch:
    """One partition's next records. `at`: the offset that the first one claims. `started`: what may have begun before.

    `engine`: the version of the program that decides here. `unrecorded`: inputs after the last decision that leave no record.
    Nothing of it is in the partition's table before it is in the log. The caller holds the partition's lock.
    """

    def __init__(self, partition: Partition, started: Container[EffectId], engine: EngineVersion) -> None:
        self.partition = partition
        self.engine = engine
        self.at = partition.end
        self.decided: list[Decided] = []
        self.records: list[LogRecord] = []
        self.lines: list[tuple[bytes, bytes]] = []
        self.unrecorded: list[tuple[str, int]] = []
        self._rows: Table | Layer = partition.table
        self._laid_over = 0
        self._positions: dict[str, int] = {}
        self._started = _Started(started)
        self._weight = 0

    def is_full(self, most: int = MOST_INPUTS) -> bool:
        """Say whether the next input has to wait for the next batch."""
        return len(self.decided) + len(self.unrecorded) >= most or self._weight >= MOST_BYTES

    def has_decided(self, topic: str, offset: int) -> bool:
        """Say whether an input has been decided, in here or before."""
        return offset <= self._positions.get(topic, -1) or self.partition.has_decided(topic, offset)

    def decide(self, given: Input, cause: Cause) -> Decision | None:
        """Decide an input on the rows that the decisions before it leave. It counts once it is taken in."""
        self._lay_over()
        return decide(self._rows, given, cause, self._started)

    def take_in(self, given: Input, cause: Cause, decision: Decision, begun: datetime) -> bool:
        """Take a decision in. False: it does not fit any more, and has to be made again for the next batch.

        Raises:
            UnwritableDecisionError: nothing of it is taken in.
        """
        positions = {**self.partition.positions_now(), **self._positions, cause.topic: cause.offset}
        records = records_of(decision, cause, self.at + len(self.records), positions, self.engine)
        lines = lines_of(records, self.partition.number)
        weight = sum(len(key) + len(value) + FRAMING_BYTES for key, value in lines)
        if self.decided and self._weight + weight > MOST_BYTES:
            return False
        before = [self._rows.get(row.key) for row in decision.rows]
        self.decided.append(Decided(given, cause, decision, before, begun))
        self.records += records
        self.lines += lines
        self.unrecorded.clear()
        self._weight += weight
        self._positions[cause.topic] = cause.offset
        return True

    def leaves_no_record(self, cause: Cause) -> None:
        """Take in an input that changes nothing; the next record says that it was looked at."""
        self._positions[cause.topic] = cause.offset
        self.unrecorded.append((cause.topic, cause.offset))

    def _lay_over(self) -> None:
        """Show the next decision the rows of those before it. One that stays alone needs no layer."""
        for each in self.decided[self._laid_over :]:
            if not isinstance(self._rows, Layer):
                self._rows = Layer(self._rows)
            for old, row in zip(each.before, each.decision.rows, strict=True):
                known = {effect.id for effect in old.pending} if old is not None else set()
                self._started.planned |= {effect.id for effect in row.pending} - known
                self._rows.put(row)
        self._laid_over = len(self.decided)

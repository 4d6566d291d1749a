"""The four input topics: the production engine, table and lanes, in front of two sides that are away.

Each example is the life of a firm that goes on with up to a dozen messages, most of them spoilt.
"""

import asyncio
from dataclasses import dataclass, replace
from datetime import timedelta
from types import TracebackType
from typing import Any, Self

from hypothesis import strategies as st

from adapters.canopy.mapping import client_of
from domain.obstacles import Obstacle
from domain.ports import TryLater
from streams.kafka.dead_letters import DeadLetterWriter
from streams.kafka.outcome_writer import OutcomeWriter
from streams.kafka.stamps import stamped
from streams.wire.believed import judge
from streams.wire.inputs import Message
from streams.wire.meters import UNRECORDED
from streams.wire.records import claimed
from streams.wire.topics import DEAD_LETTERS, INPUTS, OUTCOMES
from streams.worker.deciding import Deciding
from streams.worker.engine import Engine
from streams.worker.folding import Folding
from streams.worker.lanes import Lanes
from streams.worker.limiters import Doors
from streams.worker.log_table import LogTable
from streams.worker.partition import Partition
from streams.worker.partition_context import Outside
from tests.engine_version import ENGINE
from tests.fuzz.door import Took, must
from tests.fuzz.lives import HOME, Life, lives
from tests.fuzz.memory import (
    PARTITIONS,
    MemoryLog,
    MemoryProducer,
    NoCheckpoints,
    NoGroup,
    NothingAhead,
    Sent,
    record,
)
from tests.fuzz.odd import BYTES, CANARY, Change, changes, maybe_bytes, written
from tests.unit.streams.virtual_time import VirtualClock, VirtualLoop

OTHER = (HOME + 1) % PARTITIONS
OURS = (HOME, OTHER)
BUGS_OF_OURS = frozenset({"handling_failed", "decision_unwritable", "decision_too_large"})
LONGEST_DETAIL = 2000
AWAY_SECONDS = 5.0

AROUND: tuple[dict[str, Any], ...] = (
    *(
        {"key": key}
        for key in (None, b"", b"f-2", b"\xff\xfe", b"x" * 5000, b"f-1\0", b" f-1", CANARY.encode())
    ),
    {"partition": OTHER},
    {"partition": OTHER, "key": None},
    *(
        {"at": stamped(seconds)}
        for seconds in (-1.0, 0.0, 1e9, 4e9, 4.2e9, 253402300799.0, 1e15, -1e15, 1e300)
    ),
    *(
        {"trace": trace}
        for trace in ("", "00-ü-x-01", "00-" + "a" * 32 + "-" + "b" * 16 + "-01", "x" * 20_000, "\0")
    ),
    {"value": None},
    {"value": b"x" * (1024 * 1024 + 1)},
    {"value": b'{"specversion":"1.0","a":"' + b"x" * (1024 * 1024 - 40) + b'"}'},
)
"""What may be odd around an event."""


@dataclass(frozen=True)
class Letter:
    """One message: which template, what is spoilt in it, in its bytes, and around it."""

    answer: bool
    template: int
    changes: list[Change]
    bytes: int | None
    around: int | None


@dataclass(frozen=True)
class Story:
    """`patience`: whether the lanes get to tell that both sides are away."""

    life: int
    letters: list[Letter]
    patience: bool


_around = st.integers(0, len(AROUND) * 6).map(lambda number: number if number < len(AROUND) else None)
_letters = st.builds(Letter, st.booleans(), st.integers(0, 1000), changes, maybe_bytes, _around)


class Topics:
    """The door."""

    examples = st.builds(
        Story,
        st.integers(0, 11),
        st.lists(_letters, min_size=1, max_size=12),
        st.integers(0, 7).map(lambda n: n == 1),
    )

    def __enter__(self) -> Self:
        self._loop = VirtualLoop()
        lives()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.close()

    def take(self, example: Story) -> Took:
        """Play one story, and look at all that it left."""
        return self._loop.run_until_complete(_play(example, VirtualClock(self._loop)))


async def _play(story: Story, clock: VirtualClock) -> Took:
    worker = _Worker(lives()[story.life % len(lives())], clock)
    took = Took()
    try:
        for letter in story.letters:
            message, values = worker.message(letter)
            took.add(values, await worker.take(message))
            await asyncio.sleep(0.01)
            await worker.take_outcomes(took)
        if story.patience:
            await asyncio.sleep(2 * AWAY_SECONDS)
            await worker.take_outcomes(took)
    finally:
        await worker.leave()
    must(not worker.fatal, f"a lane ended the worker: {worker.fatal!r}")
    await worker.fold_again()
    return took


class _Away:
    """Both sides: whoever asks waits, and hears that it was for nothing."""

    def __init__(self, clock: VirtualClock) -> None:
        self._clock = clock

    def __getattr__(self, _name: str) -> Any:
        async def answer(*_: object) -> TryLater:
            await self._clock.sleep(AWAY_SECONDS)
            return TryLater(why=Obstacle.NO_ANSWER, may_have_happened=True, after_seconds=900)

        return answer


class _Worker:
    """A worker in the middle of its work."""

    def __init__(self, life: Life, clock: VirtualClock) -> None:
        self._life = life
        self.fatal: list[BaseException] = []
        self._producer = MemoryProducer()
        self._offsets = {(topic, HOME): life.positions.get(topic, -1) + 1 for topic in INPUTS}
        self._log = MemoryLog({HOME: life.lines, OTHER: ()})
        away = _Away(clock)
        outcomes = OutcomeWriter(self._producer)  # type: ignore[arg-type]
        outside = Outside(quickbooks=away, canopy=away, outcomes=outcomes, clock=clock, doors=Doors(clock))
        self._lanes = Lanes(outside, 1e12, self.fatal.append)
        self._table = LogTable(self._log, self._log, NoCheckpoints(), self._lanes.folded, clock, ENGINE)
        made = life.partition()
        made.lease_renewed_at = clock.monotonic()
        self._table._partitions[HOME] = made
        self._engine = Engine(
            self._table,
            self._lanes,
            Deciding(
                self._table,
                self._lanes,
                DeadLetterWriter(self._producer),  # type: ignore[arg-type]
                client_of,
                PARTITIONS,
                clock,
                None,
            ),
            NoGroup("nowhere", "worker", INPUTS),
            NothingAhead("nowhere", OUTCOMES),
            lambda: (1, frozenset(OURS)),
        )

    def message(self, letter: Letter) -> tuple[Message, int]:
        """Write what a letter says; and how many hostile values are in it."""
        templates = self._life.answers if letter.answer else self._life.events
        template = templates[letter.template % len(templates)]
        event, values = template.spoilt(letter.changes)
        value = written(event)
        if letter.bytes is not None:
            value, values = BYTES[letter.bytes](value), values + 1
        around = AROUND[letter.around] if letter.around is not None else {}
        key = b"f-2" if b'"firmid":"f-2"' in template.value else b"f-1"
        message = self._next(template.about, value, key, around.get("partition", HOME))
        return replace(message, **around), values + len(around)

    def _next(self, topic: str, value: bytes, key: bytes | None, partition: int = HOME) -> Message:
        offset = self._offsets.get((topic, partition), 0)
        self._offsets[topic, partition] = offset + 1
        at = self._life.now + timedelta(seconds=1)
        return Message(topic=topic, partition=partition, offset=offset, key=key, value=value, at=at)

    async def take(self, message: Message) -> str:
        """Hand a message to the engine, and account for it."""
        partition = self._table.partition(message.partition)
        begin, looked_at = len(self._log.lines[message.partition]), _never_connected()
        must(await self._engine.take((message,), 1), f"the partition stands still: {partition.stopped}")
        decided = self._decided(message, begin)
        parked = [sent for sent in self._sent(DEAD_LETTERS) if _look_at(sent, message)]
        unrecorded = _never_connected() - looked_at
        must(len(parked) <= 1, "parked twice")
        if parked:
            must(not decided or parked[0].headers["reason"] in BUGS_OF_OURS, "parked, and decided as well")
            return f"parked: {parked[0].headers['reason']}"
        must(bool(decided) != bool(unrecorded), f"{decided} decisions, {unrecorded:.0f} unrecorded")
        return "decided" if decided else "left unrecorded: the firm was never connected"

    def _decided(self, message: Message, begin: int) -> int:
        lines = self._log.lines[message.partition]
        found = 0
        for offset in range(begin, len(lines)):
            event = claimed(lines[offset][1], offset)
            must(event is not None, "what was appended claims another place")
            given: Any = event["data"]["input"] if event is not None else None
            must(given is not None, "a record without an input")
            found += (given["topic"], given["offset"]) == (message.topic, message.offset)
        must(found == len(lines) - begin, "a record names another input")
        return found

    def _sent(self, topic: str) -> list[Sent]:
        """Take out what was written to a topic."""
        sent = self._producer.take()
        self._producer.sent = [each for each in sent if each.topic != topic]
        return [each for each in sent if each.topic == topic]

    async def take_outcomes(self, took: Took) -> None:
        """Decide what the lanes have told."""
        for sent in self._sent(OUTCOMES):
            became = await self.take(self._next(OUTCOMES, sent.value, sent.key))
            must(became == "decided", f"what a lane told was {became}: {sent.value!r}")
            took.became["told by a lane"] += 1

    async def leave(self) -> None:
        """Stop working."""
        await self._lanes.leave(OURS)

    async def fold_again(self) -> None:
        """See that the log says what the table shows."""
        for number in OURS:
            shown = self._table.partition(number)
            again = self._life.partition() if number == HOME else Partition(number)
            folding = Folding(again, again.end)
            for offset, line in enumerate(self._log.lines[number][again.end :], again.end):
                folding.take(judge(record(number, offset, *line)))
            async for _ in folding.settle():
                pass
            must(_rows(again) == _rows(shown), "folded again, other rows")
            must(again.causes == shown.causes, "folded again, other causes")
            must(again.end == shown.end, "folded again, another end")


def _rows(partition: Partition) -> dict[str, Any]:
    return {row.key: row for row in partition.table}


def _never_connected() -> float:
    return float(UNRECORDED.labels("never_connected")._value.get())


def _look_at(letter: Sent, message: Message) -> bool:
    """See that a dead letter can be understood, and tells nothing of a client's."""
    said = letter.headers
    must(letter.value == (message.value or b""), "parked, and not whole")
    must(said["source"] == f"{message.topic}/{message.partition}/{message.offset}", "parked from elsewhere")
    must(said["reason"] not in BUGS_OF_OURS, f"a bug of ours: {said['reason']}, {said['detail']}")
    must(0 < len(said["detail"]) <= LONGEST_DETAIL, f"a detail of {len(said['detail'])} characters")
    must(
        not any(each in said["detail"] for each in (CANARY, "Gallagher", "fiona@")),
        "a client's value in a detail",
    )
    return True

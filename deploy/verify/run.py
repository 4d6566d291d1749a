"""Verifies one system: partition after partition, so that only one partition's rows are held at a time."""

import asyncio
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from aiokafka import TopicPartition

from adapters.store.whole_tables import WholeTables
from deploy.own_database import database
from deploy.settings import Settings
from deploy.verify.both_sides import BothSides
from deploy.verify.findings import Code, Finding, Tell
from deploy.verify.fold import PartitionFold
from deploy.verify.history import compare_history
from deploy.verify.offsets import GroupOffsets, compare_offsets
from deploy.verify.read_model import ReadModelCheck
from streams.kafka.log_messages import LogMessages
from streams.wire.topics import INPUTS, LOG
from streams.worker.collector import collector_at_rest

STILL_SECONDS = 4.0
"""A read model that has come no further for so long is behind; one that works is not."""
SETTLED_SECONDS = 7.0
"""Within these a worker commits what it has decided, and the log says what left no record."""
LOOK_SECONDS = 0.25
LOOK_AT_OFFSETS_SECONDS = 1.0


class NoLogError(Exception):
    """There is no sync.log; `client-sync topics create` creates it."""


@dataclass(slots=True)
class Verified:
    """What was looked at, and how much was found.

    `pairs`: linked ones, read on both sides; None: nobody asked. `gaps`: rows of which history lacks decisions that the log has
    forgotten: nothing can mend that, so it is told and is no finding.
    """

    records: int = 0
    rows: int = 0
    pairs: int | None = None
    gaps: int = 0
    found: Counter[Code] = field(default_factory=Counter)


async def verify(
    settings: Settings, tell: Tell, sides: BothSides | None = None, prefix: str = ""
) -> Verified:
    """Verify the log, and all that was built from it; with `sides` the two outsides too.

    Raises:
        NoLogError: nothing is there to be verified.
    """
    verified = Verified()

    def count(finding: Finding) -> None:
        verified.found[finding.code] += 1
        tell(finding)

    with collector_at_rest():
        await _verify(settings, verified, count, sides, prefix)
    return verified


async def _verify(
    settings: Settings, verified: Verified, tell: Tell, sides: BothSides | None, prefix: str
) -> None:
    async with (
        database(settings) as store,
        LogMessages(settings.bootstrap, prefix + LOG) as messages,
        GroupOffsets(settings.bootstrap, settings.group) as offsets,
    ):
        numbers = await messages.partitions()
        if not numbers:
            raise NoLogError
        run = _Run(messages, WholeTables(store), len(numbers), tell, sides)
        await run.until_shown(numbers)
        folds = []
        for number in numbers:
            fold = await run.partition(number)
            verified.records += fold.records
            verified.rows += len(fold.rows)
            fold.rows.clear()
            folds.append(fold)
        verified.gaps = await run.tables.rows_with_gaps()
        verified.pairs = sides.compared if sides is not None else None
        await run.offsets(offsets, [prefix + name for name in INPUTS], folds)


@dataclass(slots=True)
class _Run:
    messages: LogMessages
    tables: WholeTables
    partitions: int
    tell: Tell
    sides: BothSides | None

    async def until_shown(self, numbers: Sequence[int]) -> None:
        """Let the read model show what the log holds now, as long as it comes nearer."""
        ends = {number: await self.messages.end(number) for number in numbers}
        before: Mapping[int, int] = {}
        still = 0.0
        while still < STILL_SECONDS:
            shown = await self.tables.shown()
            if all(shown.get(number, 0) >= end for number, end in ends.items()):
                return
            still = still + LOOK_SECONDS if shown == before else 0.0
            before = shown
            await asyncio.sleep(LOOK_SECONDS)

    async def partition(self, number: int) -> PartitionFold:
        """Fold a partition, and compare with it what was built from it."""
        begin, end = await self.messages.begin(number), await self.messages.end(number)
        fold = PartitionFold(number, self.partitions, self.tell, end=begin)
        shown = (await self.tables.shown()).get(number, begin)
        await self._fold_on(fold, end, shown)
        if shown < end:
            self._say(Code.READ_MODEL_BEHIND, number, shown=shown, log_ends_at=end)
        await self._read_model(fold)
        await self._history_ends(number)
        fold.conclude()
        if self.sides is not None:
            await self.sides.compare(fold, self.messages, self.tell)
        return fold

    async def _fold_on(self, fold: PartitionFold, end: int, shown: int) -> None:
        """Fold up to `end`, and compare history with what is shown of it."""
        async for some in self.messages.between(fold.number, fold.end, end):
            first = fold.end
            lines = [line for message in some if (line := fold.take(message)) is not None]
            stretch = range(first, min(fold.end, shown))
            if stretch:
                due = [line for line in lines if line.offset < stretch.stop]
                others = {message.offset for message in some} - {line.offset for line in lines}
                await compare_history(self.tables, fold.number, stretch, due, others, self.tell)
        fold.end = max(fold.end, end)  # compaction leaves holes

    async def _read_model(self, fold: PartitionFold) -> None:
        check = ReadModelCheck(fold, self.messages, self.tell)
        async with self.tables.look() as look:
            shown = await look.shown(fold.number)
            if shown is not None and shown > await self.messages.end(fold.number):
                end = await self.messages.end(fold.number)
                self._say(Code.READ_MODEL_AHEAD, fold.number, shown=shown, log_ends_at=end)
                return
            if shown is not None and shown > fold.end:
                await self._fold_on(fold, shown, shown)
            await check.compare(look, shown or 0)
        await check.look_closer()

    async def _history_ends(self, number: int) -> None:
        last = await self.tables.last_in_history(number)
        end = await self.messages.end(number)
        if last is not None and last >= end:
            self._say(Code.HISTORY_LINE_UNKNOWN, number, offset=last, log_ends_at=end)

    async def offsets(
        self, offsets: GroupOffsets, topics: Sequence[str], folds: Sequence[PartitionFold]
    ) -> None:
        """Compare how far inputs are decided with where the group goes on.

        On a system at work each is a moment behind the other, so what has come as far as it was seen to be is right.
        """
        numbers = [fold.number for fold in folds]
        first = now = await offsets.of(topics, numbers)
        decided_first = decided = _decided(topics, folds)
        waited = 0.0
        while True:
            found = [
                *_of_code(Code.DECIDED_BEYOND_TOPIC, compare_offsets(now, decided)),
                *_of_code(Code.GROUP_AHEAD, compare_offsets(first, decided)),
                *_of_code(Code.GROUP_BEHIND, compare_offsets(now, decided_first)),
            ]
            if not found or waited >= SETTLED_SECONDS:
                break
            await asyncio.sleep(LOOK_AT_OFFSETS_SECONDS)
            waited += LOOK_AT_OFFSETS_SECONDS
            for fold in folds:
                await self._positions_on(fold)
            decided, now = _decided(topics, folds), await offsets.of(topics, numbers)
        for each in found:
            self.tell(each)

    async def _positions_on(self, fold: PartitionFold) -> None:
        on = PartitionFold(fold.number, fold.partitions, _ignore, end=fold.end, positions=fold.positions)
        async for some in self.messages.between(fold.number, fold.end, await self.messages.end(fold.number)):
            for message in some:
                on.take(message)
        fold.end = on.end

    def _say(self, code: Code, partition: int, **facts: int) -> None:
        self.tell(Finding(code, {"partition": partition, **facts}))


def _decided(topics: Sequence[str], folds: Sequence[PartitionFold]) -> dict[TopicPartition, int]:
    return {
        TopicPartition(topic, fold.number): fold.positions[topic]
        for fold in folds
        for topic in topics
        if topic in fold.positions
    }


def _of_code(code: Code, found: Iterable[Finding]) -> Iterator[Finding]:
    return (each for each in found if each.code is code)


def _ignore(_: Finding) -> None:
    """What a partition's records are was said before."""

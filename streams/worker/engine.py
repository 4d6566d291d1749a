"""Which partitions a worker decides in: takes them up, brings them up to date, and leaves them.

A partition whose log can't be read stands still, and its inputs wait unacknowledged; what puts the state in doubt ends the
process, and whoever runs it starts it again (docs/adr/0028-one-failure-one-casualty.md).
"""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from contextlib import aclosing

import structlog

from streams.wire.inputs import Message
from streams.wire.meters import PARTITIONS, PASSED_OVER
from streams.worker.deciding import Deciding
from streams.worker.lanes import Lanes
from streams.worker.log_table import LogTable
from streams.worker.partition import Partition
from streams.worker.ports import Answered, AnswersAhead, Continuity
from streams.worker.stop import PartitionStoppedError

log = structlog.get_logger()


class Engine:
    """The heart of a worker. `assignment` names the partitions that are ours and their generation right now."""

    def __init__(
        self,
        table: LogTable,
        lanes: Lanes,
        deciding: Deciding,
        continuity: Continuity,
        answers_ahead: AnswersAhead,
        assignment: Callable[[], tuple[int, frozenset[int]]],
    ) -> None:
        self._table = table
        self._lanes = lanes
        self._deciding = deciding
        self._continuity = continuity
        self._answers_ahead = answers_ahead
        self._assignment = assignment
        self._settled: int | None = None
        self._read_beside = 0
        self._settling = asyncio.Lock()

    @property
    def rows_folded(self) -> int:
        """Count the rows of the log, and the inputs beside the group, that were read so far."""
        return self._table.rows_folded + self._read_beside

    async def settle(self) -> None:
        """Bring what is ours up to date after a new assignment, and leave what is not."""
        async with self._settling:
            generation, ours = self._assignment()
            if generation == self._settled:
                return
            await self._lanes.leave(self._lanes.partitions - ours)
            for number in self._table.stopped:
                self._table.try_again(number)
            await self._continuity.begin(ours)
            readable = await self._catch_up(ours)
            answered = await self._answered(readable - self._lanes.partitions)
            if self._assignment() != (generation, ours):
                return  # handed out anew meanwhile: what has left must not be taken up again
            for number in sorted(readable):
                self._lanes.adopt(number, self._table, answered.get(number, frozenset()))
            for number in sorted(readable):
                await self._read_passed_over(number)
            if self._assignment()[0] == generation:
                self._settled = generation
                PARTITIONS.set(len(readable))
                log.info("partitions_settled", generation=generation, partitions=sorted(readable))

    async def _answered(self, numbers: Iterable[int]) -> Answered:
        topic = self._answers_ahead.topic
        begins = {
            number: self._continuity.next_offset(
                topic, number, self._table.partition(number).positions.get(topic, -1)
            )
            for number in numbers
        }
        return await self._answers_ahead.read(begins)

    async def look_round(self) -> None:
        """Look what others have appended to our partitions, and note which inputs left no record, also while none comes."""
        for number in sorted(await self._catch_up(self._lanes.partitions)):
            partition = self._table.partition(number)
            async with partition.lock:
                if partition.unrecorded and number in self._lanes.partitions:
                    await self._deciding.note_unrecorded(number)

    async def _catch_up(self, numbers: Iterable[int]) -> frozenset[int]:
        """Fold partitions; names those that can be worked on."""
        for number in sorted(numbers):
            try:
                async with self._table.partition(number).lock:
                    await self._table.catch_up(number)
            except PartitionStoppedError:
                continue  # told already, and `leave_stopped` takes it from here
        await self.leave_stopped()
        return frozenset(numbers) - self._table.stopped

    @property
    def stopped(self) -> frozenset[int]:
        """Name the partitions whose log can't be read: their inputs are neither decided nor acknowledged."""
        return self._table.stopped

    async def leave_stopped(self) -> None:
        """Let no lane go on where the log can't be read, whoever met it first."""
        left = self._table.stopped & self._lanes.partitions
        if left:
            await self._lanes.leave(left)
            PARTITIONS.set(len(self._lanes.partitions))

    async def take(self, messages: Sequence[Message], generation: int) -> bool:
        """Decide inputs of one partition, in their order.

        `generation`: of the group, in which they were delivered. True: they may be acknowledged. False: they must come again,
        since the partition stands still or was handed out anew; some of them may be decided.
        """
        if generation != self._settled:
            await self.settle()
        if generation != self._assignment()[0]:
            return False
        partition = self._table.partition(messages[0].partition)
        try:
            async with partition.lock:
                if partition.stopped is not None:
                    return False
                await self._take(partition, messages)
        except PartitionStoppedError:
            await self.leave_stopped()
            return False
        return True

    async def _take(self, partition: Partition, messages: Sequence[Message]) -> None:
        reached: dict[str, int] = {}
        for message in messages:
            topic, offset = message.topic, message.offset
            decided = reached.get(topic, partition.positions.get(topic, -1))
            if offset > decided:
                await self._continuity.check(message, decided)
                reached[topic] = offset
        await self._deciding.decide(partition, messages)
        for message in messages:
            self._continuity.passed(message)

    async def _read_passed_over(self, number: int) -> None:
        """Decide what lies between what the log says is decided and where the group goes on, before what follows."""
        partition = self._table.partition(number)
        for topic in self._continuity.topics:
            offsets = self._continuity.passed_over(topic, number, partition.positions.get(topic, -1))
            if offsets:
                try:
                    await self._read_between(partition, topic, offsets)
                except PartitionStoppedError:
                    return  # whoever takes it up again finds them passed over still
            self._continuity.goes_on(topic, number)

    async def _read_between(self, partition: Partition, topic: str, offsets: range) -> None:
        read = self._continuity.read(topic, partition.number, offsets)
        count, decided = 0, 0
        async with aclosing(read):
            async for message in read:
                async with partition.lock:
                    if not partition.has_decided(topic, message.offset):
                        await self._deciding.decide(partition, (message,))
                        decided += partition.has_decided(topic, message.offset)
                count += 1
                self._read_beside += 1
        about = {"topic": topic, "partition": partition.number, "first": offsets[0], "last": offsets[-1]}
        if decided:
            PASSED_OVER.labels(topic).inc(decided)
            log.error("inputs_were_passed_over", **about, read=count, decided=decided)
        elif count:
            log.info("inputs_looked_at_again", **about, read=count)

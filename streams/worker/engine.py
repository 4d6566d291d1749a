"""Decides inputs one after the other: read, decide, append, and only then let go of the input.

Whatever goes wrong with one input ends in the log or in the dead letters; a partition whose log can't be read stands
still, and its inputs wait unacknowledged; what puts the state in doubt ends the process, and whoever runs it starts it
again (docs/adr/0028-one-failure-one-casualty.md).
"""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from contextlib import aclosing
from dataclasses import replace
from datetime import datetime

import structlog

from domain.codes import ParkedCode
from domain.decide import decide
from domain.decision import Decision
from domain.inputs import Cause, Input, Outcome
from domain.outcomes import Failed
from domain.ports import DeadLetters
from domain.rows import Row
from streams.wire.inputs import Message, ReadClient, UnreadableInputError, read_input
from streams.wire.meters import PARTITIONS, PASSED_OVER, UNRECORDED, count_decision
from streams.wire.mishap import place_of
from streams.wire.outcome_events import answer_in
from streams.wire.records import UnwritableDecisionError
from streams.wire.traces import Spans, spans_of_decision
from streams.worker.clock import Clock
from streams.worker.lanes import Lanes
from streams.worker.log_table import LogTable
from streams.worker.partition import Partition
from streams.worker.ports import Answered, AnswersAhead, Continuity, DecisionTooLargeError
from streams.worker.stop import PartitionStoppedError

log = structlog.get_logger()

MOST_UNRECORDED = 1_000
"""So many inputs that left no record are looked at again, at most, by whoever takes a partition over."""


class Engine:
    """The heart of a worker. `assignment` names the partitions that are ours and their generation right now.

    `spans` None: nobody traces.
    """

    def __init__(
        self,
        table: LogTable,
        lanes: Lanes,
        dead_letters: DeadLetters,
        continuity: Continuity,
        answers_ahead: AnswersAhead,
        read_client: ReadClient,
        partitions: int,
        assignment: Callable[[], tuple[int, frozenset[int]]],
        clock: Clock,
        spans: Spans | None = None,
    ) -> None:
        self._table = table
        self._lanes = lanes
        self._dead_letters = dead_letters
        self._continuity = continuity
        self._answers_ahead = answers_ahead
        self._read_client = read_client
        self._partitions = partitions
        self._assignment = assignment
        self._clock = clock
        self._spans = spans
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
                    await self._note_unrecorded(number)

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

    async def take(self, message: Message, generation: int) -> bool:
        """Decide one input. True: it may be acknowledged; False: its partition stands still, and it must come again."""
        if generation != self._settled:
            await self.settle()
        partition = self._table.partition(message.partition)
        try:
            async with partition.lock:
                if partition.stopped is not None:
                    return False
                await self._take(partition, message)
        except PartitionStoppedError:
            await self.leave_stopped()
            return False
        return True

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
                        await self._look_at(partition, message)
                        decided += partition.has_decided(topic, message.offset)
                count += 1
                self._read_beside += 1
        about = {"topic": topic, "partition": partition.number, "first": offsets[0], "last": offsets[-1]}
        if decided:
            PASSED_OVER.labels(topic).inc(decided)
            log.error("inputs_were_passed_over", **about, read=count, decided=decided)
        elif count:
            log.info("inputs_looked_at_again", **about, read=count)

    async def _take(self, partition: Partition, message: Message) -> None:
        if partition.has_decided(message.topic, message.offset):
            UNRECORDED.labels("decided_before").inc()
            return
        await self._continuity.check(message, partition.positions.get(message.topic, -1))
        await self._look_at(partition, message)
        self._continuity.passed(message)

    async def _look_at(self, partition: Partition, message: Message) -> None:
        try:
            given, cause = self._read(message)
        except UnreadableInputError as wrong:
            await self._park(message, wrong.reason, wrong.detail)
            lost = answer_in(message.value) if message.topic == self._answers_ahead.topic else None
            if lost is not None:
                self._lanes.ask_again(partition.number, *lost)
        else:
            await self._decide_or_park(partition, message, given, cause)
        if not partition.has_decided(message.topic, message.offset):
            partition.looked_at(message.topic, message.offset)
            if partition.unrecorded_count >= MOST_UNRECORDED:
                await self._note_unrecorded(partition.number)

    async def _note_unrecorded(self, number: int) -> None:
        """Let the log say it; that changes no row, and a lane that begins meanwhile must not see half of an append."""
        gate = self._lanes.gate(number)
        gate.close()
        try:
            await self._table.note_unrecorded(number)
        finally:
            gate.open()

    async def _decide_or_park(
        self, partition: Partition, message: Message, given: Input, cause: Cause
    ) -> None:
        try:
            await self._decide(partition, given, cause)
        except UnreadableInputError as wrong:
            reason, detail = wrong.reason, wrong.detail
        except UnwritableDecisionError as wrong:
            _tell(wrong, cause)
            reason, detail = "decision_unwritable", f"{wrong}; a bug of ours"
        except DecisionTooLargeError as wrong:
            reason, detail = "decision_too_large", str(wrong)
        else:
            return
        await self._park(message, reason, detail)
        if isinstance(given, Outcome):
            await self._say_that_it_failed(partition, given, cause)

    async def _say_that_it_failed(self, partition: Partition, given: Outcome, cause: Cause) -> None:
        """Take a parked answer in as a failure of ours: else its effect would wait for it for good, and nobody see why."""
        try:
            await self._decide(partition, replace(given, result=Failed(why="undecided")), cause)
        except (UnreadableInputError, UnwritableDecisionError, DecisionTooLargeError) as wrong:
            _tell(wrong, cause)

    async def _decide(self, partition: Partition, given: Input, cause: Cause) -> None:
        gate = self._lanes.gate(partition.number)
        appended, begun = False, self._clock.now()
        while not appended and not partition.has_decided(cause.topic, cause.offset):
            gate.close()
            self._lanes.alive()
            try:
                decision = self._decision(partition, given, cause)
                if decision is None:
                    UNRECORDED.labels("never_connected").inc()
                    return
                before = [partition.table.get(row.key) for row in decision.rows]
                appended = await self._table.append(partition.number, decision, cause)
                if appended:
                    self._lanes.appended(partition.number, before, decision.rows)
                    self._told(given, cause, decision, before, begun)
            finally:
                gate.open()

    def _told(
        self, given: Input, cause: Cause, decision: Decision, before: Sequence[Row | None], begun: datetime
    ) -> None:
        """Say what was decided. It is in the log: what goes wrong here undoes nothing."""
        try:
            count_decision(given, cause, decision, before)
            if self._spans is not None:
                self._spans.record(*spans_of_decision(cause, given, decision, begun, self._clock.now()))
        except Exception as wrong:  # noqa: BLE001  (whatever it is)
            _tell(wrong, cause)
        log.info(
            "decided",
            key=decision.rows[0].key,
            verdict=decision.verdict,
            code=decision.code,
            input=cause.id,
            topic=cause.topic,
            offset=cause.offset,
        )

    def _read(self, message: Message) -> tuple[Input, Cause]:
        try:
            return read_input(message, self._partitions, self._read_client)
        except UnreadableInputError:
            raise
        except Exception as wrong:
            raise _handling_failed(wrong, message) from wrong

    def _decision(self, partition: Partition, given: Input, cause: Cause) -> Decision | None:
        try:
            return decide(partition.table, given, cause, self._lanes.started(partition.number))
        except Exception as wrong:
            raise _handling_failed(wrong, cause) from wrong

    async def _park(self, message: Message, reason: ParkedCode, detail: str) -> None:
        source = f"{message.topic}/{message.partition}/{message.offset}"
        await self._dead_letters.park(
            message.value or b"", key=message.key, reason=reason, detail=detail, source=source
        )
        log.warning("parked", source=source, reason=reason)


def _handling_failed(wrong: Exception, at: Message | Cause) -> UnreadableInputError:
    """One input that our own code can't take must not hold up all behind it, nor be lost."""
    _tell(wrong, at)
    return UnreadableInputError(
        "handling_failed", f"handling it raised {type(wrong).__name__}; a bug of ours"
    )


def _tell(wrong: Exception, at: Message | Cause) -> None:
    cause = wrong.__cause__ or wrong
    log.error(
        "handling_raised",
        topic=at.topic,
        offset=at.offset,
        error=type(cause).__name__,
        where=place_of(cause),
    )

"""Decides inputs of one partition: read, decide, append, as many together as came.

Whatever goes wrong with one input ends in the log or in the dead letters, and costs the others nothing
(docs/adr/0028-one-failure-one-casualty.md).
"""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import structlog

from domain.codes import ParkedCode
from domain.inputs import Cause, Input, Outcome
from domain.outcomes import Failed
from domain.ports import DeadLetters
from domain.replacing import replace
from streams.wire.inputs import Message, ReadClient, UnreadableInputError, read_input
from streams.wire.meters import UNRECORDED, count_decision
from streams.wire.mishap import place_of
from streams.wire.outcome_events import answer_in
from streams.wire.records import UnwritableDecisionError
from streams.wire.topics import OUTCOMES
from streams.wire.traces import Spans, spans_of_decision
from streams.worker.batch import MOST_INPUTS, Batch, Decided
from streams.worker.clock import Clock
from streams.worker.lanes import Lanes
from streams.worker.log_table import LogTable
from streams.worker.partition import Partition
from streams.worker.ports import DecisionTooLargeError

log = structlog.get_logger()

MOST_UNRECORDED = 1_000
"""So many inputs that left no record are looked at again, at most, by whoever takes a partition over."""

MOST_SECONDS = 0.01
"""So long nothing else in this process has its turn."""


@dataclass(frozen=True, slots=True)
class _Waiting:
    """An input to be decided. `instead`: what it is taken for, since it can't be taken as it came."""

    message: Message
    instead: Outcome | None = None


@dataclass(frozen=True, slots=True)
class _Misfit:
    """Why the next input can't be decided. `given`: what it says, if it could be read."""

    reason: ParkedCode
    detail: str
    given: Input | None


class Deciding:
    """What a worker does with inputs. `spans` None: nobody traces."""

    def __init__(
        self,
        table: LogTable,
        lanes: Lanes,
        dead_letters: DeadLetters,
        read_client: ReadClient,
        partitions: int,
        clock: Clock,
        spans: Spans | None,
    ) -> None:
        self._table = table
        self._lanes = lanes
        self._dead_letters = dead_letters
        self._read_client = read_client
        self._partitions = partitions
        self._clock = clock
        self._spans = spans

    async def decide(self, partition: Partition, messages: Iterable[Message]) -> None:
        """Deal with inputs in their order. When it returns, what came of each is in the log or in the dead letters.

        The caller holds the partition's lock.

        Raises:
            PartitionStoppedError: the log can't be read on; some of them may be decided.
        """
        waiting = deque(_Waiting(message) for message in messages)
        most = MOST_INPUTS
        while waiting:
            first = waiting[0].message
            if partition.has_decided(first.topic, first.offset):
                UNRECORDED.labels("decided_before").inc()
                waiting.popleft()
                continue
            try:
                taken, misfit = await self._decide_some(partition, waiting, most)
            except DecisionTooLargeError as wrong:
                if most > 1:
                    most = 1  # which one it is shows when each is alone
                    continue
                taken, misfit = 0, _Misfit("decision_too_large", str(wrong), self._read(waiting[0])[0])
            for _ in range(taken):
                waiting.popleft()
            if misfit is not None:
                await self._set_aside(partition, waiting, misfit)
            most = MOST_INPUTS
        if partition.unrecorded_count >= MOST_UNRECORDED:
            await self.note_unrecorded(partition.number)

    async def _decide_some(
        self, partition: Partition, waiting: Sequence[_Waiting], most: int
    ) -> tuple[int, _Misfit | None]:
        """Decide from the front; gives how many are dealt with, and what stands in the way of the next.

        Raises:
            DecisionTooLargeError: nothing has happened.
        """
        gate = self._lanes.gate(partition.number)
        gate.close()
        try:
            self._lanes.alive()
            batch = Batch(partition, self._lanes.started(partition.number), self._table.engine)
            found = self._fill(batch, waiting, most)
            if batch.records and not await self._table.append(batch):
                return 0, None  # somebody else has appended since, and all of it has to be decided again
            for each in batch.decided:
                self._lanes.appended(partition.number, each.before, each.decision.rows)
        finally:
            gate.open()
        for topic, offset in batch.unrecorded:
            partition.looked_at(topic, offset)
        for each in batch.decided:
            self._told(each)
        return found

    async def note_unrecorded(self, number: int) -> None:
        """Let the log say it; that changes no row, and a lane that begins meanwhile must not see half of an append.

        The caller holds the partition's lock.
        """
        gate = self._lanes.gate(number)
        gate.close()
        try:
            await self._table.note_unrecorded(number)
        finally:
            gate.open()

    def _fill(self, batch: Batch, waiting: Sequence[_Waiting], most: int) -> tuple[int, _Misfit | None]:
        """Fill a batch from the front; gives how many it deals with, and what stands in the way of the next."""
        end = self._clock.monotonic() + MOST_SECONDS
        for n, each in enumerate(waiting):
            if batch.is_full(most) or (n and self._clock.monotonic() > end):
                return n, None
            if batch.has_decided(each.message.topic, each.message.offset):
                UNRECORDED.labels("decided_before").inc()
                continue
            given = None
            try:
                given, cause = self._read(each)
                if not self._decide(batch, given, cause):
                    return n, None
            except UnreadableInputError as wrong:
                return n, _Misfit(wrong.reason, wrong.detail, given)
            except UnwritableDecisionError as wrong:
                _tell(wrong, each.message)
                return n, _Misfit("decision_unwritable", f"{wrong}; a bug of ours", given)
        return len(waiting), None

    def _read(self, waiting: _Waiting) -> tuple[Input, Cause]:
        message = waiting.message
        try:
            given, cause = read_input(message, self._partitions, self._read_client)
        except UnreadableInputError:
            raise
        except Exception as wrong:
            raise _handling_failed(wrong, message) from wrong
        return waiting.instead or given, cause

    def _decide(self, batch: Batch, given: Input, cause: Cause) -> bool:
        """Decide one input; False: the next batch has room for it."""
        begun = self._clock.now()
        try:
            decision = batch.decide(given, cause)
        except Exception as wrong:
            raise _handling_failed(wrong, cause) from wrong
        if decision is None:
            UNRECORDED.labels("never_connected").inc()
            batch.leaves_no_record(cause)
            return True
        return batch.take_in(given, cause, decision, begun)

    def _told(self, decided: Decided) -> None:
        """Say what was decided. It is in the log: what goes wrong here undoes nothing."""
        given, cause, decision = decided.given, decided.cause, decided.decision
        try:
            count_decision(given, cause, decision, decided.before)
            if self._spans is not None:
                self._spans.record(
                    *spans_of_decision(cause, given, decision, decided.begun, self._clock.now())
                )
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

    # ---- what can't be decided

    async def _set_aside(self, partition: Partition, waiting: deque[_Waiting], misfit: _Misfit) -> None:
        """Park the next input. An answer is then taken as a failure of ours: else its effect would wait for it for good."""
        first = waiting.popleft()
        if first.instead is None:
            await self._park(first.message, misfit)
            if isinstance(misfit.given, Outcome):
                waiting.appendleft(
                    _Waiting(first.message, replace(misfit.given, result=Failed(why="undecided")))
                )
                return
            lost = answer_in(first.message.value) if first.message.topic.endswith(OUTCOMES) else None
            if lost is not None:
                self._lanes.ask_again(partition.number, *lost)
        partition.looked_at(first.message.topic, first.message.offset)

    async def _park(self, message: Message, misfit: _Misfit) -> None:
        source = f"{message.topic}/{message.partition}/{message.offset}"
        await self._dead_letters.park(
            message.value or b"", key=message.key, reason=misfit.reason, detail=misfit.detail, source=source
        )
        log.warning("parked", source=source, reason=misfit.reason)


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

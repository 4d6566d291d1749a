"""What a worker of the simulation stands on: the log and the topics in memory, the two sides, and virtual time.

All takes its time, and what has left the process arrives whatever becomes of it, as with Kafka.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Never, cast

import orjson

from adapters.canopy.mapping import client_of
from domain.codes import ParkedCode
from domain.ids import EffectId, FirmId, RealmId, RowKey
from domain.inputs import Outcome
from domain.outcomes import Result
from domain.ports import Canopy, QuickBooks
from domain.rate import QUICKBOOKS_RATE, QUICKBOOKS_TOGETHER
from streams.kafka.continuity import Continuity
from streams.wire.believed import Unread
from streams.wire.inputs import Message
from streams.wire.outcome_events import answer_in, outcome_event
from streams.wire.sharing import plain
from streams.wire.topics import INPUTS, OUTCOMES
from streams.wire.traces import Place
from streams.worker.assembly import Ports
from streams.worker.checkpoint import Checkpoint, Copy, Mark
from streams.worker.limiters import Doors
from streams.worker.partition import Partition
from streams.worker.partition_context import Outside
from streams.worker.ports import Answered, AppendFailedError
from tests.simulation.door import Door

if TYPE_CHECKING:
    from tests.simulation.process import Process

RECORDS_TO_A_CHECKPOINT = 60
SLOW_DOOR = replace(
    QUICKBOOKS_RATE, per_second=0.3, together=replace(QUICKBOOKS_TOGETHER, at_least=2, per_second_beside=0.3)
)
"""Firms are small here: so that their changes wait for each other, and two that do share a request."""
_UNMATCHES = b'"code":"unmatch"'
APPEND_GIVEN_UP_SECONDS = 10.0
"""After these nobody knows whether an append lies in the log, and the worker ends itself."""


def ports_of(process: "Process") -> Ports:
    """Make a process' ports."""
    clock = _Clock(process)
    log = _Log(process)
    return Ports(
        log=log,
        appends=log,
        checkpoints=_Checkpoints(process),
        dead_letters=_DeadLetters(process),
        continuity=_Continuity(process),
        answers_ahead=_AnswersAhead(process),
        read_client=client_of,
        outside=Outside(
            quickbooks=cast("QuickBooks", Door("quickbooks", process.ask)),
            canopy=cast("Canopy", Door("canopy", process.ask)),
            outcomes=_Outcomes(process, clock),
            clock=clock,
            doors=Doors(clock, quickbooks=SLOW_DOOR),
        ),
    )


class _Clock:
    """The clocks of all processes agree."""

    def __init__(self, process: "Process") -> None:
        self._process = process
        self._agenda, self._loop = process.agenda, process.loop

    def now(self) -> datetime:
        return self._agenda.time

    def monotonic(self) -> float:
        return self._agenda.now

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    def jitter(self) -> float:
        return self._process.dice.of(self._process.numbered("jitter"))


class _Port:
    def __init__(self, process: "Process") -> None:
        self._process = process
        self._company, self._loop = process.company, process.loop
        self._agenda, self._dice = process.agenda, process.dice

    def _answered(self, answer: asyncio.Future[Any], given: Any) -> None:
        self._loop.hand(lambda: None if answer.done() else answer.set_result(given))

    async def _wait(self, name: str, most: float) -> None:
        """Let a question to Kafka take its time; it is no step of the run."""
        answer = self._loop.create_future()
        seconds = most * self._dice.of(self._process.numbered(name))
        self._loop.after(seconds, lambda: None if answer.done() else answer.set_result(None), counts=False)
        await answer

    def _is_cut(self, name: str) -> bool:
        """Say whether something that was leaving as its process was killed never arrives."""
        return self._loop.dead and self._dice.of(f"cut/{name}") < 0.5


class _Log(_Port):
    """The log, read and written."""

    async def begins(self, partitions: Iterable[int]) -> Mapping[int, int]:
        return dict.fromkeys(partitions, 0)

    async def ends(self, partitions: Iterable[int]) -> Mapping[int, int]:
        asked_at, partitions = self._agenda.now, tuple(partitions)
        await self._wait("ends", 0.01)
        for number in partitions:
            self._process.has_looked(number, asked_at)
        return {number: self._company.logs[number].end for number in partitions}

    async def read_to_end(self, positions: Mapping[int, int]) -> AsyncIterator[list[Unread]]:
        for number, begin in positions.items():
            log = self._company.logs[number]
            found = log.read(begin)
            self._process.was_shown(number, log.end)
            if found:
                yield found

    async def value_at(self, partition: int, offset: int) -> bytes | None:
        lying = self._company.logs[partition].lying[offset]
        return lying.value if lying is not None else None

    async def append(self, partition: int, records: Sequence[tuple[bytes, bytes]]) -> int:
        process, company = self._process, self._company
        name = process.numbered(f"append/{partition}/{company.logs[partition].end}")
        started = company.started(process, partition)
        asked_at = self._agenda.now
        answer = self._loop.create_future()

        def leave() -> None:
            self._agenda.after(self._seconds_there(name, records), land)

        def land() -> None:
            if self._is_cut(name):
                return
            if company.faults.fires_once("append_lost", name):
                self._loop.after(APPEND_GIVEN_UP_SECONDS, give_up)
                return
            entry = company.append(process, partition, records, started)
            if company.faults.fires_once("append_unanswered", name):
                self._loop.after(APPEND_GIVEN_UP_SECONDS, give_up)
                return

            def hear() -> None:
                if entry.believed:
                    process.was_shown(partition, entry.end)
                    process.has_looked(partition, asked_at)
                if not answer.done():
                    answer.set_result(entry.lies)

            self._loop.after(0.0005 + 0.004 * self._dice.of(f"back/{name}"), hear)

        def give_up() -> None:
            if not answer.done():
                answer.set_exception(AppendFailedError("Kafka has not answered"))

        if process.pause_in_hand:
            company.faults.happened("paused_with_a_decision")
            seconds, process.pause_in_hand = process.pause_in_hand, 0.0
            process.stand_still(seconds)
        self._loop.hand(leave)
        return int(await answer)

    def _seconds_there(self, name: str, records: Sequence[tuple[bytes, bytes]]) -> float:
        kind = "unmatch_slow" if any(_UNMATCHES in value for _, value in records) else "append_slow"
        slow = 3 * self._dice.of(f"slow/{name}") if self._company.faults.fires(kind, name) else 0.0
        return slow + 0.0005 + 0.004 * self._dice.of(f"there/{name}")


class _Outcomes(_Port):
    """How what came of an effect goes back in."""

    def __init__(self, process: "Process", clock: _Clock) -> None:
        super().__init__(process)
        self._clock = clock

    async def report(
        self, firm: FirmId, key: RowKey, effect: EffectId, result: Result, realm: RealmId, place: Place
    ) -> None:
        value = outcome_event(firm, key, effect, result, realm=realm, place=place, at=self._clock.now())
        event = f"{effect}-{result.kind}"
        outcome = Outcome(firm_id=firm, effect_id=effect, key=key, result=result, realm_id=realm)
        name = self._process.numbered(f"{effect}/{result.kind}")
        seconds = 0.01 + 0.02 * self._dice.of(f"report/{name}")
        if self._company.faults.fires("outcome_delayed", name):
            seconds += 20 * self._dice.of(f"delay/{name}")
        answer = self._loop.create_future()

        def write() -> None:
            self._company.produce(OUTCOMES, outcome, event, value)

        def land() -> None:
            if self._is_cut(name):
                return
            write()
            if self._company.faults.fires("outcome_doubled", name):
                self._agenda.after(30 * self._dice.of(f"doubled/{name}"), write)
            self._answered(answer, None)

        self._agenda.after(seconds, land)
        await answer


class _Continuity(Continuity):
    """Which inputs came: production's own, over topics in memory."""

    def __init__(self, process: "Process") -> None:
        super().__init__("", "", INPUTS)
        self._process = process

    async def begin(self, partitions: Iterable[int]) -> None:
        for number in partitions:
            for topic in INPUTS:
                self._committed[topic, number] = self._process.company.group.committed[topic, number]

    async def read(self, topic: str, partition: int, offsets: range) -> AsyncGenerator[Message, None]:
        messages = self._process.company.topics[topic].messages[partition]
        for offset in offsets:
            yield messages[offset].message

    async def _holds_a_record(self, message: Message, expected: int) -> bool:
        return message.offset > expected


class _AnswersAhead(_Port):
    """The outcomes that nobody has decided yet."""

    topic = OUTCOMES

    async def read(self, begins: Mapping[int, int]) -> Answered:
        await self._wait("answers", 0.05)
        found = {}
        for number, begin in begins.items():
            lying = self._company.topics[OUTCOMES].messages[number][begin:]
            answers = (answer_in(each.message.value) for each in lying)
            found[number] = frozenset(answer[1] for answer in answers if answer is not None)
        return found


class _DeadLetters(_Port):
    """Nothing that is written here is unreadable, so nothing may be parked."""

    async def park(
        self,
        original: bytes,  # noqa: ARG002
        *,
        key: bytes | None,  # noqa: ARG002
        reason: ParkedCode,
        detail: str,
        source: str,
        realms: Iterable[RealmId] = (),
    ) -> Never:
        wrong = AssertionError(f"{source} is parked: {reason}, {detail} {[*realms]}")
        self._loop.fail(wrong)
        raise wrong


class _Checkpoints(_Port):
    """The newest checkpoint, in a place that both workers share; it was written and read back as a file is."""

    async def find(self, number: int) -> Checkpoint | None:
        await self._wait("checkpoint", 0.02)
        found = self._company.checkpoints.get(number)
        self._company.faults.fired["begun_at_a_checkpoint"] += found is not None
        return found

    def keep(self, partition: Partition) -> None:
        if partition.last is None or partition.end - partition.kept < RECORDS_TO_A_CHECKPOINT:
            return
        partition.kept = partition.end
        copy = Copy.of(partition, partition.last)
        number = self._process.numbered("written")
        seconds = 3 * self._dice.of(f"written/{partition.end}/{number}")
        self._loop.after(seconds, partial(self._write, partition.number, copy), idle=True, counts=False)

    async def remove(self, number: int) -> None:
        self._company.checkpoints.pop(number, None)

    def _write(self, number: int, copy: Copy) -> None:
        self._company.checkpoints[number] = Checkpoint(
            path=Path(f"{number}.jsonl"),
            end=copy.end,
            mark=Mark.of(*copy.last),
            positions=copy.positions,
            disbelieved=frozenset(copy.disbelieved),
            causes=_as_json(copy.causes),
            rows=tuple((row.key, _as_json(row)) for row in copy.rows),
        )


def _as_json(content: object) -> Any:
    return orjson.loads(orjson.dumps(content, default=plain, option=orjson.OPT_NON_STR_KEYS))

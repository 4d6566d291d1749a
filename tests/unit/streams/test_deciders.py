"""Partitions decide at their own pace; nothing is acknowledged, and nothing leaves, before a decision is in the log."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime

import orjson
import pytest

from adapters.canopy.mapping import client_of
from domain.firm_rows import Connection, FirmRow
from domain.ids import FirmId, RealmId
from streams.kafka.wall_clock import WallClock
from streams.wire.inputs import Message
from streams.wire.topics import CLIENT_EVENTS, INPUTS, OUTCOMES
from streams.worker.deciders import Deciders
from streams.worker.deciding import Deciding
from streams.worker.engine import Engine
from streams.worker.inbox import Delivery
from streams.worker.lanes import Lanes
from streams.worker.limiters import Doors
from streams.worker.log_table import LogTable
from streams.worker.partition_context import Outside
from streams.worker.ports import Answered
from tests.engine_version import ENGINE
from tests.fuzz.memory import MemoryLog, NoCheckpoints, NoGroup, NothingAhead
from tests.unit.streams.test_doors_of_topics import CLIENT

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
FIRMS = {0: FirmId("f-2"), 1: FirmId("f-1")}
"""Where they lie when there are two partitions."""


class SlowLog(MemoryLog):
    """An append is under way until it is let through. `asked`: how many records each one had, by partition."""

    def __init__(self) -> None:
        super().__init__({0: (), 1: ()})
        self.asked: list[tuple[int, int]] = []
        self.through = {0: asyncio.Semaphore(0), 1: asyncio.Semaphore(0)}

    async def append(self, partition: int, records: Sequence[tuple[bytes, bytes]]) -> int:
        """Wait, and append."""
        self.asked.append((partition, len(records)))
        await self.through[partition].acquire()
        return await super().append(partition, records)


class Letters:
    """Keeps why something was parked."""

    def __init__(self) -> None:
        self.reasons: list[str] = []

    async def park(self, _original: bytes, *, reason: str, **_: object) -> None:
        """Keep it."""
        self.reasons.append(reason)


class Worker:
    """Two partitions, each with a connected firm. `settled`: what each delivery was told, by partition and offset."""

    def __init__(self) -> None:
        clock = WallClock()
        self.log = SlowLog()
        self.letters = Letters()
        self.fatal: list[BaseException] = []
        self.settled: dict[tuple[int, int], bool] = {}
        nobody: object = None
        outside = Outside(
            quickbooks=nobody,  # type: ignore[arg-type]  # nothing is asked of it here
            canopy=nobody,  # type: ignore[arg-type]
            outcomes=nobody,  # type: ignore[arg-type]
            clock=clock,
            doors=Doors(clock),
        )
        self.lanes = Lanes(outside, 1e9, self.fatal.append)
        self.table = LogTable(self.log, self.log, NoCheckpoints(), self.lanes.folded, clock, ENGINE)
        for number, firm in FIRMS.items():
            connection = Connection(
                realm_id=RealmId("91"), connected_at=NOW, customers_listed=True, clients_listed=True
            )
            self.table.partition(number).table.put(FirmRow(firm_id=firm, version=1, connection=connection))
        deciding = Deciding(
            self.table,
            self.lanes,
            self.letters,  # type: ignore[arg-type]
            client_of,
            len(FIRMS),
            clock,
            None,
        )
        group, ahead = NoGroup("nowhere", "worker", INPUTS), NothingAhead("nowhere", OUTCOMES)
        self.ours = frozenset(FIRMS)
        self.ahead = ahead
        self.engine = Engine(self.table, self.lanes, deciding, group, ahead, lambda: (1, self.ours))
        self.deciders = Deciders(self.engine, self, self.fatal.append)

    def pause(self, topic: str, partition: int) -> None:
        """So much does not come here."""
        raise AssertionError(f"{topic}/{partition} is full")

    resume = pause

    def put(self, partition: int, offset: int, value: bytes | None = None) -> None:
        """Let an event of another client come."""
        firm = FIRMS[partition]
        event = {
            "specversion": "1.0",
            "id": f"evt-{offset}",
            "source": "/canopy",
            "type": "canopy.client.created.v1",
            "subject": f"c-{offset}",
            "time": "2026-11-24T09:00:00Z",
            "datacontenttype": "application/json",
            "firmid": firm,
            "actor": "user:dana",
            "data": CLIENT | {"client_id": f"c-{offset}", "sync_client": False},
        }
        message = Message(
            topic=CLIENT_EVENTS,
            partition=partition,
            offset=offset,
            key=firm.encode(),
            value=value or orjson.dumps(event),
            at=NOW,
        )

        def settle(decided: bool) -> None:
            self.settled[partition, offset] = decided

        self.deciders.put(Delivery(message, 1, settle))


async def _turns() -> None:
    for _ in range(50):
        await asyncio.sleep(0)


async def test_what_has_left_while_its_log_was_read_is_not_taken_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """The group has handed it to another worker meanwhile; no lane of it begins here."""
    at = Worker()

    async def leaves(_: object) -> Answered:
        at.ours = frozenset({1})
        return {}

    monkeypatch.setattr(at.ahead, "read", leaves)

    await at.engine.settle()
    assert at.lanes.partitions == frozenset()
    await at.engine.settle()
    assert at.lanes.partitions == {1}


async def test_what_comes_while_an_append_is_under_way_is_decided_together() -> None:
    """And acknowledged once that is in the log, and not before."""
    at = Worker()
    at.put(0, 0)
    await _turns()
    for offset in (1, 2, 3):
        at.put(0, offset)
    await _turns()
    assert (at.log.asked, at.settled) == ([(0, 1)], {})

    at.log.through[0].release()
    await _turns()
    assert (at.log.asked, at.settled) == ([(0, 1), (0, 3)], {(0, 0): True})

    at.log.through[0].release()
    await _turns()
    assert at.settled == {(0, offset): True for offset in range(4)}
    assert len(at.log.lines[0]) == 4
    await at.deciders.close()


async def test_a_partition_waits_for_no_other() -> None:
    """One whose append hangs holds up itself alone."""
    at = Worker()
    at.put(0, 0)
    await _turns()
    at.put(1, 0)
    at.log.through[1].release()
    await _turns()

    assert at.settled == {(1, 0): True}

    at.log.through[0].release()
    await at.deciders.close()
    assert at.settled == {(1, 0): True, (0, 0): True}


async def test_what_nobody_has_begun_to_decide_is_given_back() -> None:
    """What is being decided comes to its end first."""
    at = Worker()
    at.put(0, 0)
    await _turns()
    at.put(0, 1)
    at.put(0, 2)
    assert dict(at.deciders.in_hand) == {0: 1}

    at.deciders.give_back((0,))
    assert at.settled == {(0, 1): False, (0, 2): False}

    at.log.through[0].release()
    await _turns()
    assert at.settled[0, 0]
    assert dict(at.deciders.in_hand) == {}
    await at.deciders.close()


async def test_nothing_begins_while_an_append_is_under_way() -> None:
    """The decision in it may take back what a lane is about to begin."""
    at = Worker()
    begun: list[str] = []
    at.put(0, 0)
    await _turns()
    lane = asyncio.create_task(at.lanes.gate(0).run(lambda: begun.append("lane")))
    other = asyncio.create_task(at.lanes.gate(1).run(lambda: begun.append("of the other partition")))
    await _turns()
    assert begun == ["of the other partition"]

    at.log.through[0].release()
    await asyncio.gather(lane, other)
    assert begun == ["of the other partition", "lane"]
    await at.deciders.close()


async def test_an_answer_that_can_not_be_read_is_parked_and_asked_for_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Who took the partition over took its effect for answered, and nothing else would ever come."""
    at = Worker()
    again: list[tuple[object, ...]] = []
    monkeypatch.setattr(at.lanes, "ask_again", lambda *asked: again.append(asked))
    for offset, result in enumerate(({"kind": "customer_saved"}, {"kind": "deferred", "until": "soon"})):
        data = {"effect_id": "e-1", "key": "link/f-1/c-1", "result": result, "realm_id": "91"}
        head = {"specversion": "1.0", "id": "o-1", "type": "sync.outcome.v1", "firmid": "f-1"}
        value = orjson.dumps(head | {"data": data})
        message = Message(topic=OUTCOMES, partition=1, offset=offset, key=b"f-1", value=value, at=NOW)
        at.deciders.put(Delivery(message, 1, lambda _: None))
    await _turns()
    await at.deciders.close()

    assert at.letters.reasons == ["bad_data", "bad_data"]
    assert again == [(1, "link/f-1/c-1", "e-1")]


async def test_what_puts_the_memory_in_doubt_ends_the_worker() -> None:
    """And nothing of it is acknowledged."""
    at = Worker()

    async def fails(_partition: int, _records: Sequence[tuple[bytes, bytes]]) -> int:
        raise OSError("the disk is full")

    at.log.append = fails  # type: ignore[assignment]
    at.put(0, 0)
    await _turns()

    assert [str(each) for each in at.fatal] == ["the disk is full"]
    assert at.settled == {}

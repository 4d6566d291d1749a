"""An input that was never delivered ends the worker; a place where there never was one does not."""

import uuid
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, RecordsToDelete
from structlog.testing import capture_logs

from domain.effects import ListCustomers
from domain.ids import ClientId, FirmId, IntentId, RealmId
from domain.inputs import Connect, Outcome
from domain.outcomes import NotDone
from streams.kafka.continuity import InputLostError
from streams.kafka.intent_writer import intent_event
from streams.wire.topics import CLIENT_EVENTS, INTENTS, OUTCOMES
from tests.integration.engine.conftest import client_event
from tests.integration.engine.engines import Desk, desk


async def test_a_hole_with_a_record_in_it_ends_the_worker(bootstrap: str, prefix: str) -> None:
    """Whatever dropped it, going on would commit past it; starting again brings it."""
    async with desk(bootstrap, prefix) as at:
        await at.engine.settle()
        first, _, third = [await at.write(client_event()) for _ in range(3)]
        await at.take(first)

        with pytest.raises(InputLostError, match="offset 2 came, and 1 never did"):
            await at.take(third)


async def test_the_first_input_of_a_fresh_group_may_be_lost_too(bootstrap: str, prefix: str) -> None:
    """Nothing is committed and nothing decided, so the first one has to be the topic's first."""
    async with desk(bootstrap, prefix) as at:
        await at.engine.settle()
        _, second = [await at.write(client_event()) for _ in range(2)]

        with pytest.raises(InputLostError, match="offset 1 came, and 0 never did"):
            await at.take(second)


async def test_what_a_producers_transactions_leave_between_records_is_no_loss(
    bootstrap: str, prefix: str
) -> None:
    """Canopy may write in transactions; their markers take offsets, and are never delivered."""
    async with desk(bootstrap, prefix) as at:
        await at.engine.settle()
        topic = prefix + CLIENT_EVENTS
        producer = AIOKafkaProducer(bootstrap_servers=bootstrap, transactional_id=f"{prefix}canopy")
        await producer.start()
        for _ in range(3):
            async with producer.transaction():
                await producer.send_and_wait(topic, orjson.dumps(client_event()), key=b"f-1")
        await producer.stop()

        for offset in (0, 2, 4):
            message = await at.message(offset)
            assert message.offset == offset
            await at.take(message)


async def test_what_retention_took_before_anybody_read_it_is_passed(bootstrap: str, prefix: str) -> None:
    """It can't be brought back by starting again."""
    async with desk(bootstrap, prefix) as at:
        await at.engine.settle()
        await at.take(await at.write(client_event()))
        lost = [await at.write(client_event()) for _ in range(3)]
        left = await at.write(client_event())
        admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
        await admin.start()
        partition = TopicPartition(left.topic, 0)
        await admin.delete_records({partition: RecordsToDelete(before_offset=lost[-1].offset + 1)})
        await admin.close()

        await at.take(left)


async def test_what_the_group_has_committed_was_looked_at(bootstrap: str, prefix: str) -> None:
    """Inputs that left no record in the log (their firm never connected) are known by the committed offset."""
    async with desk(bootstrap, prefix) as at:
        messages = [await at.write(client_event()) for _ in range(3)]
        await set_group(bootstrap, prefix, 2)
        await at.engine.settle()

        await at.take(messages[2])


async def test_what_a_group_that_was_set_forward_passed_over_is_decided_in_order(
    bootstrap: str, prefix: str
) -> None:
    """Its offsets are named, loudly, and what follows comes after it."""
    async with desk(bootstrap, prefix) as at:
        await connected(at)
        events = [client_event() for _ in range(4)]
        await at.take(await at.write(events[0]))
        for event in events[1:3]:
            await at.write(event)
        following = await at.write(events[3])
        await set_group(bootstrap, prefix, following.offset)

    async with desk(bootstrap, prefix) as at:
        with capture_logs() as said:
            await at.engine.settle()
            await at.take(following)

        rows = [at.table.partition(0).table.link(FirmId("f-1"), ClientId(client_of(each))) for each in events]
        assert [row is not None for row in rows] == [True] * 4
        decided = [line["offset"] for line in said if line["event"] == "decided"]
        assert decided == [1, 2, 3]
        (loud,) = [line for line in said if line["log_level"] == "error"]
        assert (loud["event"], loud["topic"]) == ("inputs_were_passed_over", prefix + CLIENT_EVENTS)
        assert (loud["first"], loud["last"], loud["decided"]) == (1, 2, 2)


async def test_an_outcome_that_was_passed_over_is_taken_in(bootstrap: str, prefix: str) -> None:
    """In each of the input topics: nobody would ever send it again."""
    async with desk(bootstrap, prefix) as at:
        await connected(at)
        row = at.table.partition(0).table.firm(FirmId("f-1"))
        assert row is not None
        effect = row.pending[0]
        assert isinstance(effect, ListCustomers)
        outcome = Outcome(firm_id=FirmId("f-1"), effect_id=effect.id, key=row.key, result=NotDone())
        sent = await at.write(outcome_event(outcome), OUTCOMES)
        await set_group(bootstrap, prefix, sent.offset + 1, OUTCOMES)

    async with desk(bootstrap, prefix) as at:
        await at.engine.settle()

        assert at.table.partition(0).positions[prefix + OUTCOMES] == sent.offset


async def test_inputs_that_left_no_record_are_looked_at_once(bootstrap: str, prefix: str) -> None:
    """Of a firm that never connected, or parked: the next record says how far they were looked at."""
    async with desk(bootstrap, prefix) as at:
        await at.engine.settle()
        await at.take(await at.write(client_event()))
        await at.take(await at.write(client_event(type="canopy.client.painted.v1")))
        await connected(at)
        await set_group(bootstrap, prefix, 2)

    async with desk(bootstrap, prefix) as at:
        with capture_logs() as said:
            await at.engine.settle()

        assert at.table.partition(0).positions[prefix + CLIENT_EVENTS] == 1
        assert [line["event"] for line in said if line["event"] != "partitions_settled"] == []


async def test_without_a_record_of_its_own_the_log_says_it_all_the_same(bootstrap: str, prefix: str) -> None:
    """While nothing else is decided, a look round notes what was looked at, once, and changes no row."""
    async with desk(bootstrap, prefix) as at:
        await at.engine.settle()
        await at.take(await at.write(client_event(type="canopy.client.painted.v1")))
        await at.engine.look_round()
        await at.engine.look_round()
        end = at.table.partition(0).end
        await set_group(bootstrap, prefix, 1)

    async with desk(bootstrap, prefix) as at:
        with capture_logs() as said:
            await at.engine.settle()

        partition = at.table.partition(0)
        assert (end, partition.end, list(partition.table)) == (1, 1, [])
        assert partition.positions == {prefix + CLIENT_EVENTS: 0}
        assert "parked" not in [line["event"] for line in said]


async def test_many_inputs_that_leave_no_record_are_noted_meanwhile(
    bootstrap: str, prefix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that whoever comes after a crash has a bounded number to look at again."""
    monkeypatch.setattr("streams.worker.deciding.MOST_UNRECORDED", 3)
    async with desk(bootstrap, prefix) as at:
        await at.engine.settle()
        for _ in range(7):
            await at.take(await at.write(client_event()))

        assert at.table.partition(0).positions == {prefix + CLIENT_EVENTS: 5}


async def test_what_was_looked_at_counts_no_more_once_somebody_else_has_written(
    bootstrap: str, prefix: str
) -> None:
    """They were looked at on rows that are not those of the log: its firm may be connected by now."""
    async with desk(bootstrap, prefix) as at, desk(bootstrap, prefix) as other:
        await at.engine.settle()
        await at.take(await at.write(client_event()))
        await connected(other)
        await at.engine.look_round()

        partition = at.table.partition(0)
        assert (partition.unrecorded, partition.positions) == ({}, {prefix + INTENTS: 0})


async def connected(at: Desk) -> None:
    """Connect the firm."""
    await at.engine.settle()
    intent = Connect(firm_id=FirmId("f-1"), intent_id=IntentId(uuid.uuid4().hex), realm_id=RealmId("91"))
    event = orjson.loads(intent_event(intent, "user:dana", datetime.now(UTC)))
    await at.take(await at.write(event, INTENTS))


def client_of(event: dict[str, Any]) -> str:
    """Name the client of an event."""
    return str(event["data"]["client_id"])


def outcome_event(outcome: Outcome) -> dict[str, Any]:
    """Write an outcome as a lane does."""
    return {
        "specversion": "1.0",
        "id": f"out-{outcome.effect_id}",
        "source": "/client-sync/lanes",
        "type": "sync.outcome.v1",
        "time": datetime.now(UTC).isoformat(),
        "firmid": outcome.firm_id,
        "actor": "system:client-sync",
        "data": {
            "effect_id": outcome.effect_id,
            "key": outcome.key,
            "realm_id": outcome.realm_id,
            "result": outcome.result,
        },
    }


async def set_group(bootstrap: str, prefix: str, offset: int, topic: str = CLIENT_EVENTS) -> None:
    """Set a group's offset, as an operator may while no worker runs."""
    partition = TopicPartition(prefix + topic, 0)
    group = AIOKafkaConsumer(bootstrap_servers=bootstrap, group_id=f"{prefix}group", enable_auto_commit=False)
    await group.start()
    group.assign([partition])
    await group.commit({partition: offset})
    await group.stop()

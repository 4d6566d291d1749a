"""An input that was never delivered ends the worker; a place where there never was one does not."""

import orjson
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, RecordsToDelete

from streams.continuity import InputLostError
from streams.topics import CLIENT_EVENTS
from tests.integration.engine.conftest import client_event
from tests.integration.engine.engines import desk


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
        partition = TopicPartition(prefix + CLIENT_EVENTS, 0)
        group = AIOKafkaConsumer(
            bootstrap_servers=bootstrap, group_id=f"{prefix}group", enable_auto_commit=False
        )
        await group.start()
        group.assign([partition])
        await group.commit({partition: 2})
        await group.stop()
        await at.engine.settle()

        await at.take(messages[2])

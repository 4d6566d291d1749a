"""Where the log can't be relied on, nothing is decided."""

import asyncio

import orjson
import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient

from streams.log_writer import DecisionTooLargeError
from streams.records import UnreadableRecordError, encode, records_of
from streams.same_log import LogShrankError
from streams.topic_check import create_topics
from streams.topics import LOG, topic_specs
from tests.integration.log.owners import cause, client_row, decision, lies_in, owners


async def _write(bootstrap: str, topic: str, value: bytes | None, key: bytes = b"link/f-1/c-1") -> None:
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap)
    await producer.start()
    await producer.send_and_wait(topic, value, key=key, partition=0)
    await producer.stop()


async def test_a_newer_schema_stops_the_worker_before_it_decides(bootstrap: str, log_topic: str) -> None:
    """It can't know what the newer version meant, and says which one to start."""
    (record,) = records_of(decision(client_row("c-1")), cause(0), 0, {})
    event = orjson.loads(encode(record, 0))
    event["data"]["schema"] = 2
    await _write(bootstrap, log_topic, orjson.dumps(event))

    async with owners(bootstrap, log_topic, 1) as (owner,):
        with pytest.raises(UnreadableRecordError, match="schema 2; this version knows up to 1"):
            await owner.catch_up()

        assert owner.rows == {}


@pytest.mark.parametrize("value", [b"{", b'{"data":{"schema":1}}', None])
async def test_a_record_that_is_not_ours_stops_the_worker(
    bootstrap: str, log_topic: str, value: bytes | None
) -> None:
    """Whoever wrote it, nobody can say what it did to the rows."""
    await _write(bootstrap, log_topic, value)

    async with owners(bootstrap, log_topic, 1) as (owner,):
        with pytest.raises(UnreadableRecordError):
            await owner.catch_up()


async def test_a_log_that_is_shorter_than_before_stops_the_worker(
    bootstrap: str, prefix: str, log_topic: str
) -> None:
    """Records that were acknowledged are gone, here with their topic; deciding on would write over the loss."""
    async with owners(bootstrap, log_topic, 1) as (owner,):
        await owner.catch_up()
        assert await owner.append(decision(client_row("c-1"), client_row("c-2")), 0)
        await _make_anew(bootstrap, prefix)

        with pytest.raises(LogShrankError, match="ends at 0, and was read up to 2"):
            await owner.catch_up()


async def _make_anew(bootstrap: str, prefix: str) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        await admin.delete_topics([prefix + LOG])
        async with asyncio.timeout(20):
            while prefix + LOG in await admin.list_topics():  # noqa: ASYNC110 - Kafka tells nobody
                await asyncio.sleep(0.1)
    finally:
        await admin.close()
    await create_topics(bootstrap, [spec for spec in topic_specs(35, prefix) if spec.name == prefix + LOG], 2)


async def test_a_decision_that_is_too_large_is_not_sent(bootstrap: str, log_topic: str) -> None:
    """Nothing of it is in the log or the table, and the next decision goes on in its place."""
    async with owners(bootstrap, log_topic, 1) as (owner,):
        await owner.catch_up()
        large = [client_row(f"c-{n}", "x" * 900_000) for n in range(3)]

        with pytest.raises(DecisionTooLargeError, match="fit into one batch"):
            await owner.append(decision(*large), 0)

        assert owner.rows == {}
        assert await owner.append(decision(client_row("c-9")), 0)
    assert [found.key for found in await lies_in(bootstrap, log_topic)] == [b"link/f-1/c-9"]


async def test_a_decision_that_just_fits_is_appended_whole(bootstrap: str, log_topic: str) -> None:
    """What the writer lets through, the topic takes."""
    async with owners(bootstrap, log_topic, 1) as (owner,):
        await owner.catch_up()

        assert await owner.append(
            decision(client_row("c-1", "x" * 1_020_000), client_row("c-2", "y" * 1_000_000)), 0
        )

        assert owner.partition.end == 2

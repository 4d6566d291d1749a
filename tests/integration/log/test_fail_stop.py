"""Where the log can't be relied on, nothing is decided; elsewhere everything is."""

import asyncio
from dataclasses import replace

import orjson
import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient
from prometheus_client import REGISTRY

from domain.stops import StopReason
from streams.kafka.topic_check import create_topics
from streams.wire.records import UnwritableDecisionError, encode, records_of
from streams.wire.topics import LOG, topic_specs
from streams.worker.ports import DecisionTooLargeError
from streams.worker.same_log import LogShrankError
from streams.worker.stop import PartitionStoppedError
from tests.integration.log.owners import batch_of, cause, client_row, decision, lies_in, owners
from tests.patience import PATIENCE_SECONDS

STOPPED = "client_sync_partitions_stopped"
STRANGE = "client_sync_strange_records_total"


async def _write(bootstrap: str, topic: str, value: bytes | None, key: bytes = b"link/f-1/c-1") -> None:
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap)
    await producer.start()
    await producer.send_and_wait(topic, value, key=key, partition=0)
    await producer.stop()


def _written(place: int, **data: object) -> bytes:
    """A record of a client's row that claims to lie at a place, with something else in it."""
    (record,) = records_of(decision(client_row("c-1")), cause(0), place, {})
    event = orjson.loads(encode(record, 0))
    event["data"] |= data
    return orjson.dumps(event)


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({"schema": 2}, StopReason.NEWER_SCHEMA),
        ({"schema": None}, StopReason.UNREADABLE),
        ({"row": {"kind": "link", "status": 7}}, StopReason.UNREADABLE),
        ({"row": {"kind": "another"}}, StopReason.UNREADABLE),
        ({"row": 7}, StopReason.UNREADABLE),
        ({"positions": {"t": "x"}}, StopReason.UNREADABLE),
    ],
)
async def test_a_record_at_its_place_that_cannot_be_read_stops_its_partition_alone(
    bootstrap: str, log_topic: str, said: dict[str, object], reason: StopReason
) -> None:
    """It can't know what was meant, and says where it stands; the partition beside it is read and written."""
    await _write(bootstrap, log_topic, _written(0, **said))

    async with owners(bootstrap, log_topic, 1) as (owner,):
        for _ in range(2):
            with pytest.raises(PartitionStoppedError) as stopped:
                await owner.catch_up()
            assert (stopped.value.stop.partition, stopped.value.stop.offset) == (0, 0)
            assert stopped.value.stop.reason is reason
        assert owner.table.stopped == {0}
        assert REGISTRY.get_sample_value(STOPPED, {"partition": "0", "reason": reason.value}) == 1

        await owner.table.catch_up(1)
        assert await owner.table.append(
            batch_of(owner.table.partition(1), decision(client_row("c-2")), cause(0))
        )
        owner.table.try_again(0)
        assert REGISTRY.get_sample_value(STOPPED, {"partition": "0", "reason": reason.value}) == 0


@pytest.mark.parametrize(
    "value",
    [
        b"{",
        b"\xff\x00 not json",
        b"[" * 50_000,
        b"7",
        b'{"data":{"schema":1}}',
        _written(7, schema=2),
        _written(7, row=None),
        _written(0, at="1"),
        _written(0, at=1.0),
        _written(0, at=True),
        None,
    ],
)
async def test_what_does_not_claim_its_place_is_disbelieved_whatever_it_holds(
    bootstrap: str, log_topic: str, value: bytes | None
) -> None:
    """No writer of ours appends such a thing: the true row is written again, and the partition goes on."""
    async with owners(bootstrap, log_topic, 2) as (owner, newcomer):
        await owner.catch_up()
        assert await owner.append(decision(client_row("c-1")), 0)
        await _write(bootstrap, log_topic, value)

        await owner.catch_up()
        assert await owner.append(decision(client_row("c-2")), 1)
        await newcomer.catch_up()

        assert set(newcomer.rows) == {"link/f-1/c-1", "link/f-1/c-2"}
    lying = await lies_in(bootstrap, log_topic)
    assert [found.record is not None for found in lying] == [True, False, True, True]
    assert [found.record.code for found in lying[2:3] if found.record is not None] == ["repair"]


@pytest.mark.parametrize("key", [b"\xff\xfe", b"", b"nobody", b"all/7", b"all/x", b"link/f-1", b"firm/"])
async def test_a_key_that_names_no_row_is_passed_by(bootstrap: str, log_topic: str, key: bytes) -> None:
    """Nothing true can be hidden under it, so nothing is put right, and it is counted."""
    before = REGISTRY.get_sample_value(STRANGE) or 0
    await _write(bootstrap, log_topic, b"{}", key)

    async with owners(bootstrap, log_topic, 1) as (owner,):
        await owner.catch_up()

        assert (owner.partition.end, owner.partition.disbelieved) == (1, set())
    assert REGISTRY.get_sample_value(STRANGE) == before + 1


async def test_a_record_at_its_place_under_no_key_stops_its_partition(bootstrap: str, log_topic: str) -> None:
    """Nobody can say which row it is of, and compaction neither."""
    await _write(bootstrap, log_topic, _written(0), b"\xff\xfe")

    async with owners(bootstrap, log_topic, 1) as (owner,):
        with pytest.raises(PartitionStoppedError, match="key can't be read"):
            await owner.catch_up()


async def test_a_row_that_nobody_could_read_back_is_not_appended(bootstrap: str, log_topic: str) -> None:
    """Nothing of its decision is in the log or the table, and the next one goes on in its place."""
    async with owners(bootstrap, log_topic, 1) as (owner,):
        await owner.catch_up()
        for wrong in (2**70, "one"):
            row = replace(client_row("c-1"), decided_version=wrong)  # type: ignore[arg-type]
            with pytest.raises(UnwritableDecisionError):
                await owner.append(decision(client_row("c-2"), row), 0)

        assert owner.rows == {}
        assert await owner.append(decision(client_row("c-9")), 0)
    assert [found.key for found in await lies_in(bootstrap, log_topic)] == [b"link/f-1/c-9"]


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
        async with asyncio.timeout(PATIENCE_SECONDS):
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

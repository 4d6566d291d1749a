"""A worker that starts reads its rows from a checkpoint, and of the log only what came since."""

from pathlib import Path

import pytest
from aiokafka.admin import AIOKafkaAdminClient, RecordsToDelete
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.structs import TopicPartition

from streams.worker.log_table import LogTable
from streams.worker.partition import Partition
from streams.worker.same_log import LogShrankError
from tests.integration.log.compaction import compacted, quickly_compacted_log
from tests.integration.log.owners import Owner, client_row, decision, lies_in, owners

CLIENTS = 5
EDITS = 40


async def _written(owner: Owner, first: int, count: int) -> None:
    """Edit some clients in turn."""
    for n in range(first, first + count):
        row = client_row(f"c-{n % CLIENTS}", f"Ana {n}", version=n // CLIENTS + 1)
        assert await owner.append(decision(row), n)


async def _with_a_checkpoint(bootstrap: str, topic: str, folder: Path) -> Owner:
    """Leave a log with a checkpoint that ends before it; gives its former owner."""
    async with owners(bootstrap, topic, 1, folder=folder, fewest=30) as (owner,):
        await owner.catch_up()
        await _written(owner, 0, EDITS)
        return owner


async def test_who_starts_reads_only_what_came_since(bootstrap: str, log_topic: str, tmp_path: Path) -> None:
    """All rows are there, and whoever works on them is told of all."""
    before = await _with_a_checkpoint(bootstrap, log_topic, tmp_path)

    async with owners(bootstrap, log_topic, 1, folder=tmp_path) as (newcomer,):
        await newcomer.catch_up()

        assert newcomer.rows == before.rows
        assert newcomer.partition.positions == before.partition.positions
        assert newcomer.partition.end == EDITS
        # Ten records, and the five rows: in the checkpoint, and read of it all.
        assert newcomer.table.rows_folded == EDITS - 30 + 2 * CLIENTS
        assert {row.key for row in newcomer.told} == set(before.rows)
        newcomer.told.clear()
        await newcomer.catch_up()
        assert newcomer.told == []
        await _written(newcomer, EDITS, 1)


class DiesBeforeTheRepair(LogTable):
    """The log table of a worker that ends when it is about to write a hidden row again."""

    async def _repair(self, partition: Partition) -> None:
        raise KilledError(partition.number)


class KilledError(Exception):
    """The worker is no more."""


async def test_a_row_that_was_hidden_before_the_checkpoint_is_written_again(
    bootstrap: str, log_topic: str, tmp_path: Path
) -> None:
    """Whoever starts from it knows of the record that hides the row, though it does not read that record."""
    async with owners(bootstrap, log_topic, 2, DiesBeforeTheRepair, tmp_path, fewest=2) as (owner, stranger):
        await owner.catch_up()
        await stranger.catch_up()
        await _written(owner, 0, 1)
        with pytest.raises(KilledError):
            await stranger.append(decision(client_row("c-0", "Stranded")), 0)

    async with owners(bootstrap, log_topic, 1, folder=tmp_path) as (newcomer,):
        await newcomer.catch_up()

        assert newcomer.partition.end == 3
        assert newcomer.partition.disbelieved == set()
        (_, hides, repair) = await lies_in(bootstrap, log_topic)
        assert hides.record is None
        assert repair.record is not None
        assert repair.record.row == client_row("c-0", "Ana 0")


async def test_a_log_that_ends_before_its_checkpoint_has_lost_something(
    bootstrap: str, log_topic: str, prefix: str, tmp_path: Path
) -> None:
    """A start finds it, and says what to do about it."""
    await _with_a_checkpoint(bootstrap, log_topic, tmp_path)
    anew = await quickly_compacted_log(bootstrap, f"{prefix}anew.")

    async with owners(bootstrap, anew, 1, folder=tmp_path, source=log_topic) as (newcomer,):
        with pytest.raises(LogShrankError, match=f"up to 30: .* remove {tmp_path}"):
            await newcomer.catch_up()


async def test_another_record_in_its_place_means_that_the_log_is_another(
    bootstrap: str, log_topic: str, prefix: str, tmp_path: Path
) -> None:
    """Longer or not: what was acknowledged is not in it."""
    await _with_a_checkpoint(bootstrap, log_topic, tmp_path)
    anew = await quickly_compacted_log(bootstrap, f"{prefix}anew.")
    async with owners(bootstrap, anew, 1) as (other,):
        await other.catch_up()
        await _written(other, 1, EDITS)

    async with owners(bootstrap, anew, 1, folder=tmp_path, source=log_topic) as (newcomer,):
        with pytest.raises(LogShrankError, match="is not what was read of it"):
            await newcomer.catch_up()


async def test_a_checkpoint_whose_record_was_compacted_away_is_not_used(
    bootstrap: str, prefix: str, tmp_path: Path
) -> None:
    """Nobody can tell then whether it is the same log, so all that is left of it is read."""
    topic = await quickly_compacted_log(bootstrap, prefix)
    before = await _with_a_checkpoint(bootstrap, topic, tmp_path)
    async with owners(bootstrap, topic, 1) as (owner,):
        await owner.catch_up()
        version = EDITS

        async def one_more() -> None:
            nonlocal version
            version += 1
            assert await owner.append(decision(client_row("newer", version=version)), version)

        await compacted(bootstrap, topic, EDITS, one_more)
        rows = owner.rows

    async with owners(bootstrap, topic, 1, folder=tmp_path) as (newcomer,):
        await newcomer.catch_up()

        assert newcomer.rows == rows
        assert {key: rows[key] for key in before.rows} == before.rows


async def test_a_checkpoint_before_the_log_begins_is_not_used(
    bootstrap: str, log_topic: str, tmp_path: Path
) -> None:
    """An operator has deleted the oldest records; what is left is read."""
    await _with_a_checkpoint(bootstrap, log_topic, tmp_path)
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    # Kafka refuses to delete records of a log that is only compacted.
    deletes = {"cleanup.policy": "compact,delete"}
    await admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, log_topic, deletes)])
    await admin.delete_records({TopicPartition(log_topic, 0): RecordsToDelete(before_offset=35)})
    await admin.close()

    async with owners(bootstrap, log_topic, 1, folder=tmp_path) as (newcomer,):
        await newcomer.catch_up()

        assert len(newcomer.rows) == CLIENTS
        assert newcomer.table.rows_folded == EDITS - 35 + CLIENTS

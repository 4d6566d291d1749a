"""Kafka compacts the log for real, over records that nobody believes: what the rows are must not change by it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import NamedTuple

from domain.ids import RowKey
from domain.rows import Row
from streams.worker.log_table import LogTable
from streams.worker.partition import Partition
from tests.integration.log.compaction import compacted, quickly_compacted_log
from tests.integration.log.owners import Owner, client_row, decision, lies_in, owners

CLIENTS = 12
NEWER = client_row("newer").key


class Folded(NamedTuple):
    """What somebody finds who starts now; `rows`: but for the one that only moved the log on."""

    rows: dict[RowKey, Row]
    positions: dict[str, int]


class Unrepaired(LogTable):
    """The log table with the repair left out."""

    async def _repair(self, partition: Partition) -> None:
        partition.disbelieved.clear()


async def test_compaction_over_disbelieved_records_changes_no_row(bootstrap: str, prefix: str) -> None:
    """Kafka keeps the last record of each key, believed or not, and the owners have made the last one the true one."""
    async with _stranded(bootstrap, prefix, LogTable) as (topic, writer):
        before = await _folded(bootstrap, topic, LogTable)
        lying = len(await lies_in(bootstrap, topic))

        await _compact(bootstrap, topic, writer)

        after = await _folded(bootstrap, topic, LogTable)
        assert len(before.rows) == CLIENTS
        assert after.rows == before.rows == _of_clients(writer)
        assert after.positions == writer.partition.positions
        assert len(await lies_in(bootstrap, topic)) < lying


async def test_without_the_repair_compaction_loses_true_rows(bootstrap: str, prefix: str) -> None:
    """So the test above can fail: the same history, and what Kafka keeps of it is what nobody believes."""
    async with _stranded(bootstrap, prefix, Unrepaired) as (topic, writer):
        before = await _folded(bootstrap, topic, Unrepaired)

        await _compact(bootstrap, topic, writer)

        assert len(before.rows) == CLIENTS
        assert (await _folded(bootstrap, topic, Unrepaired)).rows == {}


@asynccontextmanager
async def _stranded(bootstrap: str, prefix: str, table: type[LogTable]) -> AsyncIterator[tuple[str, Owner]]:
    """Let two owners write to one log, the second each time without having seen what the first wrote.

    So of each client the newest record is one that nobody believes, and of some others there is no true one at all.
    """
    topic = await quickly_compacted_log(bootstrap, prefix)
    async with owners(bootstrap, topic, 2, table) as (first, second):
        await second.catch_up()
        for n in range(CLIENTS):
            await _append(first, client_row(f"c-{n}"), offset=n)
            stranded = decision(client_row(f"c-{n}", "Stranded"), client_row(f"none-{n}", "Stranded"))
            assert not await second.append(stranded, n)
        await first.catch_up()
        yield topic, first


async def _append(owner: Owner, row: Row, offset: int) -> None:
    """Decide as the engine does: again, on what came between, until the record lies where it claims."""
    while not await owner.append(decision(row), offset):
        pass


async def _compact(bootstrap: str, topic: str, writer: Owner) -> None:
    version = 0

    async def one_more() -> None:
        nonlocal version
        version += 1
        await _append(writer, client_row("newer", version=version), offset=CLIENTS + version)

    await compacted(bootstrap, topic, writer.partition.end, one_more)


async def _folded(bootstrap: str, topic: str, table: type[LogTable]) -> Folded:
    async with owners(bootstrap, topic, 1, table) as (newcomer,):
        await newcomer.catch_up()
        return Folded(_of_clients(newcomer), newcomer.partition.positions)


def _of_clients(owner: Owner) -> dict[RowKey, Row]:
    return {key: row for key, row in owner.rows.items() if key != NEWER}

"""Nobody decides on a part of the rows that are being brought into a log."""

import pytest

from deploy.log_copy.new_log import NotImportedError, new_log
from streams.wire.topics import LOG
from streams.worker.same_log import ImportUnfinishedError
from tests.engine_version import ENGINE
from tests.integration.log.owners import client_row, decision, owners


async def test_a_worker_refuses_until_the_import_has_ended(
    bootstrap: str, log_topic: str, prefix: str
) -> None:
    """In a partition that has its rows, and in one that has none yet; then it knows what was brought."""
    rows = [client_row("c-1", version=7), client_row("c-2", version=3)]
    async with new_log(bootstrap, prefix, ENGINE) as log:
        await log.begin()
        async with owners(bootstrap, log_topic, 1) as (early,):
            with pytest.raises(ImportUnfinishedError, match="partition 0 is not complete"):
                await early.catch_up()
            await log.write(0, rows, {"canopy.client-events": 41})
            with pytest.raises(ImportUnfinishedError):
                await early.catch_up()
            assert early.rows == {}

            await log.complete({}, {0: {"canopy.client-events": 41}})
            await early.catch_up()

            assert early.rows == {row.key: row for row in rows}
            assert early.partition.positions == {"canopy.client-events": 41}
            assert await early.append(decision(client_row("c-1", version=8)), 42)


async def test_an_import_breaks_off_where_somebody_else_appends(
    bootstrap: str, log_topic: str, prefix: str
) -> None:
    """A worker that joined before the first mark: what it wrote is true, what the import writes behind it is not."""
    async with owners(bootstrap, log_topic, 1) as (worker,), new_log(bootstrap, prefix, ENGINE) as log:
        await worker.catch_up()
        assert await worker.append(decision(client_row("c-1")), 0)

        with pytest.raises(NotImportedError, match="Somebody else wrote to partition 0"):
            await log.begin()

    with pytest.raises(NotImportedError, match="not empty: partition 0"):
        async with new_log(bootstrap, prefix, ENGINE):
            pass


async def test_it_is_known_again_by_who_starts_later(bootstrap: str, log_topic: str, prefix: str) -> None:
    """The import's process is gone, and its marks are not."""
    async with new_log(bootstrap, prefix, ENGINE) as log:
        await log.begin()
        await log.write(0, [client_row("c-1")], {})

    assert log_topic == prefix + LOG
    async with owners(bootstrap, log_topic, 1) as (later,):
        with pytest.raises(ImportUnfinishedError):
            await later.catch_up()

"""A write whose task is cancelled in the middle leaves nothing locked."""

import asyncio
import gc
import threading
from pathlib import Path

from sqlalchemy import insert, select, text

from adapters.store.built_tables import built_firms
from adapters.store.database import Database
from adapters.store.preparation import prepare


async def test_a_write_that_is_given_up_in_a_statement_locks_nobody_out(tmp_path: Path) -> None:
    """Whoever still holds what it was about: its statement is not finished, and a traceback keeps it."""
    address = f"sqlite+aiosqlite:///{tmp_path / 'gateway.db'}"
    database, other = Database(address), Database(address)
    await prepare(database)
    begun, go_on = threading.Event(), threading.Event()
    given_up = asyncio.create_task(_write(database, "f-1", begun, go_on))
    await asyncio.to_thread(begun.wait)

    gc.disable()  # which would let go of the statement at some time or other
    try:
        given_up.cancel()
        await asyncio.sleep(0)  # the task has been told; the statement is still running
        go_on.set()
        await asyncio.wait([given_up])
        async with other.write() as connection:
            await connection.execute(insert(built_firms).values(build=1, firm_id="f-2", row="{}"))
        async with other.read() as connection:
            firms = list(await connection.scalars(select(built_firms.c.firm_id)))
    finally:
        gc.enable()

    assert given_up.cancelled()
    assert firms == ["f-2"]
    await database.close()
    await other.close()


async def _write(database: Database, firm: str, begun: threading.Event, go_on: threading.Event) -> None:
    """Write a firm, and look at something that takes as long as is said."""

    def hold() -> int:
        begun.set()
        go_on.wait(20)
        return 1

    async with database.write() as connection:
        driver = (await connection.get_raw_connection()).driver_connection
        assert driver is not None
        await driver.create_function("hold", 0, hold)
        await connection.execute(insert(built_firms).values(build=1, firm_id=firm, row="{}"))
        await connection.execute(text("SELECT hold() UNION ALL SELECT 2"))

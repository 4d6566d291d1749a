"""A database that is prepared once, and copied for each test that wants one: its tables cost more than most tests."""

import asyncio
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from adapters.store.database import Database
from adapters.store.preparation import prepare
from deploy.database_address import database_address
from tests.integration.postgres import fresh_database


@contextmanager
def prepared_postgres(server: str) -> Iterator[str]:
    """Prepare a database in a PostgreSQL server until the end of the block; gives its address, for copies to be made of it.

    Nobody may be connected to it while it is copied.
    """
    with fresh_database(server) as address:
        asyncio.run(_prepare(database_address(address)))
        yield address


def copy_of_sqlite(folder: Path) -> str:
    """Put a prepared database into a folder; gives its address."""
    file = folder / "client-sync.sqlite"
    file.write_bytes(_prepared_sqlite())
    return _address(file)


@cache
def _prepared_sqlite() -> bytes:
    folder = Path(tempfile.mkdtemp(prefix="client-sync-prepared-"))
    try:
        file = folder / "prepared.sqlite"
        asyncio.run(_prepare(_address(file)))
        return file.read_bytes()
    finally:
        shutil.rmtree(folder)


def _address(file: Path) -> str:
    return f"sqlite+aiosqlite:///{file}"


async def _prepare(url: str) -> None:
    database = Database(url)
    await prepare(database)
    await database.close()

"""Opens the database: SQLite today, any that SQLAlchemy speaks to by its URL."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

from sqlalchemy import Connection, event, make_url
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from adapters.store.tables import metadata
from domain.projection import StoreAwayError

BUSY_TIMEOUT_MS = 5000


class Database:
    """Connections to read with, and one at a time to write with."""

    def __init__(self, url: str) -> None:
        self._engine = create_async_engine(url, hide_parameters=True)
        self._one_writer = asyncio.Lock()
        if make_url(url).get_backend_name() == "sqlite":
            event.listen(self._engine.sync_engine, "connect", _set_up_sqlite)
            event.listen(self._engine.sync_engine, "begin", _begin_sqlite)

    async def create_tables(self) -> None:
        """Create those that are missing."""
        async with self.write() as connection:
            await connection.run_sync(metadata.create_all)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """One consistent look.

        Raises:
            StoreAwayError: the database does not answer.
        """
        with _away_as_ours():
            async with self._engine.connect() as connection:
                yield connection

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """One transaction: committed at the end, rolled back if anything raises.

        Raises:
            StoreAwayError: the database does not answer.
        """
        with _away_as_ours():
            async with self._one_writer, self._engine.connect() as connection:
                await connection.execution_options(writes=True)
                async with connection.begin():
                    yield connection

    async def close(self) -> None:
        """Close all connections."""
        await self._engine.dispose()


@contextmanager
def _away_as_ours() -> Iterator[None]:
    try:
        yield
    except (OperationalError, InterfaceError, PoolTimeoutError, OSError) as error:
        # The driver's words name tables and files, never a row's values.
        raise StoreAwayError(f"{type(error).__name__}: {getattr(error, 'orig', error)}") from error


def _set_up_sqlite(connection: Any, _record: object) -> None:
    # The driver would begin transactions late, at the first write, where SQLite may have to refuse (busy snapshot).
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

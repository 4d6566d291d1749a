"""Opens the database: SQLite by default, PostgreSQL by its URL."""

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager, nullcontext
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, event, make_url
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.util.concurrency import await_, in_greenlet

from domain.projection import StoreAwayError

BUSY_TIMEOUT_MS = 5000
ABANDONED_TIMEOUT_MS = 15_000
"""A gateway that was paused in a transaction holds up the others for so long."""

CONNECT_SECONDS = 5
UNANSWERED_MS = 10_000


class Database:
    """Connections to read with and to write with. In SQLite one writes at a time."""

    def __init__(self, url: str) -> None:
        address = make_url(url)
        self._one_writer: AbstractAsyncContextManager[Any] = nullcontext()
        self._file: SqliteFile | None = None
        if address.get_backend_name() == "postgresql":
            self._engine = _postgresql(url)
            # By itself each statement would look anew, and a page not fit its counts.
            self._reader = self._engine.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )
        else:
            self._engine = self._reader = _sqlite(url)
            if address.database:
                self._file = SqliteFile(Path(address.database))
                event.listen(self._engine.sync_engine, "connect", self._file.opened)
            self._one_writer = asyncio.Lock()

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """One consistent look.

        Raises:
            StoreAwayError: the database does not answer.
        """
        with _away_as_ours():
            async with self._reader.connect() as connection:
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

    async def clear_away(self) -> None:
        """Leave nothing of what was just deleted or replaced in SQLite's files; PostgreSQL clears its own away (VACUUM).

        The pages themselves are overwritten as they are freed. The journal holds older copies of them, until it is emptied.
        """
        if self._engine.dialect.name != "sqlite":
            return
        with _away_as_ours():
            async with self._one_writer, self._engine.connect() as connection:
                # Who reads just now keeps it from being emptied; the driver waits for them, as for any lock.
                await connection.execution_options(isolation_level="AUTOCOMMIT")
                await connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    def is_lost(self) -> bool:
        """Say whether the file that was opened first lies there no longer: what is written then is gone at the end."""
        return self._file is not None and self._file.is_lost()

    async def close(self) -> None:
        """Close all connections."""
        await self._engine.dispose()


class SqliteFile:
    """SQLite's file as it was first opened. A file that is deleted, or replaced, can still be read and written by who has it open."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._first: tuple[int, int] | None = None

    def opened(self, _connection: object, _record: object) -> None:
        """Remember the first."""
        if self._first is None:
            self._first = self._now()

    def is_lost(self) -> bool:
        """Say whether another one lies there, or none."""
        return self._first is not None and self._now() != self._first

    def _now(self) -> tuple[int, int] | None:
        try:
            found = self._path.stat()
        except FileNotFoundError:
            return None
        return found.st_dev, found.st_ino


@contextmanager
def _away_as_ours() -> Iterator[None]:
    try:
        yield
    except (OperationalError, InterfaceError, PoolTimeoutError, OSError) as error:
        # The driver's words name tables and files, never a row's values.
        raise StoreAwayError(f"{type(error).__name__}: {getattr(error, 'orig', error)}") from error


def _postgresql(url: str) -> AsyncEngine:
    engine = create_async_engine(
        url,
        hide_parameters=True,
        pool_pre_ping=True,  # the server may have been restarted since
        pool_timeout=CONNECT_SECONDS,
        connect_args={"connect_timeout": CONNECT_SECONDS, "tcp_user_timeout": UNANSWERED_MS},
    )
    event.listen(engine.sync_engine, "connect", _set_up_postgresql)
    return engine


def _set_up_postgresql(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    cursor.execute(f"SET lock_timeout = {BUSY_TIMEOUT_MS}")
    cursor.execute(f"SET idle_in_transaction_session_timeout = {ABANDONED_TIMEOUT_MS}")
    cursor.close()
    connection.commit()


def _sqlite(url: str) -> AsyncEngine:
    engine = create_async_engine(url, hide_parameters=True)
    event.listen(engine.sync_engine, "connect", _set_up_sqlite)
    event.listen(engine.sync_engine, "begin", _begin_sqlite)
    event.listen(engine.sync_engine, "close", _roll_back_sqlite)
    return engine


def _set_up_sqlite(connection: Any, _record: object) -> None:
    # The driver would begin transactions late, at the first write, where SQLite may have to refuse (busy snapshot).
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
    _write_ahead(cursor)
    cursor.execute("PRAGMA synchronous=NORMAL")
    # What is replaced is overwritten, and not left in a free page: it may be a client's that was erased.
    cursor.execute("PRAGMA secure_delete=ON")
    cursor.close()


def _write_ahead(cursor: Any) -> None:
    """Switch a new file to WAL, once for all who open it.

    SQLite refuses the lock of this switch at once, whatever `busy_timeout` says (measured: of 300 files that four open
    together, some 20), so whoever comes second waits by a lock that does wait.
    """
    give_up = time.monotonic() + BUSY_TIMEOUT_MS / 1000
    while _journal(cursor, "") != "wal":
        try:
            _journal(cursor, "=WAL")
        except sqlite3.OperationalError:
            if time.monotonic() > give_up:
                raise
            cursor.execute("BEGIN IMMEDIATE")
            cursor.execute("ROLLBACK")


def _journal(cursor: Any, change: str) -> str:
    cursor.execute(f"PRAGMA journal_mode{change}")
    (mode,) = cursor.fetchone()
    return str(mode)


def _roll_back_sqlite(connection: Any, _record: object) -> None:
    """End the transaction of a connection that is given up in it, as happens where its task is cancelled.

    SQLite closes a connection only when its last statement is gone, and keeps its lock until then. The statement lives
    in the cancelled task's traceback, so the lock lasted until the garbage collector came by.
    """
    if in_greenlet():
        # Shielded, so that a second cancellation takes nothing away: what was begun first comes before the closing.
        await_(asyncio.shield(connection.driver_connection.rollback()))


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

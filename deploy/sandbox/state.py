"""What a stand-in remembers: one SQLite file, written through, so that a killed process comes back as it was."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


class State:
    """One connection; all of its users run in one event loop, and none of them awaits inside a transaction."""

    def __init__(self, path: str) -> None:
        # Closed by the application's clean-up, which may run in another thread than a test's set-up.
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._connection.row_factory = sqlite3.Row
        # A stand-in must survive its own death, not a power cut: the operating system keeps what we wrote.
        self._connection.execute("PRAGMA synchronous = OFF")
        self._connection.execute("PRAGMA journal_mode = WAL")

    def define(self, schema: str) -> None:
        """Create the tables of one part (`CREATE TABLE IF NOT EXISTS`)."""
        self._connection.executescript(schema)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Keep all writes of the block, or none if it raises."""
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")

    def write(self, statement: str, *values: Any) -> int:
        """Run one statement; returns the row id of an insert."""
        return self._connection.execute(statement, values).lastrowid or 0

    def rows(self, statement: str, *values: Any) -> list[sqlite3.Row]:
        """Read all rows of a query."""
        return self._connection.execute(statement, values).fetchall()

    def clear(self) -> None:
        """Forget everything; the tables stay."""
        with self.transaction():
            for (table,) in self.rows("SELECT name FROM sqlite_master WHERE type = 'table'"):
                self.write(f"DELETE FROM {table}")  # noqa: S608  (a name out of the schema)

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

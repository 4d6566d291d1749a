"""By what ways SQLite looks up what is asked for: a long list is not gone through, nor sorted, where an index leads on.

PostgreSQL takes its ways by how much there is, so there is nothing to be said of it here.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine

from adapters.store.database import Database

Question = tuple[str, Any]
"""A statement with its values."""


@contextmanager
def asked() -> Iterator[list[Question]]:
    """Collect what is asked of any database meanwhile."""
    found: list[Question] = []

    def note(_: object, __: object, statement: str, values: Any, *___: object) -> None:
        found.append((statement, values))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(Engine, "before_cursor_execute", note)


async def ways_of(database: Database, questions: Iterable[Question]) -> list[list[str]]:
    """Let SQLite say of each statement which ways it takes; nothing of another database."""
    async with database.read() as connection:
        if connection.dialect.name != "sqlite":
            return []
        found = []
        for question, values in questions:
            told = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {question}", tuple(values))
            found.append([each["detail"] for each in told.mappings()])
        return found

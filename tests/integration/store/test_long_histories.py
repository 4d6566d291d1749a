"""Of a row with a long history the newest lines are found at once: an index gives them in order, and nothing is sorted."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from adapters.store.cursors import cursor_of
from adapters.store.database import Database
from adapters.store.preparation import prepare
from adapters.store.read_model import ReadModel
from domain.ids import ClientId
from domain.points import Version
from tests.integration.gateway.firm import FIRM

C1 = ClientId("c-1")

QUESTIONS: dict[str, Callable[[ReadModel], Awaitable[object]]] = {
    "the newest of a timeline": lambda reads: reads.links.timeline(FIRM, C1),
    "an older page of it": lambda reads: reads.links.timeline(FIRM, C1, cursor=cursor_of(7)),
    "a version": lambda reads: reads.links.at_version(FIRM, C1, 3),
    "a version as a point": lambda reads: reads.past.cut(FIRM, Version(3), C1),
    "the last sweep": lambda reads: reads.recent.last_sweep(FIRM),
}


@contextmanager
def asked() -> Iterator[list[tuple[str, Any]]]:
    """Collect what is asked of any database meanwhile."""
    found: list[tuple[str, Any]] = []

    def note(_: object, __: object, statement: str, values: Any, *___: object) -> None:
        found.append((statement, values))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(Engine, "before_cursor_execute", note)


@pytest.mark.parametrize("name", QUESTIONS)
async def test_nothing_is_sorted(database: Database, name: str) -> None:
    """SQLite says how it looks; PostgreSQL takes its way by how much there is."""
    await prepare(database)
    with asked() as statements:
        await QUESTIONS[name](ReadModel(database))
    questions = [(each, values) for each, values in statements if each.startswith("SELECT")]
    assert any("history" in each for each, _ in questions)

    async with database.read() as connection:
        if connection.dialect.name != "sqlite":
            return
        for question, values in questions:
            told = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {question}", tuple(values))
            ways = [each["detail"] for each in told.mappings()]
            assert not any("TEMP B-TREE" in way for way in ways), (question, ways)

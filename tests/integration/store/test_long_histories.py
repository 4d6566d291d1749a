"""Of a row with a long history the newest lines are found at once: an index gives them in order, and nothing is sorted."""

from collections.abc import Awaitable, Callable

import pytest

from adapters.store.cursors import cursor_of
from adapters.store.database import Database
from adapters.store.preparation import prepare
from adapters.store.read_model import ReadModel
from domain.ids import ClientId
from domain.points import Version
from tests.integration.gateway.firm import FIRM
from tests.integration.store.ways import asked, ways_of

C1 = ClientId("c-1")

QUESTIONS: dict[str, Callable[[ReadModel], Awaitable[object]]] = {
    "the newest of a timeline": lambda reads: reads.links.timeline(FIRM, C1),
    "an older page of it": lambda reads: reads.links.timeline(FIRM, C1, cursor=cursor_of(7)),
    "a version": lambda reads: reads.links.at_version(FIRM, C1, 3),
    "a version as a point": lambda reads: reads.past.cut(FIRM, Version(3), C1),
    "the last sweep": lambda reads: reads.recent.last_sweep(FIRM),
}


@pytest.mark.parametrize("name", QUESTIONS)
async def test_nothing_is_sorted(database: Database, name: str) -> None:
    """SQLite says how it looks; PostgreSQL takes its way by how much there is."""
    await prepare(database)
    with asked() as statements:
        await QUESTIONS[name](ReadModel(database))
    questions = [(each, values) for each, values in statements if each.startswith("SELECT")]
    assert any("history" in each for each, _ in questions)

    for ways in await ways_of(database, questions):
        assert not any("TEMP B-TREE" in way for way in ways), ways

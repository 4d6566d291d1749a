"""A prepared database, once in SQLite and once in PostgreSQL."""

from collections.abc import AsyncIterator

import pytest

from adapters.store.database import Database
from adapters.store.preparation import prepare


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """The database of one gateway."""
    opened = Database(database_url)
    await prepare(opened)
    yield opened
    await opened.close()


@pytest.fixture
async def other(database: Database, database_url: str) -> AsyncIterator[Database]:
    """The same database, as another gateway holds it."""
    opened = Database(database_url)
    yield opened
    await opened.close()

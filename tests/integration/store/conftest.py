"""A prepared database, once in SQLite and once in PostgreSQL; and Intuit's sign-in beside it."""

from collections.abc import AsyncIterator

import pytest

from adapters.store.database import Database
from adapters.vault.vault import Vault
from tests.integration.store.intuit import KEYS, Intuit, intuit_at_work


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """The database of one gateway."""
    opened = Database(database_url)
    yield opened
    await opened.close()


@pytest.fixture
async def other(database: Database, database_url: str) -> AsyncIterator[Database]:
    """The same database, as another gateway holds it."""
    opened = Database(database_url)
    yield opened
    await opened.close()


@pytest.fixture
async def intuit() -> AsyncIterator[Intuit]:
    """The stand-in with the company."""
    async with intuit_at_work() as at_work:
        yield at_work


@pytest.fixture
async def vault(database: Database, intuit: Intuit) -> Vault:
    """A vault with the company's tokens."""
    vault = Vault(database, KEYS)
    await intuit.granted(vault)
    return vault

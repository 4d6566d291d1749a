"""A prepared database, once in SQLite and once in PostgreSQL; and Intuit's sign-in beside it."""

from collections.abc import AsyncIterator

import aiohttp
import pytest

from adapters.store.database import Database
from adapters.vault.vault import Vault
from deploy.sandbox.quickbooks.app import quickbooks_app
from deploy.sandbox.quickbooks.settings import QuickBooksSettings
from deploy.sandbox.quickbooks.throttle import Limits
from tests.integration.sandbox.caller import APP, TOKEN, VERIFIER, Stage
from tests.integration.store.intuit import KEYS, REALM, Intuit


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
    stage = Stage()
    settings = QuickBooksSettings(access_token=TOKEN, verifier=VERIFIER, app=APP, limits=Limits())
    outside, _ = await stage.start(quickbooks_app(settings))
    await outside.post("/_control/realms", {"realm_id": REALM, "company_name": "Test Books"})
    async with aiohttp.ClientSession() as session:
        yield Intuit(outside, session)
    await stage.close()


@pytest.fixture
async def vault(database: Database, intuit: Intuit) -> Vault:
    """A vault with the company's tokens."""
    vault = Vault(database, KEYS)
    await intuit.granted(vault)
    return vault

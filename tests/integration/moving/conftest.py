"""A whole system of its own, which these tests verify, stop, and bring to another cluster."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import pytest
import pytest_asyncio

from tests.chaos.stack import Stack, stack_at_work
from tests.integration.moving.system import System
from tests.integration.postgres import fresh_database
from tests.story.company import Company


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def system(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[System]:
    """A firm with three clients; of one the link was taken apart."""
    async with stack_at_work(tmp_path_factory.mktemp("moving")) as stack, system_on(stack) as system:
        yield system


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def system_on_postgres(
    tmp_path_factory: pytest.TempPathFactory, postgres: str
) -> AsyncIterator[System]:
    """The same, with all that it keeps in PostgreSQL."""
    folder = tmp_path_factory.mktemp("postgres")
    with fresh_database(postgres) as address:
        given = {"CLIENT_SYNC_DATABASE_URL": address}
        async with stack_at_work(folder, given) as stack, system_on(stack) as system:
            yield system


@asynccontextmanager
async def system_on(stack: Stack) -> AsyncIterator[System]:
    """Open the firm on a stack that runs."""
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=20)) as http:
        company = await Company.open(stack, http, "f-moved")
        ana, ben, cleo = [await company.add_client(name) for name in ("Ana Marsh", "Ben Okoro", "Cleo Wirth")]
        customers = {client: await company.until_synced(client) for client in (ana, ben, cleo)}
        (await company.act(ben, "unmatch")).ok()
        async with System(company, ana, ben, cleo, customers) as system:
            yield system

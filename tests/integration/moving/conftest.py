"""A whole system of its own, which these tests verify, stop, and bring to another cluster."""

from collections.abc import AsyncIterator

import aiohttp
import pytest
import pytest_asyncio

from tests.chaos.stack import stack_at_work
from tests.integration.moving.system import System
from tests.story.company import Company


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def system(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[System]:
    """A firm with three clients; of one the link was taken apart."""
    async with (
        stack_at_work(tmp_path_factory.mktemp("moving")) as stack,
        aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=20)) as http,
    ):
        company = await Company.open(stack, http, "f-moved")
        ana, ben, cleo = [await company.add_client(name) for name in ("Ana Marsh", "Ben Okoro", "Cleo Wirth")]
        customers = {client: await company.until_synced(client) for client in (ana, ben, cleo)}
        (await company.act(ben, "unmatch")).ok()
        async with System(company, ana, ben, cleo, customers) as system:
            yield system

"""A system of its own for those who kill parts of it, and what really reached both outsides of it meanwhile."""

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp

from tests.chaos.stack import stack_at_work
from tests.story import ledger
from tests.story.company import Company


@asynccontextmanager
async def company_of_its_own(folder: Path) -> AsyncIterator[Company]:
    """Run a system with one firm, since others' stories would be killed with it."""
    async with (
        stack_at_work(folder) as stack,
        aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=20)) as http,
    ):
        yield await Company.open(stack, http, "f-killed")
        assert stack.fleet.exits == [], "a worker ended by itself"


async def newest(company: Company) -> dict[str, int]:
    """Say how far the ledgers of both stand-ins are."""
    stack = company.stack
    return {
        address: await ledger.newest(company.http, address) for address in (stack.quickbooks, stack.canopy)
    }


async def writes(company: Company, stand_in: str, tenant: str, since: dict[str, int]) -> Counter[str]:
    """Count, record by record, the writes that were carried out there; a batch names several."""
    found = await ledger.entries(company.http, stand_in, since[stand_in])
    carried_out = [
        each for each in found if each["tenant"] == tenant and ledger.is_our_write(each) and each["committed"]
    ]
    return Counter(record for each in carried_out for record in each["entity"].split(","))

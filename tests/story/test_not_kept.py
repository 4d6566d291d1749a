"""QuickBooks says that it saved a value, and has another: nobody is told that both sides are in step."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
import pytest_asyncio

from tests.story.company import Company

Have = Callable[..., Awaitable[None]]


@pytest_asyncio.fixture(loop_scope="session")
async def have(company: Company) -> AsyncIterator[Have]:
    """Give QuickBooks a habit until the end of the test."""

    async def switch(**habits: Any) -> None:
        (await company.ask("POST", f"{company.stack.quickbooks}/_control/habits", habits)).ok()

    yield switch
    await switch()


async def _fiona(company: Company) -> tuple[str, str]:
    client = await company.add_client("Fiona Gallagher", email="fiona@example.com", phone="312-555-0100")
    return client, await company.until_synced(client)


async def test_what_a_sparse_update_does_not_clear_is_cleared_by_a_whole_one(
    company: Company, have: Have
) -> None:
    """And all else that stands in the customer stays, also what we never look at."""
    client, customer = await _fiona(company)
    await company.edit_customer(customer, Notes="Pays late", PrintOnCheckName="F. Gallagher")
    await company.until_synced(client)
    await have(clears_ignored=True)

    await company.edit_client(client, email=None)

    await company.until_customer(customer, PrimaryEmailAddr=None)
    await company.until_synced(client)
    found = await company.customer(customer)
    assert (found["Notes"], found["PrintOnCheckName"]) == ("Pays late", "F. Gallagher")
    assert found["PrimaryPhone"] == {"FreeFormNumber": "312-555-0100"}


@pytest.mark.parametrize(("choice", "stays"), [("quickbooks", "312-555-0100"), ("canopy", "312-555-0177")])
async def test_what_is_kept_neither_way_is_asked_about(
    company: Company, have: Have, choice: str, stays: str
) -> None:
    """Until then it is not in step; afterwards both sides have what the person chose."""
    client, customer = await _fiona(company)
    await have(ignores=["PrimaryPhone"])

    await company.edit_client(client, phone="312-555-0177")

    link = await company.until_link(client, status="needs_attention")
    assert not link["in_step"]
    assert (link["problem"]["code"], link["problem"]["fields"]) == ("not_kept", ["phone"])
    await have()
    await company.answer(client, choice)
    await company.until_synced(client)
    assert (await company.client(client))["phone"] == stays
    assert (await company.customer(customer))["PrimaryPhone"] == {"FreeFormNumber": stays}

"""A whole system in front of a Canopy that keeps no keys, and was told so: a client whose answer is lost is never added twice."""

from collections.abc import AsyncIterator

import aiohttp
import pytest
import pytest_asyncio

from tests.chaos.stack import running_stack
from tests.chaos.world import Firm
from tests.story.company import Company

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def company(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Company]:
    """A firm whose Canopy does again what it is asked for twice, and does not say why anything was done; its manager is signed in."""
    first = Firm("f-first", "9130000000000", "own_fields")
    async with running_stack(tmp_path_factory.mktemp("keyless"), workers=1) as stack:
        stack.settings["CLIENT_SYNC_CANOPY_KEEPS_KEYS"] = "false"
        await stack.open([first])
        await stack.connect([first])
        stack.fleet.start()
        await stack.at_work(first)
        console = f"http://127.0.0.1:{stack.http_port}"
        # The jar keeps no cookie of an address otherwise.
        async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as http:
            async with http.post(
                f"{console}/sign-in", data={"person": "dana"}, headers={"Sec-Fetch-Site": "same-origin"}
            ) as led:
                assert led.status == 200
            async with http.post(
                f"{stack.canopy}/_control/abilities", json={"idempotency": False, "causes": False}
            ) as answer:
                assert answer.status == 200
            yield await Company.open(stack, http, "f-1")


async def lose_answer(company: Company, do: str) -> None:
    """Let Canopy give no answer to the next new client."""
    match = {"method": "POST", "path": "/clients", "tenant": company.firm}
    url = f"{company.stack.canopy}/_control/faults"
    (await company.ask("POST", url, {"match": match, "do": do, "value": 0.2})).ok()


async def page(company: Company) -> str:
    """Read *Only in QuickBooks*."""
    url = f"http://127.0.0.1:{company.stack.http_port}/firms/{company.firm}/customers"
    async with company.http.get(url) as answer:
        return await answer.text()


async def test_a_client_that_was_added_all_the_same_is_linked_once(company: Company) -> None:
    """Its event tells who created it, and it has all that we sent; nothing is asked for a second time."""
    await lose_answer(company, "timeout_after")

    customer = await company.new_customer("Frank Roy", PrimaryEmailAddr={"Address": "frank@example.com"})
    client = await company.until_linked(customer)

    await company.until_synced(client)
    assert [each["client_id"] for each in await company.clients()] == [client]
    assert [each["status"] for each in await company.written_in_canopy()] == [None]
    assert "never said" not in await page(company)


async def test_a_client_that_was_never_added_is_a_question_until_a_person_adds_it(company: Company) -> None:
    """It says so beside the customer. An edit there asks Canopy nothing."""
    before = len(await company.clients())
    await lose_answer(company, "timeout_before")

    customer = await company.new_customer("Ida Brandt")

    async def is_asked() -> bool:
        return "Canopy never said whether it added this client" in await page(company)

    await company.until(is_asked, "the customer says what nobody knows")
    await company.edit_customer(customer, PrimaryEmailAddr={"Address": "ida@example.com"})

    async def shows_edit() -> bool:
        return "ida@example.com" in await page(company)

    await company.until(shows_edit, "the edit is read")
    assert (await is_asked(), len(await company.clients())) == (True, before)

    added = await company.api("POST", f"/customers/{customer}/create-client")

    assert added.status in {200, 202}, added
    await company.until_synced(await company.until_linked(customer))
    assert len(await company.clients()) == before + 1
    assert not await is_asked()

"""A manager connects a real company in the browser: signs in at Intuit's, says yes to its name, and is let out again."""

import re
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from itertools import count
from urllib.parse import parse_qsl, urlsplit

import aiohttp
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from tests.browser.screen import Screen
from tests.chaos.stack import Stack
from tests.story import ledger
from tests.story.both_sides import Json
from tests.story.company import Company

_numbers = count(1)


@pytest_asyncio.fixture(loop_scope="session")
async def unconnected(stack: Stack, http: aiohttp.ClientSession) -> Company:
    """A firm that never connected, and a company that nobody has."""
    number = next(_numbers)
    company = Company(stack, http, f"f-connects-{number}", f"91310000000000{number}")
    name = {"realm_id": company.realm, "company_name": f"Zoë & Sons {number}"}
    await company.ask("POST", f"{stack.canopy}/_control/firms", {"firm_id": company.firm})
    await company.ask("POST", f"{stack.quickbooks}/_control/realms", name)
    return company


@pytest_asyncio.fixture(loop_scope="session")
async def screen(browser: Browser, stack: Stack, unconnected: Company) -> AsyncIterator[Screen]:
    """Dana's window, at the settings of that firm."""
    context = await browser.new_context(base_url=f"http://127.0.0.1:{stack.http_port}")
    screen = await Screen.begin(context, unconnected.firm)
    await screen.sign_in_as("Dana")
    await screen.page.goto(f"/firms/{unconnected.firm}/settings")
    yield screen
    assert screen.faults == []
    await context.close()


async def to_intuit(page: Page) -> None:
    """Press the button, and end at Intuit's page."""
    await page.get_by_role("link", name=re.compile("Connect QuickBooks|Sign in again")).first.click()
    await page.get_by_role("button", name="Sign in to QuickBooks").click()
    await expect(page.get_by_role("heading", name="Choose a company")).to_be_visible()


async def choose(page: Page, company: Company) -> None:
    """Choose the company at Intuit's page."""
    await page.get_by_role("radio", name=re.compile(company.realm)).check()
    await page.get_by_role("button", name="Connect").click()


async def calls(company: Company) -> list[Json]:
    """List what reached the company."""
    found = await ledger.entries(company.http, company.stack.quickbooks, 0)
    return [each for each in found if each["tenant"] == company.realm]


async def revoked(company: Company) -> bool:
    """Say whether somebody has ended tokens at Intuit."""
    found = await ledger.entries(company.http, company.stack.quickbooks, 0)
    return any(each["path"] == "/v2/oauth2/tokens/revoke" and each["status"] == 200 for each in found)


def realms_in_the_vault(company: Company) -> list[str]:
    """List the companies whose tokens the database has."""
    with closing(sqlite3.connect(company.stack.folder / "client-sync.sqlite")) as database:
        return [realm for (realm,) in database.execute("SELECT realm_id FROM quickbooks_tokens")]


async def test_the_address_that_the_api_gives_leads_to_the_same_sign_in(
    unconnected: Company, screen: Screen
) -> None:
    """Opened by the firm's manager it goes on as from the settings: to Intuit, and back to the question."""
    answer = (await unconnected.api("POST", "/connection", {})).ok()

    await screen.page.goto(answer["authorize_url"])
    await screen.page.get_by_role("button", name="Sign in to QuickBooks").click()
    await expect(screen.page.get_by_role("heading", name="Choose a company")).to_be_visible()
    await choose(screen.page, unconnected)

    await expect(screen.page.get_by_role("heading", name=re.compile(r"Zoë & Sons \d"))).to_be_visible()


async def test_a_company_is_connected_shut_signed_in_to_again_and_let_go(
    unconnected: Company, screen: Screen
) -> None:
    """With a client that goes out, waits while Intuit lets nobody in, and goes out once somebody has signed in again."""
    page, firm = screen.page, unconnected
    await to_intuit(page)
    await choose(page, firm)
    await expect(page.get_by_role("heading", name=re.compile(r"Zoë & Sons \d"))).to_be_visible()
    asked = await calls(firm)
    assert [each["path"].rpartition("/company/")[2] for each in asked] == [
        f"{firm.realm}/companyinfo/{firm.realm}"
    ]
    await page.get_by_role("button", name="Connect this company").click()
    await expect(
        page.get_by_text(re.compile(rf"Connected to Zoë & Sons \d+, QuickBooks company {firm.realm}"))
    ).to_be_visible()
    await expect(page.locator(".pill:visible")).to_contain_text("QuickBooks: Zoë & Sons")
    await expect(page.get_by_text("Signed in by Dana.")).to_be_visible()
    await page.get_by_role("link", name="How it is doing").click()
    known = page.get_by_role("region", name="The company")
    await expect(known).to_contain_text(re.compile(r"Company\s*Zoë & Sons \d"))
    await expect(known).to_contain_text(re.compile(r"by Dana, good until [A-Z][a-z]{2} \d+, \d{4}"))
    client = await firm.add_client("Fiona Gallagher")
    customer = await firm.until_synced(client)

    await firm.ask("POST", f"{firm.stack.quickbooks}/_control/realms/{firm.realm}/leave", {})
    await page.goto(f"/quickbooks/disconnected?realmId={firm.realm}")
    await expect(page.get_by_role("heading", name="Disconnected at QuickBooks")).to_be_visible()
    before = len(await calls(firm))
    await firm.edit_client(client, email="fiona@example.com")
    await page.goto(f"/firms/{firm.firm}/clients")
    await expect(page.get_by_text("QuickBooks no longer accepts our sign-in")).to_be_visible()
    assert len(await calls(firm)) - before <= 2
    assert "PrimaryEmailAddr" not in await firm.customer(customer)

    await page.get_by_role("link", name="Sign in to QuickBooks").click()
    await page.get_by_role("button", name="Sign in to QuickBooks").click()
    await choose(page, firm)
    await page.get_by_role("button", name="Connect this company").click()
    await expect(page.get_by_text("Signed in by Dana.")).to_be_visible()
    await firm.until_synced(client)
    assert (await firm.customer(customer))["PrimaryEmailAddr"]["Address"] == "fiona@example.com"

    await page.get_by_role("link", name="Disconnect").click()
    await page.get_by_role("button", name="Disconnect").click()
    await expect(page.get_by_text("Disconnected. Matches are kept")).to_be_visible()

    async def let_go() -> bool:
        return await revoked(firm) and firm.realm not in realms_in_the_vault(firm)

    await firm.until(let_go, "the tokens are ended at Intuit and deleted here")
    assert not any(b"RT1-" in file.read_bytes() for file in firm.stack.folder.glob("client-sync.sqlite*"))


async def test_what_comes_back_from_intuit_is_taken_once_and_from_this_browser(
    unconnected: Company, screen: Screen, browser: Browser, http: aiohttp.ClientSession
) -> None:
    """In another browser, or for the second time, it connects nothing; who cancels at Intuit's is told so."""
    page = screen.page
    await to_intuit(page)
    await page.get_by_role("button", name="Cancel").click()
    await expect(page.get_by_text("You cancelled at QuickBooks")).to_be_visible()

    await page.goto(f"/firms/{screen.firm}/settings")
    await to_intuit(page)
    asked = dict(parse_qsl(urlsplit(page.url).query))
    chosen = {**asked, "realm": unconnected.realm, "do": "connect"}
    async with http.post(page.url.partition("?")[0], data=chosen, allow_redirects=False) as answer:
        back = answer.headers["Location"]
    elsewhere = await (await browser.new_context()).new_page()
    await expect_nothing(elsewhere, back)
    await page.goto(back)
    await expect(page.get_by_role("button", name="Connect this company")).to_be_visible()
    await expect_nothing(page, back)
    await elsewhere.context.close()


async def expect_nothing(page: Page, address: str) -> None:
    """Open an address of the callback, and see it refused."""
    await page.goto(address)
    await expect(page.get_by_text("Nothing was connected")).to_be_visible()


async def test_a_company_of_another_firm_is_refused_with_the_reason(
    unconnected: Company, screen: Screen, company: Company
) -> None:
    """Its name is not even asked for."""
    await to_intuit(screen.page)
    before = len(await calls(company))
    await choose(screen.page, company)

    await expect(screen.page.get_by_text("connected to another firm")).to_be_visible()
    assert not any("companyinfo" in each["path"] for each in (await calls(company))[before:])

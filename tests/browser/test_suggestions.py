"""Suggested matches: where a match is made, and where one would otherwise make a double."""

import asyncio

from playwright.async_api import Route, expect

from tests.browser.conftest import SignIn
from tests.browser.screen import synced_client
from tests.story.company import Company


async def _apart(company: Company) -> str:
    """Fiona on both sides, written otherwise, and unmatched; gives the client."""
    await company.switch("actions_from_qbo", "creating")
    await company.add_customer(
        "Gallagher, Fiona",
        GivenName="Fiona",
        FamilyName="Gallagher",
        PrimaryEmailAddr={"Address": "fiona@example.com"},
        PrimaryPhone={"FreeFormNumber": "312-555-0161"},
    )
    await company.add_customer("Estelle Fontaine", PrimaryEmailAddr={"Address": "estelle@example.com"})
    client = await company.add_client(
        "Fiona Gallagher", sync=False, email="fiona@example.com", phone="(312) 555-0100"
    )
    await company.until_link(client, status="not_synced")
    return client


async def test_the_window_opens_on_who_it_probably_is_and_says_why(company: Company, sign_in: SignIn) -> None:
    """The client's own values stand beside; a review where nothing agrees warns; creating offers the match instead."""
    client = await _apart(company)
    screen = await sign_in()
    await screen.client(client)
    window = await screen.window()

    suggested = window.get_by_role("list", name="Suggested").get_by_role("listitem")
    await expect(suggested).to_have_count(1)
    await expect(suggested).to_contain_text("Gallagher, Fiona")
    for chip in ("Same email", "Same name, in another order", "Other phone", "Sure match"):
        await expect(suggested).to_contain_text(chip)
    await expect(window.locator(".own")).to_contain_text("fiona@example.com · (312) 555-0100")
    assert await screen.is_as_wide_as_the_page()

    await window.get_by_role("searchbox").fill("estelle@example")
    await window.get_by_role("radio", name="Estelle Fontaine").check()
    await window.get_by_role("button", name="Match").click()
    await expect(window.get_by_text("Neither name, email, phone nor address")).to_be_visible()
    await window.get_by_role("button", name="Back").click()

    await window.get_by_role("tab", name="Create new").click()
    await expect(window.get_by_text("“Gallagher, Fiona”")).to_be_visible()
    await window.get_by_role("button", name="Match instead").click()
    await expect(window.get_by_role("heading", name="Match Fiona Gallagher")).to_be_visible()
    await expect(window.locator(".review .chips")).to_contain_text("Same email")
    await window.get_by_role("button", name="Sync").click()
    await expect(screen.toast).to_contain_text("is synced with QuickBooks")


async def test_who_is_chosen_while_a_search_is_under_way_stays_chosen(
    company: Company, sign_in: SignIn
) -> None:
    """What was found comes later, and has them too: Match can be pressed. Where it has not, nobody is chosen."""
    client = await _apart(company)
    screen = await sign_in()
    await screen.client(client)
    window = await screen.window()
    fiona = window.get_by_role("radio", name="Gallagher, Fiona")
    await expect(fiona).to_be_visible()
    asked, answered = asyncio.Event(), asyncio.Event()

    async def answer_late(route: Route) -> None:
        asked.set()
        await answered.wait()
        await route.continue_()

    await screen.page.route("**/found?*", answer_late)
    for word, stays in (("gallagher", True), ("estelle@example", False)):
        asked.clear()
        answered.clear()
        await window.get_by_role("searchbox").fill(word)
        await asked.wait()
        await fiona.check()
        async with screen.page.expect_response("**/found?*"):
            answered.set()
        await expect(window.get_by_role("radio", name="Estelle Fontaine")).to_be_visible(visible=not stays)
        await expect(window.get_by_role("button", name="Match", exact=True)).to_be_enabled(enabled=stays)
        if stays:
            await expect(window.get_by_role("list", name="Suggested")).to_have_count(0)
            await expect(fiona).to_be_checked()
            await expect(fiona).to_be_focused()


async def test_add_client_says_who_it_may_be_and_matches_instead(company: Company, sign_in: SignIn) -> None:
    """No second customer is created; one that a client has already leads to that client."""
    await _apart(company)
    await synced_client(company, "Ruth Weiss", email="ruth@example.com")
    screen = await sign_in()
    page = screen.page
    await page.goto(f"/firms/{company.firm}/add-client")

    await page.get_by_label("Display name").fill("Ruth W.")
    await page.get_by_label("Email").fill("ruth@example.com")
    await expect(page.locator("#form-like")).to_contain_text("is matched with this client already")
    await expect(page.get_by_role("link", name="Ruth Weiss")).to_be_visible()

    await page.get_by_label("Display name").fill("Fiona Gallagher")
    await page.get_by_label("Email").fill("FIONA@example.com")
    await expect(page.locator("#form-like")).to_contain_text("“Gallagher, Fiona”")
    await page.get_by_role("button", name="Match instead").click()
    await expect(page.get_by_role("switch", name="Sync client")).not_to_be_checked()
    await page.get_by_role("button", name="Add client").click()

    await expect(page.get_by_role("heading", name="Match Fiona Gallagher with")).to_be_visible()
    await page.get_by_role("button", name="Sync").click()
    await expect(screen.toast).to_contain_text("is synced with QuickBooks")


async def test_only_in_quickbooks_offers_the_match(company: Company, sign_in: SignIn) -> None:
    """The name is turned round, and still it is the same person."""
    client = await _apart(company)
    screen = await sign_in()
    await screen.page.goto(f"/firms/{company.firm}/customers?q=fiona+gallagher")

    row = screen.page.get_by_role("row").filter(has_text="Gallagher, Fiona")
    await expect(row).to_contain_text("has this email in Canopy, unmatched")
    await row.get_by_role("link", name="Match instead").click()

    await expect(screen.page).to_have_url(f"/firms/{company.firm}/clients/{client}")
    await expect(screen.page.get_by_role("heading", name="Match Fiona Gallagher with")).to_be_visible()


async def test_both_lists_stand_side_by_side_and_each_pair_opens_its_review(
    company: Company, sign_in: SignIn
) -> None:
    """With totals that add up; what was matched is gone from it at once."""
    client = await _apart(company)
    screen = await sign_in()
    page = screen.page
    await page.get_by_role("link", name="Suggested matches").click()

    await expect(page.locator("#results > .note")).to_contain_text(
        "1 client and 2 customers are unmatched: 1 sure, 0 likely, 0 only in Canopy, 1 only in QuickBooks."
    )
    await expect(page.get_by_role("row")).to_have_count(3)
    await page.get_by_role("link", name="Sure 1").click()
    row = page.get_by_role("row").filter(has_text="Gallagher, Fiona")
    await expect(row).to_contain_text("Same name, in another order")
    assert await screen.is_as_wide_as_the_page()
    answer = (await company.api("GET", "/matching?show=sure")).ok()
    assert [(each["client_id"], each["customer_name"]) for each in answer["rows"]] == [
        (client, "Gallagher, Fiona")
    ]

    await row.get_by_role("link", name="Review").click()
    await page.get_by_role("button", name="Sync").click()
    await expect(screen.toast).to_contain_text("is synced with QuickBooks")
    await page.goto(f"/firms/{company.firm}/matching")
    await expect(page.locator("#results > .note")).to_contain_text("1 client is matched already")
    await expect(page.get_by_role("row").filter(has_text="Gallagher, Fiona")).to_have_count(0)

"""The window for a client that is not synced: search existing, look, sync; or create new."""

import asyncio

from playwright.async_api import Locator, Route, expect

from tests.browser.conftest import SignIn
from tests.browser.screen import Screen, synced_client
from tests.story.company import Company


async def _left_out(company: Company, name: str, **values: object) -> str:
    client = await company.add_client(name, sync=False, **values)
    await company.until_link(client, status="not_synced")
    return client


async def _reviewed(company: Company, sign_in: SignIn) -> tuple[str, str, Screen, Locator]:
    """Open the review of a match that would change a mobile number; gives customer, client, screen and window."""
    await company.switch("actions_from_qbo", "creating")
    customer = await company.add_customer("Fiona Gallagher", Mobile={"FreeFormNumber": "(312) 555-0100"})
    client = await _left_out(company, "Fiona Gallagher", mobile="(312) 555-0111")
    screen = await sign_in()
    await screen.client(client)
    window = await screen.window()
    await window.get_by_role("radio", name="Fiona Gallagher").check()
    await window.get_by_role("button", name="Match").click()
    return customer, client, screen, window


async def test_search_existing_begins_with_the_clients_own_name_and_email(
    company: Company, sign_in: SignIn
) -> None:
    """Nothing has to be typed; inactive customers and those of others are shown but can't be chosen."""
    await company.switch("actions_from_qbo", "creating")
    taken, _ = await synced_client(company, "Fiona Gallagher (Evanston)")
    await company.add_customer("Fiona Gallagher", PrimaryEmailAddr={"Address": "fg@example.com"})
    gone = await company.add_customer("Fiona Gallagher senior")
    await company.edit_customer(gone, Active=False)
    client = await _left_out(company, "Fiona Gallagher", email="fg@example.com")
    screen = await sign_in()

    async def inactive_is_known() -> bool:
        listed = (await company.api("GET", "/customers?q=senior")).ok()["customers"]
        return bool(listed and not listed[0]["active"])

    await company.until(inactive_is_known, "the customer is known to be inactive")
    await screen.client(client)
    window = await screen.window()

    circles = window.get_by_role("radio", name="Fiona")
    await expect(circles).to_have_count(3)
    await expect(window.get_by_role("radio", name="Fiona Gallagher (Evanston)")).to_be_disabled()
    await expect(window.get_by_role("link", name="Fiona Gallagher (Evanston)")).to_have_attribute(
        "href", f"/firms/{company.firm}/clients/{taken}"
    )
    await expect(window.get_by_role("radio", name="senior")).to_be_disabled()
    await expect(window.get_by_text("Inactive in QuickBooks")).to_be_visible()
    await expect(window.get_by_role("button", name="Match")).to_be_disabled()
    await window.locator(".find").get_by_text("Email", exact=True).click()
    await expect(window.get_by_role("searchbox")).to_have_value("fg@example.com")
    await expect(window.locator(".choices li")).to_have_count(1)


async def test_a_match_shows_what_it_overwrites_before_it_does(company: Company, sign_in: SignIn) -> None:
    """Canopy's values go over QuickBooks'; what Canopy leaves empty is kept; then both are synced."""
    await company.switch("actions_from_qbo", "creating")
    customer = await company.add_customer(
        "Gallagher, Fiona",
        PrimaryEmailAddr={"Address": "old@example.com"},
        Mobile={"FreeFormNumber": "(312) 555-0199"},
    )
    client = await _left_out(company, "Fiona Gallagher", email="fiona@example.com")
    screen = await sign_in()
    await screen.client(client)
    window = await screen.window()

    await window.get_by_role("radio", name="Gallagher, Fiona").check()
    await window.get_by_role("button", name="Match").click()
    email = window.get_by_role("row", name="Email")
    await expect(email).to_contain_text("old@example.com")
    await expect(email).to_contain_text("fiona@example.com")
    await window.get_by_text("stay as they are").click()
    await expect(window.get_by_role("row", name="Mobile")).to_contain_text("kept (empty in Canopy)")
    assert (await company.link(client))["status"] == "not_synced"
    await window.get_by_role("button", name="Sync").click()

    await expect(screen.status).to_have_text("Synced")
    await expect(screen.toast).to_contain_text("Fiona Gallagher is synced with QuickBooks.")
    await window.get_by_role("button", name="Done").click()
    await expect(window).to_be_hidden()
    assert await company.until_synced(client) == customer
    assert (await company.customer(customer))["PrimaryEmailAddr"]["Address"] == "fiona@example.com"


async def test_what_changes_while_one_looks_lights_up_and_sync_waits(
    company: Company, sign_in: SignIn
) -> None:
    """Whichever side it was; nothing is overwritten that nobody saw."""
    customer, client, screen, window = await _reviewed(company, sign_in)
    mobile, sync = window.get_by_role("row", name="Mobile"), window.get_by_role("button", name="Sync")
    await expect(mobile).to_contain_text("0100")

    await company.edit_customer(customer, Mobile={"FreeFormNumber": "(312) 555-0122"})

    await expect(mobile).to_contain_text("0122")
    await expect(mobile).to_have_class("moved")
    await expect(sync).to_be_disabled()
    await company.edit_client(client, mobile="(312) 555-0133")
    await expect(mobile).to_contain_text("0133")
    assert (await company.customer(customer))["Mobile"]["FreeFormNumber"] == "(312) 555-0122"
    await window.get_by_role("button", name="checked the changes").click()
    await sync.click()
    await expect(screen.status).to_have_text("Synced")
    await company.until_customer(customer, Mobile={"FreeFormNumber": "(312) 555-0133"})


async def test_what_one_has_looked_at_is_not_asked_about_again(company: Company, sign_in: SignIn) -> None:
    """The page was just reading how it is now when one said so; what it reads is what one saw."""
    customer, _, screen, window = await _reviewed(company, sign_in)
    await company.edit_customer(customer, Mobile={"FreeFormNumber": "(312) 555-0122"})
    looked, sync = (
        window.get_by_role("button", name="checked the changes"),
        window.get_by_role("button", name="Sync"),
    )
    await expect(looked).to_be_visible()
    reading, clicked = asyncio.Event(), asyncio.Event()

    async def answer_later(route: Route) -> None:
        reading.set()
        await clicked.wait()
        await route.continue_()

    await screen.page.route("**/review?*", answer_later)
    again = (
        "document.dispatchEvent(new CustomEvent('look-again', { detail: (window.reads = []) })); undefined"
    )
    await screen.page.evaluate(again)
    await reading.wait()

    await looked.click()

    clicked.set()
    await screen.page.evaluate("Promise.all(window.reads)")
    await expect(looked).to_be_hidden()
    await expect(sync).to_be_enabled()


async def test_a_match_on_what_the_page_has_not_heard_of_is_refused_and_shown(
    company: Company, sign_in: SignIn
) -> None:
    """The row version and the customer's token that were shown go along."""
    customer, client, screen, window = await _reviewed(company, sign_in)
    await expect(window.get_by_role("row", name="Mobile")).to_contain_text("0100")
    await screen.is_looked_at(False)
    await company.edit_customer(customer, Mobile={"FreeFormNumber": "(312) 555-0122"})
    await company.until(lambda: _is_known(company, "(312) 555-0122"), "the new number is known")
    await window.get_by_role("button", name="Sync").click()

    await expect(window.get_by_role("row", name="Mobile")).to_contain_text("0122")
    assert (await company.customer(customer))["Mobile"]["FreeFormNumber"] == "(312) 555-0122"
    assert (await company.link(client))["status"] == "not_synced"


async def _is_known(company: Company, mobile: str) -> bool:
    (found,) = (await company.api("GET", "/customers")).ok()["customers"]
    return bool(found["mobile"] == mobile)


async def test_leaving_before_sync_changes_nothing(company: Company, sign_in: SignIn) -> None:
    """By X or by Esc; who comes back begins where they were."""
    customer, client, screen, window = await _reviewed(company, sign_in)
    await expect(window.get_by_role("row", name="Mobile")).to_contain_text("0111")

    await window.get_by_role("button", name="Close").click()

    await expect(window).to_be_hidden()
    await expect(screen.status).to_have_text("Not synced")
    assert (await company.link(client))["status"] == "not_synced"
    assert (await company.customer(customer))["Mobile"]["FreeFormNumber"] == "(312) 555-0100"
    assert await company.written_in_quickbooks() == []


async def test_each_step_of_the_window_ends_with_what_closes_it_and_what_confirms_it(
    company: Company, sign_in: SignIn
) -> None:
    """One foot at a time, and Done only where something is done."""
    _, _, _, window = await _reviewed(company, sign_in)
    foot, buttons = window.locator(".foot:visible"), window.locator(".foot:visible").get_by_role("button")
    await expect(buttons).to_have_text(["Back", "Sync"])

    await buttons.get_by_text("Back").click()
    await expect(buttons).to_have_text(["Cancel", "Match"])
    await window.get_by_role("tab", name="Create new").click()
    await expect(buttons).to_have_text(["Cancel", "Sync"])
    await window.get_by_role("tab", name="Search existing").click()
    await buttons.get_by_text("Match").click()
    await buttons.get_by_text("Sync").click()

    await expect(buttons).to_have_text(["Done"])
    await expect(foot).to_have_count(1)


async def test_a_search_without_result_offers_to_create(company: Company, sign_in: SignIn) -> None:
    """From the sentence that says so, one press leads to the other tab."""
    client = await _left_out(company, "Fiona Gallagher")
    screen = await sign_in()
    await screen.client(client)
    window = await screen.window()
    await window.get_by_role("searchbox").fill("nobody at all")
    await expect(window.get_by_text("No QuickBooks customer has “nobody at all”")).to_be_visible()

    await window.locator(".nothing").get_by_role("button", name="Create new").click()

    await expect(window.get_by_role("tab", name="Create new")).to_have_attribute("aria-selected", "true")
    await expect(window.get_by_role("button", name="Sync")).to_be_visible()


async def test_create_new_makes_a_customer_and_links_it(company: Company, sign_in: SignIn) -> None:
    """The second tab shows what will be created; Sync does it."""
    client = await _left_out(company, "Fiona Gallagher", email="fiona@example.com")
    screen = await sign_in()
    await screen.client(client)
    window = await screen.window()

    await window.get_by_role("tab", name="Create new").click()
    await expect(window.get_by_role("tabpanel")).to_contain_text("fiona@example.com")
    await window.get_by_role("button", name="Sync").click()

    await expect(screen.status).to_have_text("Synced")
    await expect(window).to_contain_text("is synced with this QuickBooks customer")
    (customer,) = await company.customers()
    assert customer["DisplayName"] == "Fiona Gallagher"

"""A switch counts from the moment it is switched, and says so."""

import asyncio
import re

from playwright.async_api import Route, expect

from tests.browser.conftest import SignIn
from tests.browser.screen import synced_client
from tests.story.company import Company


async def test_a_switch_is_saved_at_once_and_said(company: Company, sign_in: SignIn) -> None:
    """Who comes back finds it as it was left; the others did not move."""
    screen = await sign_in()
    await screen.page.goto(f"/firms/{company.firm}/settings")

    await screen.page.get_by_role("switch", name="Editing clients in QBO").uncheck()
    await expect(screen.page.get_by_text("Saved")).to_be_visible()
    await screen.page.get_by_role("radio", name="Always ask").check()
    await expect(screen.page.locator(".policies").get_by_text("Saved")).to_be_visible()
    await screen.page.reload()

    await expect(screen.page.get_by_role("switch", name="Editing clients in QBO")).not_to_be_checked()
    await expect(screen.page.get_by_role("switch", name="Editing clients in Canopy")).to_be_checked()
    await expect(screen.page.get_by_role("radio", name="Always ask")).to_be_checked()
    assert (await company.api("GET", "/settings")).ok()["actions_from_qbo"] == {
        "creating": True,
        "editing": False,
    }


async def test_a_switch_that_could_not_be_saved_goes_back_and_says_why(
    company: Company, sign_in: SignIn
) -> None:
    """What is shown is what holds."""
    screen = await sign_in()
    await screen.page.goto(f"/firms/{company.firm}/settings")
    switch = screen.page.get_by_role("switch", name="Creating new clients in Canopy")

    await screen.page.context.set_offline(True)
    await switch.click()

    await expect(screen.page.get_by_role("alert").filter(has_text="Not saved.")).to_be_visible()
    await expect(switch).to_be_checked()


async def test_settings_that_somebody_changed_meanwhile_are_shown_and_not_overwritten(
    company: Company, sign_in: SignIn
) -> None:
    """Who had the page open is told, sees what the other one did, and can then do both."""
    screen = await sign_in()
    page = screen.page
    await page.goto(f"/firms/{company.firm}/settings")
    await company.switch("actions_from_qbo", "creating", conflicts="always_ask")
    switch = page.get_by_role("switch", name="Editing clients in Canopy")

    await switch.uncheck()
    said = page.get_by_role("alert").filter(has_text="Not saved.")
    await expect(said).to_contain_text("The settings changed while you were looking.")
    await expect(said).to_contain_text("They are shown as they are now.")

    await expect(switch).to_be_checked()
    await expect(page.get_by_role("switch", name="Creating new clients in QBO")).not_to_be_checked()
    await expect(page.get_by_role("radio", name="Always ask")).to_be_checked()
    assert (await company.api("GET", "/settings")).ok() == company.settings
    await switch.uncheck()
    await expect(page.get_by_text("Saved", exact=True)).to_be_visible()
    both = company.settings | {"actions_from_canopy": {"creating": True, "editing": False}}
    assert (await company.api("GET", "/settings")).ok() == both


async def test_a_switch_that_is_turned_while_another_is_saved_is_saved_too(
    company: Company, sign_in: SignIn
) -> None:
    """It counts as shown from when it is saved, and not from when it is turned."""
    screen = await sign_in()
    page = screen.page
    await page.goto(f"/firms/{company.firm}/settings")
    first, second = (
        page.get_by_role("switch", name=f"Editing clients in {side}") for side in ("Canopy", "QBO")
    )
    arrived, goes_on = asyncio.Event(), asyncio.Event()

    async def held_up(route: Route) -> None:
        arrived.set()
        await goes_on.wait()
        await route.continue_()

    await page.route("**/settings", held_up, times=1)
    await first.uncheck()
    await arrived.wait()
    await second.uncheck()
    goes_on.set()

    await expect(page.locator(".row").filter(has=second).get_by_text("Saved", exact=True)).to_be_visible()
    settings = (await company.api("GET", "/settings")).ok()
    assert not settings["actions_from_canopy"]["editing"]
    assert not settings["actions_from_qbo"]["editing"]


async def test_a_switch_says_what_follows(company: Company, sign_in: SignIn) -> None:
    """With how many clients it is about; nothing is asked where nothing is held."""
    await synced_client(company, "Fiona Gallagher")
    screen = await sign_in()
    await screen.page.goto(f"/firms/{company.firm}/settings")
    switch = screen.page.get_by_role("switch", name="Editing clients in Canopy")

    await switch.uncheck()
    await expect(screen.page.get_by_text("Edits in Canopy of 1 synced client are held")).to_be_visible()
    await switch.check()
    await expect(screen.page.get_by_text("Edits in Canopy go to QuickBooks from now on.")).to_be_visible()
    await expect(screen.page.get_by_role("dialog")).to_have_count(0)


async def test_what_is_held_is_shown_before_a_switch_and_can_be_left(
    company: Company, sign_in: SignIn
) -> None:
    """Client by client with both values; Cancel leaves the switch as it was, and so does Esc."""
    await _held_phone(company)
    screen = await sign_in()
    page = screen.page
    await page.goto(f"/firms/{company.firm}/settings")
    await expect(page.locator("[data-live=held]")).to_contain_text("1 client has held changes")
    switch = page.get_by_role("switch", name="Editing clients in Canopy")

    await switch.click()
    asked = page.get_by_role("dialog")
    await expect(asked).to_contain_text("Fiona Gallagher")
    await expect(asked.locator("del")).to_have_text("(312) 555-0100")
    await expect(asked.locator("ins")).to_have_text("(312) 555-0111")
    await page.keyboard.press("Escape")
    await expect(switch).not_to_be_checked()
    await switch.click()
    await asked.get_by_role("button", name="keep them held").click()

    await expect(page.get_by_text("Saved")).to_be_visible()
    await expect(switch).to_be_checked()
    assert (await company.api("GET", "/held")).ok()["total"] == 1


async def test_a_switch_can_send_what_was_held(company: Company, sign_in: SignIn) -> None:
    """Because a person says so, seeing what goes."""
    client, customer = await _held_phone(company)
    screen = await sign_in()
    page = screen.page
    await page.goto(f"/firms/{company.firm}/settings")

    await page.get_by_role("switch", name="Editing clients in Canopy").click()
    await page.get_by_role("button", name="Switch on and send").click()

    await expect(page.get_by_text("Saved. Held changes sent.")).to_be_visible()
    await company.until_customer(customer, PrimaryPhone={"FreeFormNumber": "(312) 555-0111"})
    await company.until_link(client, held={"to_quickbooks": [], "to_canopy": []})


async def test_settings_are_put_back_from_the_line_of_their_change(company: Company, sign_in: SignIn) -> None:
    """With what follows from it, and what was held meanwhile goes too, because a person says so."""
    _, customer = await _held_phone(company)
    screen = await sign_in()
    page = screen.page
    await page.goto(f"/firms/{company.firm}/activity?kind=settings")
    line = page.get_by_role("listitem").filter(has_text="Editing clients in Canopy: on → off")

    await line.get_by_role("link", name="Put back").click()
    row = page.get_by_role("row").filter(has_text="Editing clients in Canopy")
    await expect(row).to_contain_text("Edits in Canopy go to QuickBooks from now on.")
    await expect(page.get_by_text("1 client has changes that were held")).to_be_visible()
    await page.get_by_role("button", name="Put back and send").click()

    await page.wait_for_url("**/settings")
    await expect(page.get_by_role("switch", name="Editing clients in Canopy")).to_be_checked()
    await company.until_customer(customer, PrimaryPhone={"FreeFormNumber": "(312) 555-0111"})


async def test_what_is_held_is_sent_client_by_client_when_a_person_says_so(
    company: Company, sign_in: SignIn
) -> None:
    """From a list of its own, which is empty afterwards; the switch may stay off."""
    client, customer = await _held_phone(company)
    screen = await sign_in()
    page = screen.page
    await page.goto(f"/firms/{company.firm}/settings")
    await page.get_by_role("link", name="Review").click()
    await page.wait_for_url("**/held")
    await page.wait_for_load_state()
    line = page.get_by_role("row").filter(has_text="Fiona Gallagher")
    await expect(line).to_contain_text("“Editing clients in Canopy” was off")

    await line.get_by_role("button", name="Send to QuickBooks").click()

    await expect(page.get_by_role("heading", name="Nothing is held")).to_be_visible()
    await expect(screen.toast).to_contain_text("The held changes of Fiona Gallagher are being sent.")
    await company.until_customer(customer, PrimaryPhone={"FreeFormNumber": "(312) 555-0111"})
    assert (await company.link(client))["held"] == {"to_quickbooks": [], "to_canopy": []}


async def _held_phone(company: Company) -> tuple[str, str]:
    """Edit a client while a switch is off; gives the ids of both sides."""
    client, customer = await synced_client(company, "Fiona Gallagher", phone="(312) 555-0100")
    await company.switch("actions_from_canopy", "editing")
    await company.edit_client(client, phone="(312) 555-0111")
    await company.until_link(client, held={"to_quickbooks": ["phone"], "to_canopy": []})
    return client, customer


async def test_a_viewer_sees_the_settings_and_whom_to_ask(company: Company, sign_in: SignIn) -> None:
    """Nothing can be switched by who may not."""
    screen = await sign_in("Vera")
    await screen.page.goto(f"/firms/{company.firm}/settings")

    await expect(screen.page.get_by_role("main")).to_contain_text(
        "Changing this needs the “Manage Integrations” permission."
    )
    assert await screen.page.locator("[role=switch]:not(:disabled)").count() == 0


async def test_the_connection_says_how_often_quickbooks_was_read(company: Company, sign_in: SignIn) -> None:
    """As the worker counts it, which has just listed the company."""

    async def counted() -> bool:
        reads: int = (await company.api("GET", "/connection")).ok()["reads"]["answered"]
        return reads > 0

    await company.until(counted, "the company's listing is counted")
    screen = await sign_in()
    await screen.page.goto(f"/firms/{company.firm}/settings")
    await screen.page.get_by_role("link", name="How it is doing").click()

    said = re.compile(r"Reads in [A-Z][a-z]+\s*[1-9]\d*")
    await expect(screen.page.get_by_role("region", name="How we hear of changes there")).to_contain_text(said)

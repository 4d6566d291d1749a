"""Without a QuickBooks company there is nothing to integrate with, and nothing is offered that would need one."""

import aiohttp
from playwright.async_api import Browser, expect

from tests.browser.conftest import SignIn
from tests.browser.screen import Screen, synced_client
from tests.chaos.stack import Stack
from tests.story.company import Company

FIRM = "f-never-connected"


async def test_a_firm_that_is_not_connected_is_told_so_and_adds_clients_without_a_toggle(
    browser: Browser, stack: Stack, http: aiohttp.ClientSession
) -> None:
    """The client is in Canopy; the form says what it waits for."""
    async with http.post(f"{stack.canopy}/_control/firms", json={"firm_id": FIRM}) as answer:
        assert answer.status == 200
    context = await browser.new_context(base_url=f"http://127.0.0.1:{stack.http_port}")
    screen = await Screen.begin(context, FIRM)
    await screen.sign_in_as("Dana")
    await expect(screen.page.get_by_text("This firm is not connected to QuickBooks.")).to_be_visible()

    await screen.page.get_by_role("link", name="Add client").click()
    await expect(screen.page.get_by_label("Display name")).to_be_focused()
    await expect(screen.page.get_by_role("switch")).to_have_count(0)
    await screen.page.get_by_label("Display name").fill("Fiona Gallagher")
    await screen.page.get_by_role("button", name="Add client").click()

    await expect(screen.page.get_by_text("Fiona Gallagher was saved in Canopy as")).to_be_visible()
    async with http.get(f"{stack.canopy}/_control/firms/{FIRM}/clients") as answer:
        assert [each["display_name"] for each in (await answer.json())["clients"]] == ["Fiona Gallagher"]

    await screen.page.goto(f"/firms/{FIRM}/settings")
    await expect(screen.page.get_by_text("has not been connected to QuickBooks yet")).to_be_visible()
    await expect(screen.page.get_by_role("switch")).to_have_count(0)
    await expect(screen.page.get_by_role("button", name="Pause syncing")).to_have_count(0)
    assert screen.faults == []
    await context.close()


async def test_a_disconnected_firms_records_say_so_and_offer_nothing(
    company: Company, sign_in: SignIn
) -> None:
    """In the list, at the top and under Integrations, with why; there is no pencil, and no green."""
    client, _ = await synced_client(company, "Fiona Gallagher")
    screen = await sign_in()
    await screen.client(client)
    await expect(screen.page.get_by_role("button", name="Edit integrations")).to_be_visible()

    (await company.api("DELETE", "/connection")).ok()
    await expect(screen.page.get_by_text("Disconnected from QuickBooks")).to_be_visible()
    await screen.client(client)

    await expect(screen.page.get_by_role("heading", name="Fiona Gallagher")).to_be_visible()
    await expect(screen.page.get_by_role("button", name="Edit integrations")).to_have_count(0)
    await expect(screen.status).to_have_text("Disconnected")
    integrations = screen.page.locator(".integrations")
    await expect(integrations.locator(".status")).to_have_text("Disconnected")
    await integrations.get_by_text("Why?").click()
    await expect(integrations).to_contain_text("Matches are kept; nothing is sent or taken")
    await screen.clients()
    await expect(screen.row("Fiona Gallagher")).to_contain_text("Disconnected")
    await expect(screen.page.get_by_role("link", name="Synced 0", exact=True)).to_be_visible()

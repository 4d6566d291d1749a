"""Syncing can be paused: everybody sees by whom and what waits, decisions go on, and nothing is lost."""

from playwright.async_api import expect

from tests.browser.conftest import SignIn
from tests.browser.screen import synced_client
from tests.story.company import Company


async def test_a_pause_is_said_on_every_page_with_what_waits(company: Company, sign_in: SignIn) -> None:
    """An edit waits in sight, and goes when requests start again."""
    client, customer = await synced_client(company, "Fiona Gallagher", phone="(312) 555-0100")
    lee, dana = await sign_in("Lee"), await sign_in("Dana")
    await lee.page.goto(f"/firms/{company.firm}/settings")
    await lee.page.get_by_role("button", name="Pause syncing").click()

    await expect(dana.page.get_by_text("Syncing is paused by Lee")).to_be_visible()
    await company.edit_client(client, phone="(312) 555-0111")
    await expect(dana.page.get_by_text("Syncing is paused by Lee · 1 change waits")).to_be_visible()
    await dana.clients()
    await expect(dana.row("Fiona Gallagher")).to_contain_text("Paused by Lee")
    await dana.client(client)
    await expect(dana.status).to_have_text("Paused by Lee")
    await expect(dana.page.locator(".timeline li").first).to_contain_text("to be sent to QuickBooks")
    await dana.page.goto(f"/firms/{company.firm}/due")
    row = dana.page.get_by_role("row", name="Fiona Gallagher")
    await expect(row.get_by_role("cell")).to_have_text(["Change in QuickBooks", "Phone"])
    assert (await company.customer(customer))["PrimaryPhone"]["FreeFormNumber"] == "(312) 555-0100"
    await lee.page.get_by_role("button", name="Resume syncing").click()

    await expect(dana.page.get_by_role("heading", name="Nothing waits to be sent")).to_be_visible()
    await expect(dana.page.locator("[data-live=pill]")).to_contain_text("in step")
    await company.until_customer(customer, PrimaryPhone={"FreeFormNumber": "(312) 555-0111"})
    await dana.client(client)
    await expect(dana.status).to_have_text("Synced")
    edit = dana.page.locator(".timeline li").filter(has_text="(312) 555-0111").first
    await expect(edit).to_contain_text("changed in Canopy, sent to QuickBooks")


async def test_a_viewer_sees_a_pause_but_cannot_end_it(company: Company, sign_in: SignIn) -> None:
    """With the reason that was given."""
    (await company.api("POST", "/pause", {"reason": "Intuit is down"}, token="dev-operator")).ok()
    refused = await company.api("POST", "/resume", {}, token="dev-viewer")
    screen = await sign_in("Vera")
    await screen.page.goto(f"/firms/{company.firm}/settings")

    assert refused.status == 403
    await expect(screen.page.get_by_text("Paused just now by Lee: “Intuit is down”")).to_be_visible()
    await expect(screen.page.get_by_role("button", name="Resume syncing")).to_have_count(0)

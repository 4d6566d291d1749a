"""After a company was away: what was edited meanwhile is found from where one looks, and settled for one client and for all."""

from playwright.async_api import expect

from tests.browser.conftest import SignIn
from tests.browser.screen import Screen, synced_client
from tests.story.company import Company


async def _away(company: Company) -> dict[str, tuple[str, str]]:
    """Disconnect, let both sides be edited, and connect again; gives clients and customers by name."""
    found = {
        name: await synced_client(company, name, email=f"{name[:2].lower()}@example.com", fax="1")
        for name in ("Ada Roe", "Bo Lindqvist", "Cy Oduya", "Dee Park", "Eve Stone")
    }
    (await company.api("DELETE", "/connection")).ok()
    for name in ("Ada Roe", "Cy Oduya", "Dee Park"):
        await company.edit_client(found[name][0], email="ours@example.com")
    for name in ("Bo Lindqvist", "Dee Park"):
        await company.edit_customer(found[name][1], Fax={"FreeFormNumber": "2"})
    await company.connect()

    async def all_are_listed() -> bool:
        return bool((await company.api("GET", "/held?drifted=true")).ok()["total"] == 4)

    await company.until(all_are_listed, "all that drifted is listed")
    return found


async def _settled(screen: Screen, name: str, button: str, said: str) -> None:
    page = screen.page
    row = page.get_by_role("row").filter(has=page.get_by_role("link", name=name, exact=True))
    await row.get_by_role("button", name=button).click()
    await expect(screen.toast).to_contain_text(said)
    await expect(row).to_have_count(0)


async def test_what_drifted_is_settled_for_one_and_for_all(company: Company, sign_in: SignIn) -> None:
    """Both values stand side by side with where they were edited; for all it is confirmed, and a batch."""
    found = await _away(company)
    screen = await sign_in()
    page = screen.page
    await page.goto(f"/firms/{company.firm}/matching")
    await expect(
        page.get_by_text("4 matched clients were edited while the company was disconnected")
    ).to_be_visible()
    await page.goto(f"/firms/{company.firm}/connection")
    await page.get_by_role("link", name="Review").click()
    await expect(page.get_by_role("heading", name="Held changes")).to_be_visible()
    await page.wait_for_load_state()
    dee = page.get_by_role("row").filter(has_text="Dee Park")
    await expect(dee.get_by_role("button")).to_have_text(
        ["Send each across", "Take the other side's values", "Leave both as they are"]
    )
    await expect(dee.locator(".edited")).to_contain_text(["ours@example.com", "2"])

    await _settled(screen, "Ada Roe", "Send to QuickBooks", "The held changes of Ada Roe are being sent.")
    await _settled(
        screen, "Bo Lindqvist", "Leave both as they are", "Bo Lindqvist stays as it is on both sides."
    )
    assert await screen.is_as_wide_as_the_page()
    await page.set_viewport_size({"width": 360, "height": 740})
    assert await screen.is_as_wide_as_the_page()
    await page.get_by_role("button", name="values for all").click()
    dialog = page.get_by_role("dialog")
    await expect(
        dialog.get_by_role("heading", name="Take the other side's values for 2 clients")
    ).to_be_focused()
    await expect(dialog.locator("del")).to_have_text(["ours@example.com", "ours@example.com", "2"])
    await expect(dialog.locator("ins")).to_have_text(["cy@example.com", "de@example.com", "1"])
    assert await screen.is_as_wide_as_the_page()
    await dialog.get_by_role("button", name="Take the other side's values for 2 clients").click()
    await expect(page.locator("[data-live=batch-state]")).to_have_text("Done")

    for name in ("Cy Oduya", "Dee Park"):
        client, customer = found[name]
        await company.until_synced(client)
        assert (await company.client(client))["email"] == f"{name[:2].lower()}@example.com"
        assert (await company.customer(customer))["Fax"] == {"FreeFormNumber": "1"}
    await company.until_customer(found["Ada Roe"][1], PrimaryEmailAddr={"Address": "ours@example.com"})
    assert (await company.client(found["Bo Lindqvist"][0]))["fax"] == "1"
    assert (await company.customer(found["Bo Lindqvist"][1]))["Fax"] == {"FreeFormNumber": "2"}
    await page.goto(f"/firms/{company.firm}/held?drifted=true")
    await expect(page.get_by_role("heading", name="Nothing is held")).to_be_visible()

"""What the support article says and no other page's test shows: what must always hold, as people see it (docs/checklist.md, 22 and 50 to 53)."""

from playwright.async_api import expect

from tests.browser.conftest import SignIn
from tests.browser.screen import synced_client
from tests.story.company import Company


async def test_a_person_matches_with_all_four_switches_off_and_a_customer_has_one_client(
    company: Company, sign_in: SignIn
) -> None:
    """What QuickBooks alone has stays; afterwards neither of the two can be matched with anybody else."""
    await company.add_customer("Gallagher, Fiona")
    await company.switch("all")
    client, other = [
        await company.add_client(name, sync=False) for name in ("Fiona Gallagher", "Debbie Gallagher")
    ]
    for each in (client, other):
        await company.until_link(each, status="not_synced")
    screen = await sign_in()
    page = screen.page
    await page.goto(f"/firms/{company.firm}/settings")
    await expect(page.get_by_role("switch", checked=False)).to_have_count(4)

    await screen.client(client)
    window = await screen.window()
    await window.get_by_role("radio", name="Gallagher, Fiona").check()
    await window.get_by_role("button", name="Match", exact=True).click()
    await window.get_by_text("as they are").or_(window.get_by_text("as it is")).click()
    await expect(window.get_by_role("row", name="Notes, terms, tax")).to_contain_text(
        "kept (only in QuickBooks)"
    )
    await window.get_by_role("button", name="Sync").click()
    await expect(screen.status).to_have_text("Synced")

    await expect(window.locator(".customer-line")).to_have_count(1)
    await expect(window.get_by_role("tab")).to_have_count(0)
    await screen.client(other)
    window = await screen.window()
    await window.get_by_role("searchbox").fill("Fiona")
    await expect(window.get_by_text("Already matched to Fiona Gallagher")).to_be_visible()
    await expect(window.get_by_role("radio", name="Fiona Gallagher")).to_be_disabled()


async def test_edits_of_an_unmatched_and_a_left_out_client_go_nowhere(
    company: Company, sign_in: SignIn
) -> None:
    """On either side; both records show the edit, and stay “Not synced”."""
    left_out = await company.add_client("Lip Gallagher", sync=False)
    unmatched, customer = await synced_client(company, "Ada Roe", phone="(312) 555-0100")
    (await company.act(unmatched, "unmatch")).ok()
    await company.until_link(unmatched, status="not_synced")
    written = await company.written_in_quickbooks(), await company.written_in_canopy()
    await company.edit_customer(customer, Mobile={"FreeFormNumber": "(312) 555-0199"})
    for client in (left_out, unmatched):
        await company.edit_client(client, phone="(312) 555-0177")

    async def is_known() -> bool:
        listed = (await company.api("GET", "/customers")).ok()["customers"]
        return any(each["mobile"] == "(312) 555-0199" for each in listed)

    await company.until(is_known, "the edit in QuickBooks is known")
    screen = await sign_in()
    for client in (left_out, unmatched):
        await screen.client(client)
        fields = screen.page.locator("dl.fields").first
        await expect(fields).to_contain_text("(312) 555-0177")
        await expect(fields).not_to_contain_text("(312) 555-0199")
        await expect(screen.status).to_have_text("Not synced")
    assert (await company.written_in_quickbooks(), await company.written_in_canopy()) == written

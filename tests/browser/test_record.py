"""A client's record: what Canopy holds, how it stands, and what happened to it."""

from playwright.async_api import expect

from tests.browser.conftest import SignIn
from tests.browser.screen import synced_client
from tests.story.company import Company


async def test_the_record_shows_the_fields_and_the_customer(company: Company, sign_in: SignIn) -> None:
    """Canopy's fields, and below them the QuickBooks customer with its id."""
    client, customer = await synced_client(
        company, "Fiona Gallagher", email="fiona@example.com", phone="(312) 555-0100"
    )
    screen = await sign_in()
    await screen.client(client)

    await expect(screen.status).to_have_text("Synced")
    await expect(screen.page.locator("dl.fields").first).to_contain_text("fiona@example.com")
    integrations = screen.page.locator(".integrations")
    await expect(integrations).to_contain_text(f"Fiona Gallagher {customer}")
    await integrations.get_by_text("Why?").click()
    await expect(integrations).to_contain_text("It is in step with")


async def test_the_timeline_shows_what_changed_where_from_what_to_what(
    company: Company, sign_in: SignIn
) -> None:
    """An edit in QuickBooks is shown with both values, while the page is open."""
    client, customer = await synced_client(company, "Fiona Gallagher", email="old@example.com")
    screen = await sign_in()
    await screen.client(client)

    await company.edit_customer(customer, PrimaryEmailAddr={"Address": "new@example.com"})

    line = screen.page.locator(".timeline li").filter(has_text="in QuickBooks").first
    await expect(line.locator("del")).to_have_text("old@example.com")
    await expect(line.locator("ins")).to_have_text("new@example.com")
    await expect(line).to_contain_text("changed in QuickBooks, sent to Canopy")
    await expect(screen.page.locator("dl.fields").first).to_contain_text("new@example.com")


async def test_a_question_shows_both_values_and_is_settled_by_one_press(
    company: Company, sign_in: SignIn
) -> None:
    """Both sides changed the phone; the one that is chosen stands on both afterwards."""
    client, customer = await synced_client(company, "Fiona Gallagher", phone="(312) 555-0100")
    asked = {"actions_from_canopy": {"creating": True, "editing": True}, "conflicts": "always_ask"}
    asked["actions_from_qbo"] = {"creating": True, "editing": False}
    (await company.api("PUT", "/settings", asked)).ok()
    await company.edit_customer(customer, PrimaryPhone={"FreeFormNumber": "(312) 555-0222"})
    await company.until_link(client, held={"to_quickbooks": [], "to_canopy": ["phone"]})
    await company.edit_client(client, phone="(312) 555-0111")
    await company.until_link(client, status="needs_attention")
    screen = await sign_in()
    await screen.client(client)

    question = screen.page.locator("section.attention")
    await expect(question.get_by_role("row", name="Phone").locator("td")).to_contain_text(
        ["(312) 555-0111", "(312) 555-0222"]
    )
    await question.get_by_role("button", name="Keep QuickBooks'").click()

    await expect(screen.status).to_have_text("Synced")
    await expect(screen.toast).to_contain_text("Canopy and QuickBooks now have the same values.")
    answered = screen.page.locator(".timeline li").filter(has_text="Dana answered")
    await expect(answered).to_contain_text(
        "“Keep QuickBooks' value”. The question was: Phone differs between Canopy and"
    )
    await expect(answered).to_contain_text("replaced in Canopy by QuickBooks' value")
    await company.until_client(client, phone="(312) 555-0222")


async def test_a_client_that_nobody_knows_is_said_to_be_unknown(company: Company, sign_in: SignIn) -> None:
    """An old address leads to a sentence, not to a riddle."""
    screen = await sign_in()

    await screen.client("c-none")

    await expect(screen.page.get_by_role("heading", name="Not found")).to_be_visible()
    await expect(screen.page.get_by_text("This client is not known here yet.")).to_be_visible()

"""New customers of QuickBooks: those that may be a client already are a question, the others are listed."""

from playwright.async_api import expect

from tests.browser.conftest import SignIn
from tests.story.company import Company


async def _asked_about(company: Company) -> tuple[str, str]:
    """Add a customer with the name of a client that was left out; gives both."""
    client = await company.add_client("Fiona Gallagher", sync=False, email="fiona@example.com")
    await company.until_link(client, status="not_synced")
    customer = await company.new_customer("Fiona Gallagher", PrimaryEmailAddr={"Address": "fg@example.com"})
    await company.until_link(client, status="needs_attention")
    return client, customer


async def test_a_possible_duplicate_is_asked_about_with_both_sides_beside_each_other(
    company: Company, sign_in: SignIn
) -> None:
    """And matched as any two are: what is overwritten is shown first, and Back leads to where one came from."""
    client, customer = await _asked_about(company)
    screen = await sign_in()
    await screen.clients("?status=needs_attention")
    await screen.page.get_by_role("link", name="Fiona Gallagher").click()
    await screen.page.wait_for_url("**/clients/c-*")
    await screen.page.wait_for_load_state()
    question = screen.page.locator("section.attention")
    await expect(question.get_by_role("row", name="Email")).to_contain_text("fiona@example.com")
    await expect(question.get_by_role("row", name="Email")).to_contain_text("fg@example.com")

    await question.get_by_role("button", name="Match with this customer").click()
    window = screen.page.get_by_role("dialog")
    await window.get_by_role("button", name="Back").click()
    await expect(window).to_be_hidden()
    assert (await company.link(client))["status"] == "needs_attention"
    await question.get_by_role("button", name="Match with this customer").click()
    await expect(window.get_by_role("row", name="Email")).to_contain_text("fg@example.com")
    await window.get_by_role("button", name="Sync").click()

    await expect(screen.status).to_have_text("Synced")
    assert await company.until_synced(client) == customer


async def test_a_possible_duplicate_can_become_a_client_of_its_own(company: Company, sign_in: SignIn) -> None:
    """The client that it was like stays as it is."""
    client, customer = await _asked_about(company)
    screen = await sign_in()
    await screen.client(client)

    await screen.page.get_by_role("button", name="Add it to Canopy as another client").click()

    await expect(screen.status).to_have_text("Not synced")
    await screen.clients("?status=synced")
    await expect(screen.row("Fiona Gallagher")).to_contain_text(customer)


async def test_who_has_the_name_or_the_e_mail_in_canopy_is_said_before_one_is_added(
    company: Company, sign_in: SignIn
) -> None:
    """An unmatched client of the same name makes it a decision; the same email alone does not."""
    await company.switch("actions_from_qbo", "creating")
    twin = await company.add_client("Fiona  Gallagher", sync=False)
    await company.add_client("Debbie Gallagher", sync=False, email="family@example.com")
    await company.until_link(twin, status="not_synced")
    await company.add_customer("Fiona\u00a0Gallagher")
    await company.add_customer("Ian Gallagher", PrimaryEmailAddr={"Address": "Family@example.com"})
    screen = await sign_in()
    await screen.page.goto(f"/firms/{company.firm}/customers")
    fiona = screen.page.get_by_role("row").filter(has_text="has this name")
    ian = screen.page.get_by_role("row").filter(has_text="has this email")
    await expect(fiona).to_contain_text("has this name in Canopy, unmatched.")
    await expect(ian.get_by_role("link", name="Debbie Gallagher")).to_be_visible()
    await expect(ian.get_by_role("button")).to_have_text("Add to Canopy")

    await fiona.get_by_role("button", name="Add all the same").click()

    await expect(screen.toast).to_contain_text("was added to Canopy")


async def test_what_is_only_in_quickbooks_is_listed_and_can_be_added(
    company: Company, sign_in: SignIn
) -> None:
    """Also after a question was left open both ways."""
    await company.switch("actions_from_qbo", "creating")
    await company.add_customer("Grady Plumbing LLC", CompanyName="Grady Plumbing LLC")
    screen = await sign_in()
    await screen.page.get_by_role("link", name="Only in QuickBooks 1").click()
    await screen.page.wait_for_url("**/customers")
    await screen.page.wait_for_load_state()
    line = screen.page.get_by_role("row").filter(has_text="Grady Plumbing LLC")
    await expect(line).to_contain_text("Unmatched")

    await line.get_by_role("button", name="Add to Canopy").click()

    await expect(screen.toast).to_contain_text("Grady Plumbing LLC was added to Canopy")
    await screen.clients()
    await expect(screen.row("Grady Plumbing LLC")).to_contain_text("Synced")
    await screen.page.goto(f"/firms/{company.firm}/customers")
    await expect(screen.page.get_by_role("heading", name="Every customer has its client")).to_be_visible()

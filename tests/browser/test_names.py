"""A display name that is taken: who has it is said, and another one is chosen without leaving the window."""

from playwright.async_api import Locator, expect

from tests.browser.conftest import SignIn
from tests.browser.screen import Screen, synced_client
from tests.story.company import Company


async def _refused(company: Company, screen: Screen, name: str, **values: object) -> tuple[str, Locator]:
    """Ask for a new customer whose name is taken; gives the client and the window with the question."""
    client = await company.add_client(name, sync=False, **values)
    await company.until_link(client, status="not_synced")
    await screen.client(client)
    window = await screen.window()
    await window.get_by_role("tab", name="Create new").click()
    await window.get_by_role("button", name="Sync").click()
    await expect(window.locator("form.rename")).to_be_visible()
    return client, window


async def test_a_name_that_a_vendor_has_is_said_to_be_so_and_another_is_chosen(
    company: Company, sign_in: SignIn
) -> None:
    """The middle name makes it free; the display name in Canopy changes with it."""
    await company.add_vendor("Fiona Gallagher")
    screen = await sign_in()
    client, window = await _refused(
        company,
        screen,
        "Fiona Gallagher",
        first_name="Fiona",
        middle_name="Grace",
        last_name="Gallagher",
    )
    await expect(window).to_contain_text("“Fiona Gallagher” is already the name of a vendor in QuickBooks.")
    await expect(window).to_contain_text("The display name in Canopy changes too.")
    await expect(window.get_by_role("radio", name="Fiona Grace Gallagher")).to_be_checked()
    await expect(window.get_by_role("button", name="Match with that customer")).to_have_count(0)
    await expect(screen.toast).to_have_count(0)  # the question stands there already

    await window.get_by_role("button", name="Continue").click()

    await expect(screen.status).to_have_text("Synced")
    await expect(screen.page.get_by_role("heading", level=1)).to_have_text("Fiona Grace Gallagher")
    assert (await company.client(client))["display_name"] == "Fiona Grace Gallagher"
    (customer,) = await company.customers()
    assert customer["DisplayName"] == "Fiona Grace Gallagher"


async def test_a_typed_name_is_looked_at_and_asked_again_where_it_is_taken_too(
    company: Company, sign_in: SignIn
) -> None:
    """Known names are said while one types; QuickBooks has the last word, and what it says is asked anew."""
    await synced_client(company, "Fiona Known")
    await company.add_vendor("Fiona Gallagher")
    await company.add_vendor("Fiona Unknown")
    screen = await sign_in()
    client, window = await _refused(company, screen, "Fiona Gallagher")
    own = window.get_by_role("textbox", name="Type another name")

    await own.fill("FIONA  KNOWN")
    await expect(window).to_contain_text("has this name in QuickBooks")
    await own.fill("Fiona Unknown")
    await expect(window).to_contain_text("Available, as far as we know.")
    await own.fill("Fiona: Unknown")
    await expect(window).to_contain_text("QuickBooks gets it as “Fiona- Unknown”.")
    await own.fill("Fiona Unknown")
    await window.get_by_role("button", name="Continue").click()
    await expect(window).to_contain_text("“Fiona Unknown” is already the name of a vendor in QuickBooks.")
    await own.fill("Fiona Free")
    await window.get_by_role("button", name="Continue").click()

    await expect(screen.status).to_have_text("Synced")
    assert (await company.client(client))["display_name"] == "Fiona Free"


async def test_what_is_said_of_a_typed_name_outlives_the_answer_to_who_has_the_taken_one(
    company: Company, sign_in: SignIn
) -> None:
    """QuickBooks is slow to say who has the name; what was typed meanwhile stays, and so does what is known of it."""
    await synced_client(company, "Fiona Known")
    await company.add_vendor("Fiona Gallagher")
    await company.fault("timeout_before", "GET", "/query", value=3)
    screen = await sign_in()
    _, window = await _refused(company, screen, "Fiona Gallagher")
    own = window.get_by_role("textbox", name="Type another name")

    await own.fill("Fiona Known")
    await expect(window).to_contain_text("has this name in QuickBooks")
    await expect(window).to_contain_text("Checking who has this name…")
    await expect(window).to_contain_text("Vendor Fiona Gallagher")

    await expect(own).to_have_value("Fiona Known")
    await expect(window).to_contain_text("has this name in QuickBooks")


async def test_a_customer_that_has_the_name_can_be_matched_instead(company: Company, sign_in: SignIn) -> None:
    """The name stays, and no second customer is made; what is overwritten there is shown before it is."""
    await company.switch("actions_from_qbo", "creating")
    customer = await company.add_customer("Fiona Gallagher", PrimaryEmailAddr={"Address": "old@example.com"})
    screen = await sign_in()
    client, window = await _refused(company, screen, "Fiona Gallagher", email="fiona@example.com")
    await expect(window).to_contain_text("is already the name of a customer")

    await window.get_by_role("button", name="Match with that customer instead").click()
    await expect(window.get_by_role("row", name="Email")).to_contain_text("old@example.com")
    assert (await company.link(client))["status"] == "needs_attention"
    await window.get_by_role("button", name="Sync").click()

    await expect(screen.status).to_have_text("Synced")
    assert await company.until_synced(client) == customer
    assert len(await company.customers()) == 1


async def test_the_name_of_somebody_elses_customer_leads_to_that_client(
    company: Company, sign_in: SignIn
) -> None:
    """It can't be matched, and the question says with whom it is."""
    taken, _ = await synced_client(company, "Fiona Gallagher")
    screen = await sign_in()
    _, window = await _refused(company, screen, "Fiona Gallagher")

    await expect(window.locator(".question").get_by_role("link")).to_have_attribute(
        "href", f"/firms/{company.firm}/clients/{taken}"
    )
    await expect(window.get_by_role("button", name="Match with that customer")).to_have_count(0)


async def test_a_name_is_chosen_by_keys_alone(company: Company, sign_in: SignIn) -> None:
    """The question has the focus when it comes; arrows choose and Enter continues."""
    await company.add_vendor("Fiona Gallagher")
    screen = await sign_in()
    _, window = await _refused(company, screen, "Fiona Gallagher")
    await expect(window.locator("form.rename input:checked")).to_be_focused()
    keys = screen.page.keyboard

    await keys.press("ArrowDown")
    await keys.press("Enter")

    await expect(screen.status).to_have_text("Synced")

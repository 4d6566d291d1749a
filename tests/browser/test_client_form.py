"""Adding and editing a client: nothing typed is lost, and nobody's change is put over somebody else's unseen."""

from playwright.async_api import Locator, Route, expect

from tests.browser.conftest import SignIn
from tests.browser.screen import Screen, synced_client
from tests.story.company import Company

STAYS_OUT = "This client stays out of QuickBooks, also after edits, until somebody matches it."


async def _form(screen: Screen) -> Locator:
    await screen.page.goto(f"/firms/{screen.firm}/add-client")
    return screen.page.locator("#client-form")


async def test_an_added_client_becomes_a_customer(company: Company, sign_in: SignIn) -> None:
    """Sync client is on where all is connected and switched on; the record says what came of it."""
    screen = await sign_in()
    await screen.clients()
    await screen.page.get_by_role("link", name="Add client").click()
    page = screen.page
    await expect(page.get_by_role("switch", name="Sync client")).to_be_checked()
    await expect(page.get_by_text("A QuickBooks customer is created for this client")).to_be_visible()

    await page.get_by_label("Display name").fill("Fiona Gallagher")
    await page.get_by_label("First name").fill("Fiona")
    await page.get_by_label("Email").fill("fiona@example.com")
    await page.get_by_label("City").fill("Chicago")
    await page.get_by_role("button", name="Add client").click()

    await expect(page.get_by_role("heading", name="Fiona Gallagher", level=1)).to_be_visible()
    await expect(screen.toast).to_contain_text("Fiona Gallagher was added to Canopy.")
    await expect(screen.status).to_have_text("Synced")
    (customer,) = await company.customers()
    assert customer["BillAddr"]["City"] == "Chicago"
    assert customer["PrimaryEmailAddr"]["Address"] == "fiona@example.com"


async def test_a_client_that_is_left_out_says_so_and_how_it_comes_back(
    company: Company, sign_in: SignIn
) -> None:
    """Also after an edit; in the list and on the record, from which it can be matched or created."""
    screen = await sign_in()
    page = screen.page
    form = await _form(screen)
    await page.get_by_label("Display name").fill("Lip Gallagher")
    await page.get_by_role("switch", name="Sync client").click()
    await expect(form).to_contain_text(STAYS_OUT)
    await page.get_by_role("button", name="Add client").click()
    await expect(screen.status).to_have_text("Not synced")
    client = page.url.rpartition("/")[2]
    await company.edit_client(client, phone="(312) 555-0144")
    await expect(page.locator("dl.fields").first).to_contain_text("(312) 555-0144")

    await expect(page.locator(".integrations")).to_contain_text("stays out of QuickBooks")
    assert await company.customers() == []
    await screen.clients()
    await expect(screen.row("Lip Gallagher")).to_contain_text("Sync client is off")
    await screen.client(client)
    await page.wait_for_load_state()
    await page.get_by_role("button", name="Match or create").click()
    await page.get_by_role("tab", name="Create new").click()
    await page.get_by_role("button", name="Sync", exact=True).click()
    await expect(screen.status).to_have_text("Synced")


async def test_the_toggle_follows_the_settings(company: Company, sign_in: SignIn) -> None:
    """Off where creating is off; switched on it creates all the same, since the setting is only its default."""
    await company.switch("actions_from_canopy", "creating")
    screen = await sign_in()
    form = await _form(screen)
    toggle = screen.page.get_by_role("switch", name="Sync client")

    await expect(toggle).not_to_be_checked()
    await expect(form).to_contain_text(STAYS_OUT)
    await screen.page.get_by_role("switch", name="Sync client").click()
    await expect(form).to_contain_text("A QuickBooks customer is created for this client")
    await screen.page.get_by_label("Display name").fill("Fiona Gallagher")
    await screen.page.get_by_role("button", name="Add client").click()

    await expect(screen.status).to_have_text("Synced")


async def test_what_cannot_be_saved_is_said_beside_its_field(company: Company, sign_in: SignIn) -> None:
    """Nothing is sent and nothing typed is lost; what QuickBooks takes otherwise is shown as it will be."""
    screen = await sign_in()
    page = screen.page
    await _form(screen)
    name, email = page.get_by_label("Display name"), page.get_by_label("Email")
    await name.fill(" \u200f ")
    await email.fill("fiona@")

    await page.get_by_role("button", name="Add client").click()

    await expect(page.locator("#about-display_name")).to_contain_text(
        "This field contains only invisible characters."
    )
    await expect(page.locator("#about-email")).to_contain_text("QuickBooks won't accept this email address.")
    await expect(name).to_be_focused()
    await expect(name).to_have_attribute("aria-invalid", "true")
    await expect(email).to_have_value("fiona@")
    await name.fill("Smith: Sons")
    await expect(page.locator("#about-display_name")).to_contain_text("QuickBooks gets it as “Smith- Sons”.")
    assert (await company.api("GET", "/clients")).ok()["clients"] == []


async def test_somebody_elses_change_is_shown_beside_ones_own(company: Company, sign_in: SignIn) -> None:
    """What was not touched follows; of what both changed one chooses, and only then is it saved."""
    client, _ = await synced_client(company, "Fiona Gallagher", phone="(312) 555-0100", fax="1")
    screen = await sign_in()
    page = screen.page
    await screen.client(client)
    await page.get_by_role("link", name="Edit").click()
    phone = page.get_by_label("Phone")
    await phone.fill("(312) 555-0111")
    await page.get_by_label("Mobile").fill("(312) 555-0999")
    await company.edit_client(client, phone="(312) 555-0222", fax="2")

    await page.get_by_role("button", name="Save").click()

    await expect(page.get_by_role("alert")).to_contain_text("Somebody else has changed this client")
    await expect(phone).to_have_value("(312) 555-0111")
    meanwhile = page.locator(".entry").filter(has=phone)
    await expect(meanwhile).to_contain_text("Meanwhile changed to “(312) 555-0222”")
    await expect(page.get_by_label("Fax")).to_have_value("2")
    assert (await company.client(client))["phone"] == "(312) 555-0222"
    await meanwhile.get_by_role("button", name="Take theirs").click()
    await page.get_by_role("button", name="Save").click()
    await expect(screen.toast).to_contain_text("Fiona Gallagher was saved in Canopy.")
    held = await company.client(client)
    assert (held["phone"], held["mobile"], held["fax"]) == ("(312) 555-0222", "(312) 555-0999", "2")


async def test_while_canopy_is_away_nothing_typed_is_lost_or_added_twice(
    company: Company, sign_in: SignIn
) -> None:
    """The same request goes first when one tries again, also where more was typed since."""
    screen = await sign_in()
    page = screen.page
    await _form(screen)
    await page.get_by_label("Display name").fill("Fiona Gallagher")
    arrived = []

    async def lose_the_answer(route: Route) -> None:
        arrived.append(await route.fetch())
        await route.abort()

    await page.route("**/api/v1/firms/*/clients", lose_the_answer, times=1)
    await page.get_by_role("button", name="Add client").click()
    await expect(page.get_by_role("alert")).to_contain_text("What you typed stays here.")
    assert len(arrived) == 1
    await page.get_by_label("Phone").fill("(312) 555-0100")
    await page.get_by_role("button", name="Add client").click()

    await expect(screen.page.locator("dl.fields").first).to_contain_text("(312) 555-0100")
    listed = (await company.api("GET", "/clients")).ok()["clients"]
    assert [each["client"]["display_name"] for each in listed] == ["Fiona Gallagher"]


async def test_a_client_is_added_by_keys_alone(company: Company, sign_in: SignIn) -> None:
    """The first field has the focus, and Enter sends."""
    screen = await sign_in()
    await _form(screen)
    await expect(screen.page.get_by_label("Display name")).to_be_focused()
    await screen.page.keyboard.type("Fiona Gallagher")
    await screen.page.keyboard.press("Enter")

    await expect(screen.page.get_by_role("heading", name="Fiona Gallagher", level=1)).to_be_visible()


async def test_a_viewer_is_offered_no_form(company: Company, sign_in: SignIn) -> None:
    """Neither to add nor to edit, and the address leads to whom to ask."""
    client, _ = await synced_client(company, "Fiona Gallagher")
    screen = await sign_in("Vera")
    await expect(screen.page.get_by_role("link", name="Add client")).to_have_count(0)
    await screen.client(client)
    await expect(screen.page.get_by_role("link", name="Edit")).to_have_count(0)

    await _form(screen)

    await expect(screen.page.get_by_text("ask one of them")).to_be_visible()

"""The list of clients says how each stands, and finds one quickly."""

from playwright.async_api import expect

from tests.browser.conftest import SignIn
from tests.browser.screen import synced_client
from tests.story.company import Company


async def test_the_list_shows_each_clients_status_in_words_with_its_customer(
    company: Company, sign_in: SignIn
) -> None:
    """Who is synced shows with whom; who is not has a dash."""
    _, customer = await synced_client(company, "Fiona Gallagher", email="fiona@example.com")
    await company.until_link(await company.add_client("Lip Gallagher", sync=False), status="not_synced")

    screen = await sign_in()

    await expect(screen.row("Fiona Gallagher")).to_contain_text(
        f"Individual Fiona Gallagher {customer} Synced"
    )
    await expect(screen.row("Lip Gallagher")).to_contain_text("— Not synced")


async def test_a_filter_stands_in_the_address_so_that_a_list_can_be_sent(
    company: Company, sign_in: SignIn
) -> None:
    """Whoever opens the address sees the same list; the counts are of the whole firm."""
    await synced_client(company, "Fiona Gallagher")
    await company.until_link(await company.add_client("Lip Gallagher", sync=False), status="not_synced")
    screen = await sign_in()
    page = screen.page

    await expect(page.get_by_role("link", name="All 2")).to_have_attribute("aria-current", "true")
    await page.get_by_role("link", name="Not synced 1").click()
    await expect(screen.row("Fiona Gallagher")).to_have_count(0)
    address = page.url
    other = await sign_in("Vera")
    await other.page.goto(address)

    assert "status=not_synced" in address
    await expect(other.row("Lip Gallagher")).to_be_visible()
    await expect(other.row("Fiona Gallagher")).to_have_count(0)


async def test_what_is_held_or_asleep_is_no_green_row_and_can_be_filtered(
    company: Company, sign_in: SignIn
) -> None:
    """An edit that a switch holds, and a customer that is inactive in QuickBooks."""
    held, _ = await synced_client(company, "Gus Pappas", email="gus@example.com")
    _, asleep = await synced_client(company, "Tom Hanks")
    await company.switch("actions_from_canopy", "editing")
    await company.edit_client(held, email="gus2@example.com")
    await company.edit_customer(asleep, Active=False)
    screen = await sign_in()

    await expect(screen.row("Gus Pappas")).to_contain_text("Held (1 field)")
    await expect(screen.row("Tom Hanks")).to_contain_text("Customer inactive")
    await expect(screen.page.get_by_role("link", name="Synced 0", exact=True)).to_be_visible()
    await screen.page.get_by_role("link", name="Held 1").click()
    await expect(screen.row("Tom Hanks")).to_have_count(0)
    await screen.client(held)
    await expect(screen.status).to_have_text("Held (1 field)")
    line = screen.page.locator(".timeline li").filter(has_text="held, not sent to QuickBooks")
    await expect(line.locator("del")).to_have_text("gus@example.com")


async def test_a_filter_comes_to_a_list_that_is_open(company: Company, sign_in: SignIn) -> None:
    """Of what no client was when the page came; and it goes with the last one."""
    held, _ = await synced_client(company, "Gus Pappas", email="gus@example.com")
    screen = await sign_in()
    await expect(screen.row("Gus Pappas")).to_contain_text("Synced")
    await expect(screen.page.get_by_role("link", name="Held")).to_have_count(0)

    await company.switch("actions_from_canopy", "editing")
    await company.edit_client(held, email="gus2@example.com")

    await expect(screen.page.get_by_role("link", name="Held 1")).to_be_visible()
    await company.switch()
    (await company.act(held, "push")).ok()
    await expect(screen.page.get_by_role("link", name="Synced 1", exact=True)).to_be_visible()
    await expect(screen.page.get_by_role("link", name="Held")).to_have_count(0)


async def test_an_edit_in_quickbooks_is_told_as_one(company: Company, sign_in: SignIn) -> None:
    """Though it is we who wrote it to Canopy."""
    client, customer = await synced_client(company, "Fiona Gallagher", email="fiona@example.com")
    await company.edit_customer(customer, PrimaryEmailAddr={"Address": "new@example.com"})
    await company.until_client(client, email="new@example.com")
    screen = await sign_in()

    await expect(screen.row("Fiona Gallagher")).to_contain_text("in QuickBooks")
    await expect(screen.row("Fiona Gallagher")).not_to_contain_text("in Canopy")


async def test_search_finds_by_name_and_by_email_while_one_types(company: Company, sign_in: SignIn) -> None:
    """The list narrows in place, and the address follows."""
    await company.add_client("Fiona Gallagher", email="fiona@example.com")
    mei = await company.add_client("Mei-Ling Chen", email="mlc@example.org")
    await company.until_synced(mei)
    screen = await sign_in()
    await screen.clients()
    search = screen.page.get_by_role("searchbox")

    await search.fill("GALLAG")
    await expect(screen.row("Mei-Ling Chen")).to_have_count(0)
    await search.fill("mlc@")
    await expect(screen.row("Mei-Ling Chen")).to_contain_text("mlc@example.org")
    await expect(screen.page).to_have_url(f"/firms/{company.firm}/clients?q=mlc%40")


async def test_a_search_without_result_says_so_and_leads_back(company: Company, sign_in: SignIn) -> None:
    """What was searched for is repeated, as text."""
    await synced_client(company, "Fiona Gallagher")
    screen = await sign_in()
    await screen.clients()

    await screen.page.get_by_role("searchbox").fill("<b>nobody")

    await expect(screen.page.get_by_role("heading", name="No client matches “<b>nobody”")).to_be_visible()
    await screen.page.get_by_role("link", name="Show all clients").click()
    await expect(screen.row("Fiona Gallagher")).to_be_visible()


async def test_a_firm_without_clients_is_told_how_they_come(company: Company, sign_in: SignIn) -> None:
    """An empty list is no mistake, and says so."""
    screen = await sign_in()

    await expect(screen.page.get_by_role("heading", name="No clients yet")).to_be_visible()
    await expect(screen.page.get_by_text("As soon as a client is added in Canopy")).to_be_visible()


async def test_a_search_that_gets_no_answer_says_what_to_do(company: Company, sign_in: SignIn) -> None:
    """The list stays as it was, under a sentence; with the connection back, it works again."""
    await synced_client(company, "Fiona Gallagher")
    screen = await sign_in()
    await screen.clients()
    context = screen.page.context

    await context.set_offline(True)
    await screen.page.get_by_role("searchbox").fill("Fio")
    await expect(screen.page.get_by_role("alert")).to_contain_text("gives no answer")
    await expect(screen.row("Fiona Gallagher")).to_be_visible()
    await context.set_offline(False)
    await screen.page.get_by_role("searchbox").fill("Fiona")
    await expect(screen.page.get_by_role("alert")).to_have_count(0)
    await expect(screen.row("Fiona Gallagher")).to_be_visible()


async def test_a_long_list_brings_the_rest_as_one_scrolls(company: Company, sign_in: SignIn) -> None:
    """More than one page of clients, without pages."""
    for number in range(60):
        await company.add_client(f"Client {number:02}", sync=False)
    screen = await sign_in()

    async def all_known() -> bool:
        counts = (await company.api("GET", "/clients")).ok()["counts"]
        return bool(counts["not_synced"] == 60)

    await company.until(all_known, "all clients are known")
    await screen.clients()
    await screen.row("Client 49").scroll_into_view_if_needed()

    await expect(screen.row("Client 59")).to_be_attached()
    await expect(screen.page.get_by_role("link", name="Show more")).to_have_count(0)


async def test_what_needs_attention_is_counted_beside_the_list_and_says_why(
    company: Company, sign_in: SignIn
) -> None:
    """A name that a vendor has stops a create; the list of what needs attention says so."""
    await company.add_vendor("Grady Plumbing LLC")
    client = await company.add_client("Grady Plumbing LLC")
    await company.until_link(client, status="needs_attention")
    screen = await sign_in()

    await screen.page.get_by_role("link", name="Needs attention 1").last.click()

    await expect(screen.row("Grady Plumbing LLC")).to_contain_text("Display name is taken")

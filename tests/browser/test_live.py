"""What happens elsewhere shows where one looks, without reloading and without moving anything."""

import asyncio

from playwright.async_api import Route, expect

from tests.browser.conftest import SignIn
from tests.browser.screen import Screen, synced_client
from tests.story.company import Company

LOST = "Live updates are lost"


async def _second_tab(screen: Screen) -> Screen:
    """Open another tab of the same browser."""
    return await Screen.begin(screen.page.context, screen.firm)


async def test_two_tabs_agree_without_a_reload(company: Company, sign_in: SignIn) -> None:
    """An unmatch in one shows in the other: in the record, in the list, and back when it is undone."""
    client, _ = await synced_client(company, "Fiona Gallagher")
    screen = await sign_in()
    record, listed = await _second_tab(screen), await _second_tab(screen)
    await record.client(client)
    await listed.clients()
    for tab in (record, listed):
        await tab.page.evaluate("window.notReloaded = true")
    await record.page.get_by_text("Why?").click()
    await screen.client(client)
    window = await screen.window()

    await window.get_by_role("button", name="Unmatch", exact=True).click()

    await expect(record.status).to_have_text("Not synced")
    await expect(record.page.locator(".timeline li").first).to_contain_text("Dana unmatched this client")
    await expect(record.page.locator(".why")).to_contain_text("It was unmatched from Fiona Gallagher")
    await expect(listed.row("Fiona Gallagher")).to_contain_text("Not synced")
    await expect(listed.page.get_by_role("link", name="Not synced 1")).to_be_visible()
    await screen.toast.get_by_role("button", name="Undo").click()
    await expect(record.status).to_have_text("Synced")
    await expect(record.page.locator(".why")).to_contain_text("It is in step with")
    await expect(listed.row("Fiona Gallagher")).to_contain_text("Synced")
    for tab in (record, listed):
        assert await tab.page.evaluate("window.notReloaded")


async def test_what_is_told_is_fetched_once_and_nothing_is_while_all_is_quiet(
    company: Company, sign_in: SignIn
) -> None:
    """No page asks again and again."""
    client, _ = await synced_client(company, "Fiona Gallagher")
    screen = await sign_in()
    await screen.page.clock.install()
    await screen.client(client)
    asked: list[str] = []
    screen.page.on("request", lambda request: asked.append(request.url))

    async with screen.page.expect_response(lambda answer: answer.url.endswith(f"/clients/{client}")):
        await company.edit_client(client, phone="(312) 555-0177")
    await expect(screen.page.locator("dl.fields").first).to_contain_text("(312) 555-0177")
    await company.until_synced(client)
    at_rest = len(asked)
    await screen.page.clock.run_for(20_000)

    assert len(asked) - at_rest <= 1
    assert at_rest <= 6


async def test_a_row_keeps_its_place_when_it_no_longer_fits_the_list(
    company: Company, sign_in: SignIn
) -> None:
    """Its status changes in place; clients that are new to the list wait until they are asked for."""
    first, second = [await company.add_client(name, sync=False) for name in ("Ada Ames", "Cy Cole")]
    for client in (first, second):
        await company.until_link(client, status="not_synced")
    screen = await sign_in()
    await screen.clients("?status=not_synced")
    place = await screen.row("Cy Cole").bounding_box()

    await company.act(first, "create")
    await company.until_link(await company.add_client("Bo Bly", sync=False), status="not_synced")

    await expect(screen.row("Ada Ames")).to_contain_text("Synced")
    news = screen.page.get_by_role("button", name="Show 1 more client")
    await expect(news).to_be_visible()
    assert await screen.row("Cy Cole").bounding_box() == place
    (await company.api("POST", "/pause", {}, token="dev-operator")).ok()
    await expect(screen.row("Ada Ames")).to_contain_text("Paused by Lee")
    await news.click()
    await expect(screen.row("Bo Bly")).to_be_visible()
    await expect(screen.row("Ada Ames")).to_have_count(0)
    await expect(news).to_be_hidden()


async def test_a_firms_first_client_appears_by_itself(company: Company, sign_in: SignIn) -> None:
    """Where there is no row yet, none can be moved."""
    screen = await sign_in()
    await expect(screen.page.get_by_role("heading", name="No clients yet")).to_be_visible()

    await company.add_client("Fiona Gallagher")

    await expect(screen.row("Fiona Gallagher")).to_contain_text("Synced")


async def test_lost_live_updates_are_said_and_the_page_looks_by_itself(
    company: Company, sign_in: SignIn
) -> None:
    """In place of the pill; what happens still shows, and the sign goes when the stream is back."""
    client, _ = await synced_client(company, "Fiona Gallagher")
    screen = await sign_in()

    async def refuse(route: Route) -> None:
        await route.abort()

    await screen.page.context.route("**/events?*", refuse)
    await screen.client(client)

    await expect(screen.page.get_by_text(LOST)).to_be_visible()
    await company.act(client, "unmatch")
    await expect(screen.status).to_have_text("Not synced")
    await screen.page.context.unroute("**/events?*", refuse)
    await expect(screen.page.get_by_text(LOST)).to_be_hidden()
    await expect(screen.page.locator("[data-live=pill]")).to_be_visible()


async def test_what_happened_while_a_tab_was_hidden_shows_when_it_is_looked_at(
    company: Company, sign_in: SignIn
) -> None:
    """A hidden tab gives its connection back, and hears what it missed."""
    client, _ = await synced_client(company, "Fiona Gallagher")
    screen = await sign_in()
    await screen.client(client)
    await expect(screen.status).to_have_text("Synced")
    await screen.is_looked_at(False)
    await company.act(client, "unmatch")
    await company.until_link(client, status="not_synced")
    await expect(screen.status).to_have_text("Synced")

    await screen.is_looked_at(True)

    await expect(screen.status).to_have_text("Not synced")


async def test_signing_out_in_one_tab_leads_the_other_to_the_sign_in(
    company: Company, sign_in: SignIn
) -> None:
    """Its stream ends with the session, at once."""
    screen = await sign_in()
    other = await _second_tab(screen)
    await other.clients()

    await screen.page.get_by_role("button", name="Sign out").click()

    await expect(other.page.get_by_role("button", name="Dana")).to_be_visible()
    assert f"next=/firms/{company.firm}" in other.page.url.replace("%2F", "/")


async def test_signing_out_is_not_taken_back_by_what_the_page_hears_meanwhile(
    company: Company, sign_in: SignIn
) -> None:
    """The page is told of the session's end before the answer to "Sign out" is there, and waits for that one."""
    screen = await sign_in()
    await screen.clients()
    page = screen.page
    asked_in_vain = asyncio.create_task(
        page.wait_for_event("response", lambda answer: "/sign-in?next=" in answer.url)
    )

    async def answer_late(route: Route) -> None:
        answer = await route.fetch(max_redirects=0)
        await asked_in_vain
        await route.fulfill(response=answer)

    await page.route("**/sign-out", answer_late)
    await page.get_by_role("button", name="Sign out").click()

    await page.wait_for_url("**/sign-in")

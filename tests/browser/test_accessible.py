"""Every page, window and state can be read and used by everybody: axe finds nothing, in light and dark, and all fits."""

from collections import Counter
from collections.abc import AsyncIterator

import aiohttp
import pytest_asyncio
from playwright.async_api import Browser, expect

from tests.browser.answers import ANSWERS
from tests.browser.furnished import Furnished
from tests.browser.pages import NO_PAGES, NOT_FOUND, NOTHING_IN, PAGES, routes
from tests.browser.scan import DESK, Scan
from tests.browser.screen import Screen
from tests.chaos.stack import Stack
from tests.story.company import Company


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def furnished(stack: Stack, http: aiohttp.ClientSession) -> Furnished:
    """A firm that has everything."""
    return await Furnished.of(await Company.open(stack, http, "f-accessible"))


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def lee(browser: Browser, stack: Stack, furnished: Furnished) -> AsyncIterator[Screen]:
    """The window of an operator, who sees every page."""
    context = await browser.new_context(base_url=f"http://127.0.0.1:{stack.http_port}", viewport=DESK)
    screen = await Screen.begin(context, furnished.company.firm)
    await screen.sign_in_as("Lee")
    yield screen
    assert screen.faults == []
    await context.close()


async def _to_the_question_of_the_company(screen: Screen, furnished: Furnished) -> str:
    """Sign in at Intuit, and end where a person says whether it is the right company; gives the sign-in."""
    page = screen.page
    await page.goto(f"{furnished.home}/connect")
    await page.get_by_role("button", name="Sign in to QuickBooks").click()
    await page.get_by_role("radio", name=furnished.company.realm).check()
    await page.get_by_role("button", name="Connect").click()
    await expect(page.get_by_role("heading", name="Is this the company?")).to_be_visible()
    return page.url.rpartition("/")[2]


async def test_every_page_there_is_a_route_for_is_accessible_and_fits(
    furnished: Furnished, lee: Screen
) -> None:
    """In light and dark, on a desk, on a phone, and at 200 %; a route that nobody looks at is named."""
    assert routes() == PAGES.keys() | NO_PAGES.keys()
    scan = Scan(lee.page)
    ids = {name: getattr(furnished, name) for name in Furnished.__slots__} | {"home": furnished.home}
    ids["sign_in"] = await _to_the_question_of_the_company(lee, furnished)

    for addresses in PAGES.values():
        for address in addresses:
            answer = await lee.page.goto(address.format_map(ids))
            assert answer is not None
            assert answer.status == (404 if address in NOT_FOUND else 200), address
            await scan.of(address)

    assert not scan.wrong, "\n".join(scan.wrong)


async def test_every_window_is_accessible_and_fits(furnished: Furnished, lee: Screen) -> None:
    """With what is chosen, asked, refused and shown in it; what a person typed wrongly, and the message at the bottom."""
    scan = Scan(lee.page)
    for look in (
        _own_window,
        _taken_back,
        _held_again,
        _match,
        _question,
        _list_and_form,
        _settings_and_letter,
    ):
        await look(furnished, lee, scan)

    assert not scan.wrong, "\n".join(scan.wrong)


async def _own_window(furnished: Furnished, lee: Screen, scan: Scan) -> None:
    page = lee.page
    await lee.client(furnished.synced)
    await page.keyboard.press("?")
    await scan.of("the keys")
    await page.keyboard.press("Escape")
    await page.get_by_role("button", name="Put back phone (312) 555-0100").click()
    await expect(page.get_by_role("dialog")).to_contain_text("It is written to Canopy and to QuickBooks.")
    await scan.of("the review of a value that is put back")
    await page.keyboard.press("Escape")
    window = await lee.window()
    await scan.of("a synced client's window")
    await window.get_by_role("button", name="Unmatch", exact=True).click()
    await expect(lee.toast).to_be_visible()
    await scan.of("an unmatch with its message")
    await window.get_by_role("button", name="Match again").click()
    await expect(window.get_by_role("heading", level=3)).to_be_visible()
    await scan.of("the review of a match that is put back")
    await window.get_by_role("button", name="Match again").click()
    await expect(lee.status).to_have_text("Synced")


async def _taken_back(furnished: Furnished, lee: Screen, scan: Scan) -> None:
    await lee.client(furnished.matched)
    window = await lee.window()
    await expect(window.get_by_text("The match replaced display name and phone")).to_be_visible()
    await scan.of("a matched client's window")
    await window.get_by_role("button", name="put values back").click()
    await expect(window.get_by_role("row", name="Phone")).to_contain_text("(773) 555-0111")
    await scan.of("the review of an unmatch with values back")


async def _match(furnished: Furnished, lee: Screen, scan: Scan) -> None:
    await lee.client(furnished.unmatched)
    window = await lee.window()
    search = window.get_by_role("searchbox")
    await expect(window.get_by_role("radio", name="Ada Roe")).to_be_visible()
    await scan.of("the window of a match")
    await search.fill("nobody at all")
    await expect(window.get_by_text("No QuickBooks customer has")).to_be_visible()
    await scan.of("a search without result")
    await search.fill("Fiona")
    await expect(window.get_by_text("Already matched to")).to_be_visible()
    await scan.of("a customer that is matched already")
    await search.fill("Bo Lindqvist")
    await window.get_by_role("radio", name="Bo Lindqvist").check()
    await window.get_by_role("button", name="Match", exact=True).click()
    await expect(window.get_by_text("Neither name, email, phone nor address")).to_be_visible()
    await window.get_by_text("stay as they are").click()
    await scan.of("the review of a match")
    await window.get_by_role("button", name="Back").click()
    await window.get_by_role("tab", name="Create new").click()
    await scan.of("a customer to be created")
    await window.get_by_role("button", name="Sync").click()
    await expect(window.locator("form.rename")).to_be_visible()
    await scan.of("a name that is taken")


async def _held_again(furnished: Furnished, lee: Screen, scan: Scan) -> None:
    """Left on both sides, looked at, and held again, so that it is as before."""
    page = lee.page
    await lee.client(furnished.held)
    await page.get_by_role("button", name="Leave both as they are").click()
    await expect(lee.toast.get_by_role("button", name="Undo")).to_be_visible()
    await scan.of("the message after both sides are left")
    await page.locator(".timeline").get_by_role("button", name="Undo").first.click()
    window = page.get_by_role("dialog")
    await expect(window.get_by_role("row", name="Mobile")).to_be_visible()
    await scan.of("the review of what is held again")
    await window.get_by_role("button", name="Hold again").click()
    await furnished.company.until_link(furnished.held, standing="held")


async def _question(furnished: Furnished, lee: Screen, scan: Scan) -> None:
    page = lee.page
    await lee.client(furnished.asked)
    await page.get_by_role("button", name="Choose for each field").click()
    await scan.of("a question by field")
    window = await lee.window()
    await window.get_by_role("button", name="Choose for each field").click()
    await scan.of("a question in the window")
    await page.goto(f"{furnished.home}/attention")
    await page.wait_for_load_state()
    await page.keyboard.press("3")
    await expect(page.get_by_role("group", name="Email")).to_be_visible()
    await scan.of("a question in the queue")
    await _undo_of_its_answer(furnished, lee, scan)


async def _undo_of_its_answer(furnished: Furnished, lee: Screen, scan: Scan) -> None:
    """Answered, looked at, and taken back, so that it is asked as before."""
    page, company = lee.page, furnished.company
    (await company.answer(furnished.asked, "canopy")).ok()
    await company.until_synced(furnished.asked)
    await page.goto(f"{furnished.home}/attention")
    await expect(page.get_by_role("link", name="Undo…")).to_be_visible()
    await scan.of("the last answer, which can be taken back")
    await page.get_by_role("link", name="Undo…").click()
    window = page.get_by_role("dialog")
    await expect(window.get_by_role("row", name="Email")).to_be_visible()
    await scan.of("the review of an answer that is taken back")
    await window.get_by_role("button", name="Take back").click()
    await company.until_link(furnished.asked, status="needs_attention")


async def _list_and_form(furnished: Furnished, lee: Screen, scan: Scan) -> None:
    page = lee.page
    await lee.clients()
    await page.get_by_role("checkbox", name="Select all that are shown").check()
    bar = page.get_by_role("region", name="Selected clients")
    await scan.of("a selection")
    await bar.get_by_role("button", name="Unmatch").click()
    await expect(page.get_by_role("dialog").get_by_role("definition").first).to_be_visible()
    await scan.of("what would be done with a selection")
    await page.goto(f"{furnished.home}/add-client")
    await page.get_by_label("Display name").fill("Only There")
    await expect(page.locator("#form-like")).to_contain_text("Match instead")
    await scan.of("a client that may be a customer already")
    await page.get_by_label("Display name").fill("   ")
    await page.get_by_role("button", name="Add client").click()
    await expect(page.locator("#about-display_name")).to_contain_text("invisible")
    await scan.of("a form with what is wrong in it")


async def _settings_and_letter(furnished: Furnished, lee: Screen, scan: Scan) -> None:
    page = lee.page
    await page.goto(f"{furnished.home}/settings")
    await page.get_by_role("switch", name="Editing clients in Canopy").click()
    await expect(page.get_by_role("dialog")).to_contain_text("Jana Novotna")
    await scan.of("what follows from a switch")
    await page.keyboard.press("Escape")
    await page.goto(furnished.letter)
    await page.get_by_role("button", name="Discard", exact=True).click()
    await expect(page.get_by_role("alert")).to_contain_text("Say why first")
    await scan.of("a letter without a reason")


async def test_what_forms_answer_is_accessible_and_fits(furnished: Furnished, lee: Screen) -> None:
    """What was left out or mistyped, what was overtaken, and what nobody answers."""
    scan = Scan(lee.page)
    for answer in ANSWERS:
        await answer(furnished, lee, scan)

    assert not scan.wrong, "\n".join(scan.wrong)


async def test_every_page_is_accessible_to_who_may_only_look(
    browser: Browser, stack: Stack, furnished: Furnished
) -> None:
    """Buttons rest and say so in words, and what a viewer may not see says whom to ask."""
    context = await browser.new_context(base_url=f"http://127.0.0.1:{stack.http_port}", viewport=DESK)
    vera = await Screen.begin(context, furnished.company.firm)
    await vera.sign_in_as("Vera")
    scan = Scan(vera.page)
    ids = {name: getattr(furnished, name) for name in Furnished.__slots__} | {
        "home": furnished.home,
        "sign_in": "of-nobody",
    }
    seen: Counter[int] = Counter()
    for addresses in PAGES.values():
        for address in addresses:
            answer = await vera.page.goto(address.format_map(ids))
            assert answer is not None
            seen[answer.status] += 1
            await scan.of(f"{address}, to a viewer")
    await vera.client(furnished.synced)
    await vera.window()
    await scan.of("a synced client's window, to a viewer")
    assert seen.keys() <= {200, 403, 404}
    assert seen[200] > seen[403] > 0
    assert vera.faults == []
    await context.close()

    assert not scan.wrong, "\n".join(scan.wrong)


async def test_a_firm_is_accessible_while_it_is_paused_unheard_disconnected_or_new(
    furnished: Furnished, lee: Screen
) -> None:
    """Each with its sign on every page, and with what a list says that has nothing in it."""
    scan, page, company = Scan(lee.page), lee.page, furnished.company
    (await company.api("POST", "/pause", {"reason": "month end"}, token="dev-operator")).ok()
    await page.goto(f"{furnished.home}/settings")
    await scan.of("the settings of a paused firm")
    await lee.clients()
    await expect(page.get_by_text("Syncing is paused by Lee")).to_be_visible()
    await scan.of("a paused list")
    (await company.api("POST", "/resume", {}, token="dev-operator")).ok()
    await page.context.route("**/events?*", lambda route: route.abort())
    await lee.clients()
    await expect(page.get_by_text("Live updates are lost")).to_be_visible()
    await scan.of("a list that hears nothing")
    await page.context.unroute("**/events?*")
    (await company.api("DELETE", "/connection")).ok()
    for address in ("clients", f"clients/{furnished.synced}", "settings", "connection", "disconnect"):
        await page.goto(f"{furnished.home}/{address}")
        await scan.of(f"disconnected: {address}")
    new = f"{company.firm}-new"
    await company.ask("POST", f"{company.stack.canopy}/_control/firms", {"firm_id": new})
    for address in NOTHING_IN:
        await page.goto(f"/firms/{new}/{address}")
        await scan.of(f"new: {address}")

    assert not scan.wrong, "\n".join(scan.wrong)

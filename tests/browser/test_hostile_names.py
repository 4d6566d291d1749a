"""Names as no developer expects them, through every form and page: shown as they are, and never cut in silence."""

import pytest
from playwright.async_api import expect

from tests.browser.conftest import SignIn
from tests.browser.screen import Screen
from tests.story.company import Company

LONG = "Wolfeschlegelsteinhausenbergerdorff " * 14
HOSTILE = {
    "script": "<script>document.title = 'owned'</script>",
    "markup": "<img src=x onerror=alert(1)>'\"&amp;{{7*7}}",
    "500 characters": LONG[:500].strip() + "x" * (500 - len(LONG[:500].strip())),
    "emoji": "👩‍👩‍👧‍👦 Familie Ünïcödé 🦊",
    "right to left": "\u200f\u05e9\u05dc\u05d5\u05dd \u0628\u0643\u0631 123 (Chicago)",
    "colon": "Smith: Sons",
    "tab": "Smith\tSons",
    "percent": "100% & more, 'c-1'/../%2e%2e?x=1#y",
}


@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE.keys())
async def test_a_hostile_name_is_a_name(company: Company, sign_in: SignIn, name: str) -> None:
    """Typed into the form, it stands in Canopy as typed, on every page as text, and in QuickBooks as it takes it."""
    screen = await sign_in(width=390, height=844)
    page = screen.page
    await page.goto(f"/firms/{company.firm}/add-client")
    await page.get_by_label("Display name").evaluate("(input, name) => { input.value = name }", name)
    await page.get_by_role("button", name="Add client").click()
    await expect(screen.status).to_have_text("Synced")
    client = page.url.rpartition("/")[2]

    assert (await company.client(client))["display_name"] == name
    (customer,) = await company.customers()
    assert customer["DisplayName"] == name.replace("\t", " ").replace(":", "-")
    shown = " ".join(name.split())
    await page.wait_for_load_state()
    await expect(page.get_by_role("heading", level=1)).to_have_text(shown)
    window = await screen.window()
    await window.get_by_role("button", name="Unmatch", exact=True).click()
    await expect(screen.toast).to_contain_text(f"{shown} is no longer synced.")
    assert await window.evaluate("each => each.scrollWidth <= each.clientWidth")
    for address in (f"/clients/{client}", f"/clients/{client}/edit"):
        await _shows_text_alone(screen, f"/firms/{company.firm}{address}")
    assert await page.title() != "owned"


async def test_hostile_names_stand_in_every_list_as_text(company: Company, sign_in: SignIn) -> None:
    """All of them, on a phone: no list is wider than the screen, and none runs or shows what a name holds."""
    clients = [await company.add_client(name, sync=True) for name in HOSTILE.values()]
    for client in clients:
        await company.until_synced(client)
    screen = await sign_in(width=390, height=844)
    for address in ("/customers", "/held", "/due", "/clients"):
        await _shows_text_alone(screen, f"/firms/{company.firm}{address}")
    listed = [" ".join(text.split()) for text in await screen.page.locator("tbody tr a").all_text_contents()]
    assert sorted(listed) == sorted(" ".join(name.split()) for name in HOSTILE.values())
    assert await screen.page.title() != "owned"


async def _shows_text_alone(screen: Screen, address: str) -> None:
    await screen.page.goto(address)
    assert await screen.is_as_wide_as_the_page(), address
    assert await screen.page.locator("main img, main script, dialog img").count() == 0


async def test_a_name_that_is_too_long_or_shows_nothing_is_refused_beside_its_field(
    company: Company, sign_in: SignIn
) -> None:
    """With how long it is and may be; it stays in the field, whole, until somebody mends it."""
    screen = await sign_in()
    page = screen.page
    await page.goto(f"/firms/{company.firm}/add-client")
    name = page.get_by_label("Display name")
    for typed, said in (
        ("x" * 1001, "Canopy takes at most 1,000 characters here; this has 1,001."),
        ("   ", "This field contains only invisible characters."),
        ("\u200b\u200f", "This field contains only invisible characters."),
    ):
        await name.fill(typed)
        await page.get_by_role("button", name="Add client").click()
        await expect(page.locator("#about-display_name")).to_contain_text(said)
        await expect(name).to_have_value(typed)
    await name.fill("x" * 501)
    await expect(page.locator("#about-display_name")).to_contain_text(
        "QuickBooks takes at most 500 characters"
    )

    assert (await company.api("GET", "/clients")).ok()["clients"] == []


async def test_a_hostile_search_finds_nothing_and_breaks_nothing(company: Company, sign_in: SignIn) -> None:
    """Percent and underscore are no wildcards; what was searched for is repeated as text."""
    await company.until_link(await company.add_client("Fiona Gallagher", sync=False), status="not_synced")
    screen = await sign_in()
    search = screen.page.get_by_role("searchbox")
    for typed in (HOSTILE["script"], "%", "_", "'; drop table read_links; --", LONG, "\u0000"):
        await search.fill(typed)
        await expect(screen.row("Fiona Gallagher")).to_have_count(0)
        await expect(screen.page.get_by_role("heading", name="No client matches")).to_be_visible()
        await search.fill("fiona")
        await expect(screen.row("Fiona Gallagher")).to_be_visible()

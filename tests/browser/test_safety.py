"""Nothing that a client's record holds becomes part of the page, and nobody acts through somebody else's page."""

from urllib.parse import parse_qs, urlsplit

import aiohttp
from playwright.async_api import expect

from tests.browser.conftest import SignIn
from tests.browser.screen import synced_client
from tests.chaos.stack import Stack
from tests.story.company import Company

EVIL = '<img src=x onerror="document.title=1">\'"&{{7*7}}'


async def test_values_are_shown_as_they_are(company: Company, sign_in: SignIn) -> None:
    """A name that looks like HTML is a name: in the list, the record, the window and the message."""
    client, _ = await synced_client(company, EVIL)
    screen = await sign_in()
    await expect(screen.page.locator("tbody tr a")).to_have_text(EVIL)
    await screen.client(client)
    await expect(screen.page.get_by_role("heading", level=1)).to_have_text(EVIL)

    window = await screen.window()
    await window.get_by_role("button", name="Unmatch", exact=True).click()
    await expect(screen.toast).to_contain_text(f"{EVIL} is no longer synced.")
    await expect(window.locator(".choices b")).to_have_text(EVIL)
    await window.get_by_role("radio").last.check()
    await window.get_by_role("button", name="Match", exact=True).click()
    await expect(window.locator(".review h3")).to_contain_text(EVIL)
    assert await screen.page.locator("main img, dialog img").count() == 0


async def test_pages_allow_no_script_but_their_own(http: aiohttp.ClientSession, stack: Stack) -> None:
    """The policy names this site alone; the pages hold no script or style of their own."""
    async with http.get(f"http://127.0.0.1:{stack.http_port}/sign-in") as answer:
        policy = answer.headers["Content-Security-Policy"]
        text = await answer.text()

    assert "default-src 'none'; script-src 'self'; style-src 'self'" in policy
    assert "unsafe" not in policy
    assert "<style" not in text
    assert "style=" not in text
    assert text.count("<script") == text.count('<script type="module" src="/static/')


async def test_who_is_not_signed_in_is_led_there_and_back(
    company: Company, http: aiohttp.ClientSession, stack: Stack
) -> None:
    """The page that was asked for comes after; an address elsewhere does not."""
    home = f"http://127.0.0.1:{stack.http_port}"
    wanted = f"/firms/{company.firm}/clients?status=synced"
    async with http.get(home + wanted, allow_redirects=False) as answer:
        led_to = answer.headers["Location"]
    ours = {"Origin": home}
    for sent, led in (
        (wanted, wanted),
        ("//evil.example/", "/firms/f-1"),
        ("https://evil.example", "/firms/f-1"),
    ):
        form = {"person": "vera", "next": sent}
        async with http.post(f"{home}/sign-in", data=form, headers=ours, allow_redirects=False) as answer:
            assert (answer.status, answer.headers["Location"]) == (303, led)

    assert urlsplit(led_to).path == "/sign-in"
    assert parse_qs(urlsplit(led_to).query) == {"next": [wanted]}


async def test_another_sites_page_signs_nobody_in(http: aiohttp.ClientSession, stack: Stack) -> None:
    """Where a form came from is what the browser says."""
    home = f"http://127.0.0.1:{stack.http_port}"
    for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {}):
        async with http.post(f"{home}/sign-in", data={"person": "dana"}, headers=headers) as answer:
            assert answer.status == 403
            assert "Set-Cookie" not in answer.headers


async def test_dead_letters_are_for_operators(company: Company, sign_in: SignIn) -> None:
    """A manager is told so; an operator reads when, from where and why."""
    await company.tell(b"{")
    await company.until(lambda: _has_letter(company), "the event is parked")
    dana, lee = await sign_in("Dana"), await sign_in("Lee")
    address = f"/firms/{company.firm}/dead-letters?of=firm"

    await dana.page.goto(address)
    await lee.page.goto(address)

    await expect(dana.page.get_by_text("Only operators can do this.")).to_be_visible()
    await expect(lee.page.get_by_role("row").last).to_contain_text("Canopy's event at")
    await expect(lee.page.get_by_role("row").last).to_contain_text(company.firm)


async def _has_letter(company: Company) -> bool:
    return bool(await company.dead_letters())


async def test_a_viewer_can_look_but_not_unmatch(company: Company, sign_in: SignIn) -> None:
    """The button is there, at rest, with whom to ask."""
    client, _ = await synced_client(company, "Fiona Gallagher")
    screen = await sign_in("Vera")
    await screen.client(client)

    window = await screen.window()

    await expect(window.get_by_role("button", name="Unmatch", exact=True)).to_be_disabled()
    await expect(window).to_contain_text("Changing this needs the “Manage Integrations” permission.")

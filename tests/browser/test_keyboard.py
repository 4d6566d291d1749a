"""Everything can be done without a mouse, and the focus is never lost."""

from playwright.async_api import expect

from tests.browser.conftest import SignIn
from tests.browser.screen import synced_client
from tests.story.company import Company


async def test_a_client_is_found_unmatched_and_put_back_by_keys_alone(
    company: Company, sign_in: SignIn
) -> None:
    """`/` searches, arrows and Enter open, `e` opens the window, `u` undoes, Esc closes."""
    await synced_client(company, "Fiona Gallagher")
    client, customer = await synced_client(company, "Mei-Ling Chen")
    screen = await sign_in()
    await screen.clients()
    keys = screen.page.keyboard

    await keys.press("/")
    await keys.type("mei")
    await expect(screen.row("Fiona Gallagher")).to_have_count(0)
    await keys.press("ArrowDown")
    await keys.press("Enter")
    await expect(screen.page.get_by_role("heading", name="Mei-Ling Chen")).to_be_visible()
    await screen.page.wait_for_load_state()
    await keys.press("e")
    window = screen.page.get_by_role("dialog")
    unmatch = window.get_by_role("button", name="Unmatch", exact=True)
    await expect(window).to_be_visible()
    await keys.press("Tab")
    await expect(unmatch).to_be_focused()
    await keys.press("Enter")
    await expect(screen.toast).to_contain_text("Mei-Ling Chen is no longer synced.")
    await keys.press("u")
    await expect(screen.status).to_have_text("Synced")
    await keys.press("Escape")
    await expect(window).to_be_hidden()
    await expect(screen.page.get_by_role("button", name="Edit integrations")).to_be_focused()
    assert await company.until_synced(client) == customer


async def test_the_keys_are_listed_by_a_question_mark(company: Company, sign_in: SignIn) -> None:
    """And Esc takes the list away."""
    screen = await sign_in()

    await screen.page.keyboard.press("?")
    keys = screen.page.get_by_role("dialog", name="Keyboard")
    await expect(keys).to_contain_text("Search clients")
    await screen.page.keyboard.press("Escape")

    await expect(keys).to_be_hidden()


async def test_focus_shows_where_it_is(company: Company, sign_in: SignIn) -> None:
    """What has the focus by key has an outline."""
    screen = await sign_in()
    await screen.clients("?status=synced")
    outlines = []
    for _ in range(8):
        await screen.page.keyboard.press("Tab")
        outlines.append(
            await screen.page.evaluate("getComputedStyle(document.activeElement).outlineStyle != 'none'")
        )

    assert outlines == [True] * 8

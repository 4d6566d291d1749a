"""On a phone, everything fits."""

from playwright.async_api import expect

from tests.browser.conftest import SignIn
from tests.browser.screen import synced_client
from tests.story.company import Company

LONG = "Costa-Papadopoulos-Wolfeschlegelsteinhausenbergerdorff, Kim & Alessandro"


async def test_no_page_scrolls_sideways_on_a_phone(company: Company, sign_in: SignIn) -> None:
    """Lists, records, the window and the settings, with names as long as they come."""
    client, _ = await synced_client(company, LONG, email=f"{'kim.' * 12}costa@example.com")
    screen = await sign_in("Lee", width=390, height=844)
    firm = f"/firms/{company.firm}"
    for address in (
        *("/clients", f"/clients/{client}", "/settings", "/dead-letters", "/clients?q=nobody"),
        *("/add-client", f"/clients/{client}/edit"),
    ):
        await screen.page.goto(firm + address)
        assert await screen.is_as_wide_as_the_page(), address

    await screen.client(client)
    window = await screen.window()
    box = await window.bounding_box()
    assert box is not None
    assert (box["x"], box["width"]) == (0, 390)
    await window.get_by_role("button", name="Unmatch", exact=True).click()
    await expect(screen.toast).to_be_visible()
    assert await screen.is_as_wide_as_the_page()
    assert await window.evaluate("each => each.scrollWidth <= each.clientWidth")


async def test_the_places_are_a_bar_at_the_bottom_of_a_phone(company: Company, sign_in: SignIn) -> None:
    """Within reach of a thumb."""
    screen = await sign_in(width=390, height=844)

    bar = await screen.page.get_by_role("navigation", name="Places").bounding_box()

    assert bar is not None
    assert bar["y"] + bar["height"] == 844
    assert bar["width"] == 390

"""Working off a list: from one record to the next, and back to where one was."""

import re

from playwright.async_api import expect

from tests.browser.conftest import SignIn
from tests.story.company import Company


async def left_out(company: Company, *names: str) -> list[str]:
    """Give clients that are not synced."""
    clients = [await company.add_client(name, sync=False) for name in names]

    async def all_known() -> bool:
        return bool((await company.api("GET", "/clients")).ok()["counts"]["not_synced"] == len(names))

    await company.until(all_known, "all clients are known")
    return clients


async def test_a_list_is_walked_through_from_record_to_record_by_keys(
    company: Company, sign_in: SignIn
) -> None:
    """What was searched for, in its order: j goes on, k back, and Back keeps filter, search and order."""
    await left_out(company, "Anna Haas", "Bert Haas", "Cleo Haas", "Dora Wolf")
    screen = await sign_in()
    await screen.clients("?status=not_synced&q=haas&sort=-name")
    keys, page = screen.page.keyboard, screen.page
    await expect(page.get_by_role("link", name="All 3")).to_be_visible()
    await expect(page.get_by_role("columnheader", name="Name")).to_have_attribute("aria-sort", "descending")

    await page.get_by_role("link", name="Cleo Haas").press("Enter")
    await expect(page.locator(".walk")).to_contain_text("1 of 3")
    await page.wait_for_load_state()
    await keys.press("j")
    await expect(page.get_by_role("heading", name="Bert Haas", level=1)).to_be_visible()
    await expect(page.locator(".walk")).to_contain_text("2 of 3")
    await page.wait_for_load_state()
    await keys.press("j")
    await expect(page.get_by_role("heading", name="Anna Haas", level=1)).to_be_visible()
    await page.wait_for_load_state()
    await keys.press("k")
    await expect(page.get_by_role("heading", name="Bert Haas", level=1)).to_be_visible()
    await page.get_by_role("link", name="Clients").and_(page.locator(".up a")).press("Enter")

    await expect(page).to_have_url(re.compile(r"/clients\?status=not_synced&q=haas&sort=-name$"))
    await expect(page.get_by_role("link", name="Bert Haas")).to_be_focused()
    await expect(screen.row("Dora Wolf")).to_have_count(0)


async def test_a_long_list_is_as_long_and_where_it_was_on_the_way_back(
    company: Company, sign_in: SignIn
) -> None:
    """By the browser's Back and by the way up from the record."""
    await left_out(company, *(f"Client {number:02}" for number in range(60)))
    screen = await sign_in()
    await screen.clients()
    page = screen.page
    await screen.row("Client 49").scroll_into_view_if_needed()
    await screen.row("Client 57").scroll_into_view_if_needed()
    was = await page.evaluate("scrollY")
    assert was > 0

    for back in ("browser", "record"):
        await page.get_by_role("link", name="Client 57").press("Enter")
        await expect(page.locator(".walk")).to_contain_text("58 of 60")
        if back == "browser":
            await page.go_back()
        else:
            await page.locator(".up a").first.click()
        await expect(page.get_by_role("link", name="Client 57")).to_be_focused()
        await expect(page.get_by_role("link", name="Client 57")).to_be_in_viewport()
        assert abs(await page.evaluate("scrollY") - was) < 2


async def test_a_list_is_put_in_order_by_any_of_its_columns(company: Company, sign_in: SignIn) -> None:
    """A press on its head, another one turns it round; the address says so."""
    await left_out(company, "Anna Haas", "Bert Haas")
    screen = await sign_in()
    await screen.clients()
    names = screen.page.locator("table.clients tbody .name")
    await expect(names).to_have_text(["Anna Haas", "Bert Haas"])

    await screen.page.get_by_role("columnheader", name="Last change").get_by_role("link").press("Enter")
    await expect(names).to_have_text(["Bert Haas", "Anna Haas"])
    await screen.page.get_by_role("columnheader", name="Last change").get_by_role("link").press("Enter")
    await expect(names).to_have_text(["Anna Haas", "Bert Haas"])
    await expect(screen.page).to_have_url(re.compile("sort=changed$"))

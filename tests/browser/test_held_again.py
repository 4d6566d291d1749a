"""What was left on both sides is held again: from its line of the timeline as the preview shows it, and from the message at once."""

from playwright.async_api import expect

from tests.browser.conftest import SignIn
from tests.story.company import Company
from tests.story.test_held_again import BEFORE, HELD, OURS, left_on_both


async def test_what_was_left_on_both_sides_is_held_again_as_the_preview_showed_it(
    company: Company, sign_in: SignIn
) -> None:
    """Nothing is written; the buttons for what is held are there again, and the line has no Undo any more."""
    client, customer = await left_on_both(company, "Fiona Gallagher")
    screen = await sign_in()
    await screen.client(client)
    left = screen.page.locator(".timeline li.person", has_text="left both sides as they are")

    await left.get_by_role("button", name="Undo").click()
    window = screen.page.get_by_role("dialog")
    await expect(
        window.get_by_role("heading", name="Hold the changes of Fiona Gallagher again")
    ).to_be_visible()
    await expect(window).to_contain_text("Dana left both sides as they are")
    await expect(window).to_contain_text("Email is held again, until somebody says what is done with it.")
    await expect(window.get_by_role("row", name="Email")).to_contain_text("held, not sent")
    await expect(window).not_to_contain_text("Replaced values")
    await window.get_by_role("button", name="Hold again").click()

    await expect(screen.toast).to_contain_text("The changes of Fiona Gallagher are held again.")
    await expect(screen.page.get_by_role("button", name="Send to QuickBooks")).to_be_visible()
    held = screen.page.locator(".timeline li.person", has_text="the changes are held again")
    await expect(held).to_contain_text("held, not sent to QuickBooks")
    await expect(left.get_by_role("button", name="Undo")).to_have_count(0)
    there = (await company.customer(customer))["PrimaryEmailAddr"]["Address"]
    assert ((await company.client(client))["email"], there) == (OURS, BEFORE)


async def test_it_is_taken_back_from_the_message_where_the_row_is_gone(
    company: Company, sign_in: SignIn
) -> None:
    """In the list of what is held, by the key of any message's Undo; the client is listed again."""
    client, _ = await left_on_both(company, "Fiona Gallagher")
    (await company.act(client, "undo-leave-both")).ok()
    screen = await sign_in()
    page = screen.page
    await page.goto(f"/firms/{company.firm}/held")
    row = page.get_by_role("row").filter(has_text="Fiona Gallagher")
    await row.get_by_role("button", name="Leave both as they are").click()
    await expect(screen.toast).to_contain_text("Fiona Gallagher stays as it is on both sides.")
    await expect(row).to_have_count(0)

    await page.keyboard.press("u")

    await expect(screen.toast).to_contain_text("The changes of Fiona Gallagher are held again.")
    await expect(row).to_have_count(1)
    assert (await company.link(client))["held"] == HELD


async def test_an_edit_since_is_named_where_the_message_s_undo_comes_too_late(
    company: Company, sign_in: SignIn
) -> None:
    """It has gone across, so nothing is held again."""
    client, customer = await left_on_both(company, "Fiona Gallagher")
    (await company.act(client, "undo-leave-both")).ok()
    screen = await sign_in()
    await screen.client(client)
    await screen.page.get_by_role("button", name="Leave both as they are").click()
    await expect(screen.toast).to_contain_text("stays as it is on both sides")
    await company.switch()
    await company.edit_client(client, email="later@example.com")
    await company.until_customer(customer, PrimaryEmailAddr={"Address": "later@example.com"})
    await company.until_synced(client)

    await screen.toast.get_by_role("button", name="Undo").click()

    await expect(screen.toast).to_contain_text("stays as it is on both sides. There is nothing left of this")

"""Many clients of a list at once, by keyboard alone: tick, see what would happen to whom, do it as a batch, and take it back."""

from playwright.async_api import Page, expect

from tests.browser.conftest import SignIn
from tests.story.company import Company
from tests.story.in_bulk import ended, taken_in

TABS = 40


async def _tab_to(page: Page, name: str) -> None:
    """Go on by Tab until what is called so has the focus."""
    for _ in range(TABS):
        await page.keyboard.press("Tab")
        if (await page.locator(":focus").inner_text()).startswith(name):
            return
    raise AssertionError(f"{name} is not reached by Tab")


async def test_a_selection_is_unmatched_by_keyboard_as_one_batch_and_matched_again(
    company: Company, sign_in: SignIn
) -> None:
    """What is offered is what would be done; who is left alone is named with the reason."""
    for client in [await company.add_client(name) for name in ("Ada Roe", "Bo Lindqvist", "Cy Oduya")]:
        await company.until_synced(client)
    await company.add_client("Dee Park", sync=False)
    screen = await sign_in()
    page = screen.page
    bar = page.get_by_role("region", name="Selected clients")
    await expect(page.get_by_role("row")).to_have_count(5)

    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("x")
    await expect(bar).to_contain_text("1 selected")
    await page.keyboard.press("Shift+ArrowDown")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Shift+Space")
    await expect(bar).to_contain_text("3 selected")
    await expect(bar.get_by_role("button", name="Unmatch 2 of 3")).to_be_visible()
    await expect(bar.get_by_role("button", name="Leave out 1 of 3")).to_be_visible()
    await expect(bar.get_by_role("button", name="Send held changes")).to_have_count(0)
    await page.keyboard.press("Escape")
    await expect(bar).to_be_hidden()
    await page.keyboard.press("x")
    await page.keyboard.press("Shift+ArrowUp")
    await page.keyboard.press("Shift+ArrowUp")
    await expect(bar.get_by_role("button", name="Unmatch 2 of 3")).to_be_visible()
    await _tab_to(page, "Unmatch")
    await page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    await expect(dialog.get_by_role("heading", name="Unmatch 2 clients")).to_be_focused()
    await expect(dialog.get_by_role("listitem")).to_have_text(["Bo Lindqvist", "Cy Oduya"])
    await expect(dialog).to_contain_text("1 client is left as it is")
    await expect(dialog.get_by_role("definition")).to_have_text("Dee Park")
    await dialog.get_by_label("Why").fill("wrong company")
    await page.keyboard.press("Enter")

    await expect(page.get_by_role("heading", level=1)).to_have_text("Batch 1")
    await expect(page.locator("[data-live=progress]")).to_contain_text("2 of 2 rows done")
    await expect(page.locator("[data-live=batch-state]")).to_have_text("Done")
    row = page.get_by_role("row").filter(has=page.get_by_role("link", name="Bo Lindqvist"))
    await expect(row.get_by_role("cell").first).to_have_text("Bo Lindqvist")
    await page.get_by_role("link", name="Revert batch 1").click()
    await expect(page.get_by_role("row").filter(has_text="Bo Lindqvist")).to_contain_text(
        "It is matched again with the same customer."
    )
    await page.get_by_role("button", name="Match 2 clients again").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Batch 2")
    await expect(page.locator("[data-live=batch-state]")).to_have_text("Done")
    await screen.clients()
    await expect(screen.row("Bo Lindqvist").locator(".status")).to_have_text("Synced")
    assert await screen.is_as_wide_as_the_page()


async def test_what_changes_between_the_look_and_the_press_is_not_reverted_unseen(
    company: Company, sign_in: SignIn
) -> None:
    """Of three that a batch unmatched a colleague matches one again, and another is edited: the third is matched, the others are named."""
    names = ("Ada Roe", "Bo Lindqvist", "Cy Oduya")
    ada, bo, cy = [await company.add_client(name, phone="(312) 555-0100") for name in names]
    for client in (ada, bo, cy):
        await company.until_synced(client)

    async def edited(client: str, phone: str) -> None:
        (await company.api("PATCH", f"/clients/{client}", {"phone": phone})).ok()

        async def is_known() -> bool:
            told = (await company.api("GET", "/batches/1/revert-preview")).ok()["rows"]
            return any(phone in each["writes"].get("quickbooks", {}).values() for each in told)

        await company.until(is_known, "what was edited would be sent")

    rows = [{"do": "unmatch", "client_id": client} for client in (ada, bo, cy)]
    await ended(company, taken_in(await company.api("POST", "/batches", {"rows": rows})))
    screen = await sign_in()
    page = screen.page
    await page.goto(f"/firms/{company.firm}/batches/1/revert")
    press = page.get_by_role("button", name="Match 3 clients again")
    await expect(press).to_be_enabled()

    (await company.act(ada, "restore")).ok()
    await company.until_synced(ada)
    await edited(bo, "(312) 555-0777")
    await press.click()

    await expect(page.get_by_role("heading", level=1)).to_have_text("Batch 2")
    await expect(page.locator("[data-live=progress]")).to_contain_text("1 of 1 row done")
    await expect(page.locator("[data-live=batch-state]")).to_have_text("Done")
    for name, result in zip(names, ("Skipped", "Skipped", "Done"), strict=True):
        row = page.get_by_role("row").filter(has=page.get_by_role("link", name=name))
        await expect(row.get_by_role("cell").last).to_contain_text(result)
    await expect(page.get_by_role("row").filter(has_text="Bo Lindqvist")).to_contain_text(
        "It was no longer as shown, so it was left as it is."
    )
    assert (await company.link(bo))["status"] == "not_synced"
    assert await screen.is_as_wide_as_the_page()

    await page.goto(f"/firms/{company.firm}/batches/1/revert")
    await expect(page.get_by_role("row").filter(has_text="Bo Lindqvist")).to_contain_text("(312) 555-0777")
    press = page.get_by_role("button", name="Match 1 client again")
    await expect(press).to_be_enabled()
    await edited(bo, "(312) 555-0888")
    await press.click()
    await expect(page.get_by_role("alert")).to_contain_text("have changed since they were shown")
    await page.get_by_role("link", name="Show the totals anew").click()
    await expect(page.get_by_role("row").filter(has_text="Bo Lindqvist")).to_contain_text("(312) 555-0888")
    assert (await company.link(bo))["status"] == "not_synced"


async def test_held_changes_of_a_selection_are_shown_and_sent_and_all_of_a_list_can_be_left_out(
    company: Company, sign_in: SignIn
) -> None:
    """On a phone too. All of a list are more than are shown; leaving out is kept at once, and can be undone."""
    ada = await company.add_client("Ada Roe", phone="(312) 555-0100")
    await company.until_synced(ada)
    await company.switch("all")
    (await company.api("PATCH", f"/clients/{ada}", {"phone": "(312) 555-0777"})).ok()
    await company.until_link(ada, standing="held")
    for n in range(51):
        await company.add_client(f"Zoe {n:02}", sync=False)
    screen = await sign_in(width=360, height=740)
    page = screen.page
    bar = page.get_by_role("region", name="Selected clients")

    await page.get_by_role("checkbox", name="Select Ada Roe").check()
    await bar.get_by_role("button", name="Send held changes").click()
    dialog = page.get_by_role("dialog")
    await expect(dialog.get_by_role("listitem")).to_contain_text("(312) 555-0100")
    await expect(dialog.get_by_role("listitem")).to_contain_text("(312) 555-0777")
    assert await screen.is_as_wide_as_the_page()
    await dialog.get_by_role("button", name="Send held changes of 1 client").click()
    await expect(page.locator("[data-live=batch-state]")).to_have_text("Done")
    await expect(page.get_by_role("link", name="Revert batch 1")).to_have_count(0)
    await company.until_link(ada, in_step=True)

    await screen.clients("?q=zoe")
    await page.get_by_role("checkbox", name="Select all that are shown").check()
    await expect(bar).to_contain_text("50 selected")
    await bar.get_by_role("button", name="Select all 51 of this list").click()
    await expect(bar).to_contain_text("51 selected")
    assert await screen.is_as_wide_as_the_page()
    await bar.get_by_role("button", name="Leave out").click()
    await expect(dialog).to_contain_text("And 1 more client.")
    await dialog.get_by_role("button", name="Leave 51 clients out").click()
    await expect(screen.toast).to_contain_text("51 clients are left out of suggested matches.")
    assert (await company.api("GET", "/matching")).ok()["draft"]["leave"] == 51
    await screen.toast.get_by_role("button", name="Undo").click()

    async def undone() -> bool:
        return bool((await company.api("GET", "/matching")).ok()["draft"]["leave"] == 0)

    await company.until(undone, "nobody is left out")

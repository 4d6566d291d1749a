"""Operators find what was a mistake, plan, apply and read the report; people look things up, and take single acts back."""

import csv
from importlib import metadata
from io import StringIO
from pathlib import Path

from playwright.async_api import Page, expect

from tests.browser.conftest import SignIn
from tests.browser.screen import Screen, synced_client
from tests.story.company import Company
from tests.story.events import client_event

REASON = "cleaned up the wrong ones"


async def _press(page: Page, name: str) -> None:
    """Press a button by keyboard."""
    button = page.get_by_role("button", name=name, exact=True)
    await expect(button).to_be_enabled()
    await button.focus()
    await page.keyboard.press("Enter")


async def _unmatched(company: Company) -> tuple[str, str, str]:
    """Three that Dana unmatched: one as it was, one edited since, one that is matched again."""
    clients = [(await synced_client(company, name))[0] for name in ("Ada Low", "Ben Ng", "Cy Oduya")]
    for client in clients:
        (await company.act(client, "unmatch", {"reason": REASON})).ok()
    plain, edited, again = clients
    await company.edit_client(edited, phone="(312) 555-0177")
    (await company.act(again, "restore")).ok()

    async def is_known() -> bool:
        return bool((await company.api("GET", f"/clients/{edited}")).ok()["client"]["phone"])

    await company.until(is_known, "the edit is known")
    return plain, edited, again


VERSION = metadata.version("client-sync")


async def test_a_mistake_is_found_planned_applied_and_reported(
    company: Company, sign_in: SignIn, tmp_path: Path
) -> None:
    """From what Dana did to the plan, by keyboard; too large for no count; each row ends as planned; and it can be taken back."""
    plain, edited, again = await _unmatched(company)
    screen = await sign_in("Lee")
    page = screen.page
    await page.goto(f"/firms/{company.firm}/activity?kind=unmatch&actor=dana")
    await expect(page.locator(".acts li")).to_have_count(3)
    await expect(page.locator(".acts li").last).to_contain_text(
        "Ada Low · Dana unmatched this client from Ada Low"
    )
    await expect(page.locator(".acts li").last).to_contain_text(REASON)
    await page.get_by_role("link", name="Plan to take these back").click()
    await expect(page.get_by_label("By")).to_have_value("user:dana")
    await _press(page, "Make a plan")

    await expect(page.get_by_role("heading", level=1)).to_have_text("Unmatches by Dana")
    rows = page.locator("table.planned tbody tr")
    await expect(rows).to_have_count(3)
    await expect(rows.filter(has_text="Ben Ng")).to_contain_text("QuickBooks · Phone (312) 555-0177")
    await expect(rows.filter(has_text="Cy Oduya")).to_contain_text("Already so")
    address = page.url
    await page.get_by_label("Why").fill("INC-42")
    await page.get_by_label("How many").fill("3")
    await _press(page, "Apply")
    await expect(page.locator("#apply .problem")).to_contain_text(
        "It asks for something for 2 of the firm's 3 clients."
    )
    await page.get_by_label("How many").fill("2")
    await _press(page, "Apply")

    await expect(page.locator(".record-head .status")).to_have_text("Applied")
    await expect(page.locator("[data-live=progress]")).to_contain_text("2 of 2 decided")
    await expect(page.get_by_role("link", name="As planned 2")).to_be_visible()
    await expect(rows.filter(has_text="Ben Ng").locator(".end")).to_have_text("As planned")
    assert [await company.until_synced(each) for each in (plain, edited)]
    await expect(page.locator(".act code").first).to_have_text(
        f"client-sync replay plan --firm {company.firm} --kind restore --batch {address.rpartition('/')[2]}"
    )
    async with page.expect_download() as download:
        await page.get_by_role("link", name="Export as CSV").click()
    await (await download.value).save_as(tmp_path / "report.csv")
    report = {
        row["client_id"]: row for row in csv.DictReader(StringIO((tmp_path / "report.csv").read_text()))
    }
    assert {each: report[each]["end"] for each in report} == {
        plain: "as_planned",
        edited: "as_planned",
        again: "",
    }
    assert report[edited]["writes"] == "QuickBooks: Phone = (312) 555-0177"

    await page.get_by_role("link", name="As planned 2").click()
    await expect(rows).to_have_count(2)
    await _press(page, "Plan to take it back")
    await expect(page.get_by_role("heading", level=1)).to_contain_text("Restores of batch r-")
    await expect(rows.filter(has_text="Unmatched")).to_have_count(2)
    await _press(page, "Cancel the plan")
    await expect(page.locator(".record-head .status")).to_have_text("Cancelled")
    await page.get_by_role("link", name="Replays").last.click()
    await expect(page.get_by_role("row").filter(has_text="INC-42")).to_contain_text("Applied")


async def test_all_that_a_version_decided_is_found_and_planned(company: Company, sign_in: SignIn) -> None:
    """From Activity; one that has decided nothing is refused with those that have. Only operators see any of it."""
    plain, *_ = await _unmatched(company)
    screen = await sign_in("Lee")
    page = screen.page
    await page.goto(f"/firms/{company.firm}/activity?kind=unmatch")
    await expect(page.locator(".acts li")).to_have_count(3)
    await expect(page.locator(".acts")).not_to_contain_text("version")  # the same decided all of them
    await page.get_by_label("Version").fill(VERSION)
    await _press(page, "Show")
    await expect(page.locator(".acts li")).to_have_count(3)
    await page.get_by_role("link", name="Plan to take these back").click()
    typed = page.get_by_label("Version")
    await expect(typed).to_have_value(VERSION)
    known = page.locator("#versions option")
    await expect(known).to_have_attribute("value", VERSION)
    await typed.fill("0.9")
    await _press(page, "Make a plan")
    refused = f"Version 0.9 has decided nothing in firm {company.firm}. Known there: {VERSION} ("
    await expect(page.locator("#plan-form .problem")).to_contain_text(refused)
    await typed.fill(VERSION)
    await _press(page, "Make a plan")

    await expect(page.get_by_role("heading", level=1)).to_have_text(f"Unmatches decided by version {VERSION}")
    await expect(page.locator("table.planned tbody tr")).to_have_count(3)
    await expect(page.locator("main")).to_contain_text(f"--version {VERSION}")
    await page.goto(f"/firms/{company.firm}/clients/{plain}")
    line = page.locator(".timeline li").filter(has_text="unmatched this client").first
    await line.locator("> .at").click()
    await expect(line).to_contain_text(f"decided by version {VERSION}")
    dana = (await sign_in("Dana")).page
    await dana.goto(f"/firms/{company.firm}/activity?kind=unmatch")
    await expect(dana.locator(".acts li")).to_have_count(3)
    await expect(dana.locator("main")).not_to_contain_text("version")
    await expect(dana.get_by_label("Version")).to_have_count(0)


async def test_what_a_line_of_the_timeline_replaced_or_ended_is_taken_back(
    company: Company, sign_in: SignIn
) -> None:
    """A value, and a link that was there before; each is looked at first."""
    client, customer = await synced_client(company, "Fiona Gallagher", phone="(312) 555-0100")
    await company.edit_client(client, phone="(312) 555-0999")

    async def phone_is(number: str) -> bool:
        found = await company.customer(customer)
        return bool(found.get("PrimaryPhone", {}).get("FreeFormNumber") == number)

    await company.until(lambda: phone_is("(312) 555-0999"), "the edit arrives")
    screen = await sign_in()
    page, window = screen.page, screen.page.get_by_role("dialog")
    await screen.client(client)
    await page.get_by_role("button", name="Put back phone (312) 555-0100").click()
    await expect(window).to_contain_text("It is written to Canopy and to QuickBooks.")
    await window.get_by_role("button", name="Put back").click()
    await company.until(lambda: phone_is("(312) 555-0100"), "the earlier number stands again")
    await expect(window).to_be_hidden()
    await expect(page.get_by_role("button", name="Put back phone (312) 555-0100")).to_have_count(0)

    await company.act(client, "unmatch")
    await screen.client(client)
    line = page.locator(".timeline li").filter(has_text="edited this client in Canopy").last
    await line.locator("> .at").click()
    await line.get_by_role("button", name="Restore to here").first.click()
    await expect(window).to_contain_text("It is matched again with the same customer.")
    await window.get_by_role("button", name="Match again").click()
    await expect(screen.status).to_have_text("Synced")
    assert await company.until_synced(client) == customer

    await page.keyboard.press("Escape")
    await page.locator(".timeline li").filter(has_text="again").get_by_role("button", name="Undo").click()
    await expect(window).to_contain_text("Nothing is written on either side.")
    await window.get_by_role("button", name="Unmatch", exact=True).click()
    await expect(screen.status).to_have_text("Not synced")


async def test_the_pages_fit_a_phone_and_say_when_there_is_nothing(company: Company, sign_in: SignIn) -> None:
    """Of a firm in which nobody has done anything, and with names as long as they come."""
    screen, dana = await sign_in("Lee", width=360, height=740), await sign_in("Dana")
    await _says(screen, company, "/replays?of=firm", "No plan yet")
    await _says(screen, company, "/activity?actor=nobody", "Nothing like that has happened")
    await _says(screen, company, "/fleet", company.firm)
    await _says(screen, company, "/replays/r-unknown", "There is no such replay.")
    for path in ("/replays", "/fleet"):
        await _says(dana, company, path, "Only operators can do this.")
    await _says(dana, company, "/activity", "connected QuickBooks")
    await company.tell(client_event(company.firm, "created", "c-long", 1, "W" * 300, sync=False))
    await company.until_link("c-long", status="not_synced")
    await _says(screen, company, "/activity?kind=all", "W" * 300)
    await screen.page.goto(f"/firms/{company.firm}/replays")
    await screen.page.get_by_label("Clients").fill("c-long")
    await _press(screen.page, "Make a plan")
    await expect(screen.page.locator("table.planned")).to_contain_text("W" * 300)
    await expect(screen.page.get_by_role("heading", name="Nothing to apply")).to_be_visible()
    assert await screen.is_as_wide_as_the_page()


async def _says(screen: Screen, company: Company, path: str, text: str) -> None:
    await screen.page.goto(f"/firms/{company.firm}{path}")
    await expect(screen.page.locator("main")).to_contain_text(text)
    assert await screen.is_as_wide_as_the_page(), path

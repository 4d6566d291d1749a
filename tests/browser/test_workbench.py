"""Matching in bulk, by keyboard alone: choose, come back to it, commit, watch, and take it back; long lists, too."""

import asyncio
import os
from itertools import pairwise

import pytest
from playwright.async_api import Page, Request, expect

from tests.browser.conftest import SignIn
from tests.story.company import Company

PAIRS = int(os.environ.get("WORKBENCH_PAIRS", "300"))
"""The long form, of about seven minutes: `WORKBENCH_PAIRS=2000 .venv/bin/python -m pytest tests/browser/test_workbench.py -k sure`."""
A_SECOND = 1000
AT_ONCE = 20
MOST_KEYS = 40
SECONDS = 120.0 + PAIRS / 4
"""QuickBooks takes so many changes, each a request."""


async def _lists(company: Company) -> None:
    """Three on both sides, of whom one has another phone there; one on either side alone."""
    await company.switch("all")
    for name in ("Ada Roe", "Bo Lindqvist", "Cy Oduya"):
        mail = {"Address": f"{name.split()[0].lower()}@example.com"}
        phone = {"PrimaryPhone": {"FreeFormNumber": "(312) 555-0999"}} if name == "Ada Roe" else {}
        await company.new_customer(name, PrimaryEmailAddr=mail, **phone)
        await company.add_client(name, sync=False, email=mail["Address"], phone="(312) 555-0100")
    await company.new_customer("Only There")
    await company.add_client("Only Here", sync=False)

    async def is_known() -> bool:
        totals = (await company.api("GET", "/matching")).ok()["totals"]
        return (totals["sure"], totals["only_in_canopy"], totals["only_in_quickbooks"]) == (3, 1, 1)

    await company.until(is_known, "both lists are known")


async def _keys(page: Page, keys: str) -> None:
    for key in keys:
        await page.keyboard.press(key)


async def _enter_on(page: Page, role: str, name: str) -> None:
    """Press what has this name by keyboard."""
    place = page.get_by_role(role, name=name, exact=True)  # type: ignore[arg-type]
    await expect(place).to_be_enabled()
    await place.focus()
    await page.keyboard.press("Enter")


async def _commits(page: Page, colleague: Page) -> None:
    """Commit what is chosen; a colleague chooses something else between the look and the press, so it takes another look."""
    await _enter_on(page, "link", "Review and commit")
    await expect(page.locator("main")).to_contain_text("1 value of 1 customer in QuickBooks is overwritten")
    await expect(page.get_by_role("row").filter(has_text="Ada Roe")).to_contain_text("(312) 555-0999")
    await (
        colleague.get_by_role("row")
        .filter(has_text="Cy Oduya")
        .get_by_role("combobox")
        .select_option("later")
    )
    await expect(colleague.locator(".commit")).to_contain_text("2 to match")
    await _enter_on(page, "button", "Commit 5 rows")
    await expect(
        page.get_by_role("alert").filter(has_text="has changed since these totals were shown")
    ).to_be_visible()
    await _enter_on(page, "link", "Show the totals anew")
    await page.get_by_label("Why").fill("onboarding")
    await _enter_on(page, "button", "Commit 4 rows")


async def _reverts(page: Page, company: Company) -> None:
    """Take batch 1 back, with what its matches replaced in QuickBooks."""
    await _enter_on(page, "link", "Revert batch 1")
    there = page.get_by_role("row").filter(has_text="Ada Roe")
    await expect(there.locator("del")).to_have_text("(312) 555-0100")
    await expect(there.locator("ins")).to_have_text("(312) 555-0999")
    await expect(page.get_by_role("checkbox", name="Put back what the matches replaced")).to_be_checked()
    await expect(page.get_by_role("row").filter(has_text="Only Here")).to_contain_text("stays in QuickBooks")
    await _enter_on(page, "button", "Unmatch 4 clients")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Batch 2")
    await expect(page.locator("[data-live=batch-state]")).to_have_text("Done", timeout=30_000)
    row = page.get_by_role("row").filter(has_text="Ada Roe")
    await expect(row).to_contain_text("Unmatch, and put values back")
    ada = next(each for each in await company.customers() if each["DisplayName"] == "Ada Roe")
    assert ada["PrimaryPhone"] == {"FreeFormNumber": "(312) 555-0999"}


async def test_both_lists_are_gone_through_committed_and_taken_back(
    company: Company, sign_in: SignIn
) -> None:
    """Choices survive a reload, with who chose; totals say what is overwritten; each row has its result."""
    await _lists(company)
    screen = await sign_in()
    page, home = screen.page, f"/firms/{company.firm}"
    await page.goto(f"{home}/matching")
    await expect(page.get_by_role("checkbox", checked=True)).to_have_count(3)

    await _keys(page, "jj")
    await _keys(page, "l")
    await expect(page.locator(".commit")).to_contain_text("1 left out")
    await _keys(page, "scc")
    await expect(page.locator(".commit")).to_contain_text(
        "1 to match · 1 to create in QuickBooks · 1 to create in Canopy"
    )
    await _keys(page, "kk")
    await page.keyboard.press("Space")
    await expect(page.locator(".commit")).to_contain_text("2 to match")
    assert await screen.is_as_wide_as_the_page()

    lee = await sign_in("Lee", width=390, height=800)
    await lee.page.goto(f"{home}/matching")
    row = lee.page.get_by_role("row").filter(has_text="Bo Lindqvist")
    await expect(row).to_contain_text("Dana, today")
    await expect(row.get_by_role("combobox")).to_have_value("leave")
    await row.get_by_role("combobox").select_option("match")
    await expect(page.locator(".commit")).to_contain_text("3 to match")
    await expect(page.get_by_role("row").filter(has_text="Bo Lindqvist")).to_contain_text("Lee, today")
    assert await lee.is_as_wide_as_the_page()
    await page.reload()
    await expect(page.get_by_role("row").filter(has_text="Only Here").get_by_role("combobox")).to_have_value(
        "create"
    )

    await _commits(page, lee.page)

    await expect(page.get_by_role("heading", level=1)).to_have_text("Batch 1")
    await expect(page.locator("[data-live=batch-state]")).to_have_text("Done", timeout=30_000)
    await expect(page.locator("[data-live=progress]")).to_contain_text("4 of 4 rows done")
    await expect(page.get_by_role("row").filter(has_text="Only There")).to_contain_text("Create in Canopy")
    assert await screen.is_as_wide_as_the_page()
    await page.reload()
    await _reverts(page, company)
    await page.goto(f"{home}/matching")
    await expect(page.get_by_role("checkbox", checked=True)).to_have_count(0)
    await expect(page.locator(".commit")).to_contain_text("Nothing is chosen yet.")
    await lee.page.goto(f"{home}/batches")
    await expect(lee.page.get_by_role("row").filter(has_text="Batch 2")).to_contain_text("Reverts batch 1")
    assert await lee.is_as_wide_as_the_page()


async def _long_lists(company: Company) -> None:
    """The same people on both sides, with another phone in QuickBooks; added while nobody listens, and listed at once."""
    await company.switch("all")
    (await company.api("DELETE", "/connection")).ok()

    async def pair(n: int) -> None:
        name, mail = f"Client Number {n:04}", f"client{n:04}@example.com"
        await company.new_customer(
            name,
            PrimaryEmailAddr={"Address": mail},
            PrimaryPhone={"FreeFormNumber": f"(773) 555-{n:04}"},
        )
        await company.add_client(name, sync=False, email=mail, phone=f"(312) 555-{n:04}")

    for first in range(0, PAIRS, AT_ONCE):
        await asyncio.gather(*(pair(n) for n in range(first, min(first + AT_ONCE, PAIRS))))
    await company.connect()

    async def is_known() -> bool:
        return bool((await company.api("GET", "/matching")).ok()["totals"]["sure"] == PAIRS)

    await company.until(is_known, "both lists are known", SECONDS)


def _looks_at_batches(page: Page) -> list[float]:
    """Collect when the page looks how far a batch is, in milliseconds."""
    looked: list[float] = []

    def note(request: Request) -> None:
        if request.resource_type == "fetch" and request.method == "GET" and "/batches/" in request.url:
            looked.append(request.timing["startTime"])

    page.on("requestfinished", note)
    return looked


class Keys:
    """Presses keys, and counts them."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self.pressed = 0

    async def press(self, key: str) -> None:
        """Press one."""
        self.pressed += 1
        await self._page.keyboard.press(key)

    async def tab_to(self, text: str) -> None:
        """Go on until what begins so has the focus."""
        while self.pressed < MOST_KEYS:
            await self.press("Tab")
            if (await self._page.locator(":focus").inner_text()).startswith(text):
                return
        raise AssertionError(f"{text!r} is not reached within {MOST_KEYS} keys")


@pytest.mark.timeout(3 * SECONDS)
async def test_all_that_is_sure_is_committed_in_a_few_keys(company: Company, sign_in: SignIn) -> None:
    """And each pair is matched, once."""
    await _long_lists(company)
    screen = await sign_in()
    page = screen.page
    await page.goto(f"/firms/{company.firm}/matching")
    await expect(page.locator(".commit")).to_contain_text(f"{PAIRS:,} to match")
    keys = Keys(page)

    await keys.press("r")
    await expect(page.get_by_role("heading", name="Review and commit")).to_be_visible()
    await expect(page.locator("main")).to_contain_text(
        f"{PAIRS:,} values of {PAIRS:,} customers in QuickBooks are overwritten"
    )
    await expect(page.get_by_role("button", name=f"Commit {PAIRS:,} rows")).to_be_enabled()
    await keys.tab_to("Skip")
    await keys.press("Enter")
    await keys.tab_to("Commit")
    looked = _looks_at_batches(page)
    await keys.press("Enter")

    await expect(page.get_by_role("heading", level=1)).to_have_text("Batch 1", timeout=SECONDS * 1000)
    assert keys.pressed < MOST_KEYS
    await expect(page.locator("[data-live=batch-state]")).to_have_text("Done", timeout=SECONDS * 1000)
    await expect(page.locator("[data-live=progress]")).to_contain_text(f"{PAIRS:,} of {PAIRS:,} rows done")
    assert min(later - sooner for sooner, later in pairwise(looked)) > A_SECOND, "however much happens"
    totals = (await company.api("GET", "/matching")).ok()["totals"]
    assert (totals["matched"], totals["sure"]) == (PAIRS, 0)
    written = [each["body"] for each in await company.written_in_quickbooks()]
    assert {each["PrimaryPhone"]["FreeFormNumber"][:5] for each in await company.customers()} == {"(312)"}
    assert all("Id" in each for each in written if "DisplayName" in each), "nobody is created"

"""What forms and buttons answer when something is wrong: each brought about, and looked at."""

from playwright.async_api import expect

from tests.browser.furnished import Furnished
from tests.browser.scan import Scan
from tests.browser.screen import Screen


async def a_field_is_left_out(furnished: Furnished, lee: Screen, scan: Scan) -> None:
    """Of a question by field, one is not answered."""
    page = lee.page
    await lee.client(furnished.asked)
    await page.get_by_role("button", name="Choose for each field").click()
    await page.get_by_role("button", name="Keep these values").click()
    await expect(page.get_by_role("alert").filter(has_text="Choose a value for email.")).to_be_visible()
    await scan.of("a field that is not chosen")


async def a_name_is_mistyped(furnished: Furnished, lee: Screen, scan: Scan) -> None:
    """Who is to be erased is somebody else."""
    page = lee.page
    await page.goto(f"{furnished.home}/clients/{furnished.deleted}/erase")
    await page.get_by_label("Why").fill("asked by letter")
    await page.get_by_role("textbox", name="name").fill("Somebody Else")
    await page.get_by_role("button", name="Erase for good").click()
    await expect(page.get_by_role("alert")).to_be_visible()
    await scan.of("an erasure with another name")


async def a_review_is_overtaken(furnished: Furnished, lee: Screen, scan: Scan) -> None:
    """The customer is edited in QuickBooks while a match with it is looked at."""
    company = furnished.company
    found = {each["DisplayName"]: each["Id"] for each in await company.customers()}
    clients = {each["display_name"]: each["client_id"] for each in await company.clients()}
    await lee.client(clients["Only Here"])
    window = await lee.window()
    await window.get_by_role("searchbox").fill("Only There")
    await window.get_by_role("radio", name="Only There").check()
    await window.get_by_role("button", name="Match", exact=True).click()
    await expect(window.locator(".review")).to_contain_text("Only There")
    await company.edit_customer(found["Only There"], PrimaryPhone={"FreeFormNumber": "(312) 555-0321"})
    await expect(window.get_by_text("This has changed since you looked")).to_be_visible()
    await scan.of("a review that is overtaken")


async def totals_are_overtaken(furnished: Furnished, lee: Screen, scan: Scan) -> None:
    """A colleague chooses something else between the look and the press."""
    page, company = lee.page, furnished.company
    await page.goto(f"{furnished.home}/matching/commit")
    rows = (await company.api("GET", "/matching?show=sure")).ok()["rows"]
    choices = [
        {name: rows[0][name] for name in ("client_id", "customer_id", "link_version", "customer_sync_token")}
        | {"do": "later"}
    ]
    (await company.api("POST", "/matching/choices", {"choices": choices})).ok()
    await page.get_by_role("button", name="Commit").click()
    await expect(page.get_by_role("alert").filter(has_text="has changed since")).to_be_visible()
    await scan.of("totals that are overtaken")
    (await company.api("POST", "/matching/choices", {"choices": [choices[0] | {"do": None}]})).ok()


async def nothing_answers(furnished: Furnished, lee: Screen, scan: Scan) -> None:
    """A switch, a search, what is held and a choice, while the gateway can't be reached: each says so where it was pressed."""
    page = lee.page
    await page.goto(f"{furnished.home}/settings")
    await page.context.set_offline(offline=True)
    await page.get_by_role("switch", name="Creating new clients in Canopy").click()
    await expect(page.get_by_role("alert").filter(has_text="Not saved.")).to_be_visible()
    await scan.of("a switch that is not saved")
    await page.context.set_offline(offline=False)
    await lee.clients()
    await page.context.set_offline(offline=True)
    await page.get_by_role("searchbox").fill("Ada")
    await expect(page.locator("#results .problem")).to_be_visible()
    await scan.of("a search that is not answered")
    await page.context.set_offline(offline=False)
    await page.goto(f"{furnished.home}/held")
    await page.context.set_offline(offline=True)
    await page.get_by_role("button", name="Take QuickBooks' value").click()
    await expect(page.get_by_role("row").get_by_role("alert")).to_be_visible()
    await scan.of("a held change that is not settled")
    await page.context.set_offline(offline=False)
    await page.goto(f"{furnished.home}/matching")
    await page.context.set_offline(offline=True)
    await page.get_by_role("combobox").first.select_option("leave")
    await expect(page.locator("[data-workbench] > .problem")).to_be_visible()
    await scan.of("a choice that is not saved")
    await page.context.set_offline(offline=False)


ANSWERS = (
    a_field_is_left_out,
    a_name_is_mistyped,
    a_review_is_overtaken,
    totals_are_overtaken,
    nothing_answers,
)
"""In an order in which none disturbs the next."""

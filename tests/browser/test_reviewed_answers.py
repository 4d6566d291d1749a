"""A question that is answered with a match: the same review as of any match, from the record and from the window."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from playwright.async_api import Locator, expect

from tests.browser.conftest import SignIn
from tests.browser.screen import Screen, synced_client
from tests.story.company import Company

Asked = Callable[[Company], Awaitable[tuple[str, str]]]
OLD = {"PrimaryEmailAddr": {"Address": "old@example.com"}, "Mobile": {"FreeFormNumber": "(312) 555-0199"}}


async def possible_duplicate(company: Company) -> tuple[str, str]:
    """A new customer is called like a client that was left out; gives both."""
    client = await company.add_client("Fiona Gallagher", sync=False, email="fiona@example.com")
    await company.until_link(client, status="not_synced")
    customer = await company.new_customer("Fiona Gallagher", **OLD)
    await company.until_link(client, status="needs_attention")
    return client, customer


async def display_name_taken(company: Company) -> tuple[str, str]:
    """A customer has the name that another is to be created with."""
    await company.switch("actions_from_qbo", "creating")
    client = await company.add_client("Fiona Gallagher", sync=False, email="fiona@example.com")
    await company.until_link(client, status="not_synced")
    customer = await company.add_customer("Fiona Gallagher", **OLD)
    await company.act(client, "create")

    async def said_who_has_it() -> bool:
        problem = (await company.link(client))["problem"]
        return bool(problem and "match" in [choice["id"] for choice in problem["choices"]])

    await company.until(said_who_has_it, "QuickBooks has said who has the name")
    return client, customer


async def customers_merged(company: Company) -> tuple[str, str]:
    """Its customer went into that of another client."""
    client, merged = await synced_client(company, "Fiona Gallagher", email="fiona@example.com")
    _, survivor = await synced_client(
        company, "Debbie Gallagher", email="old@example.com", mobile="(312) 555-0199"
    )
    await company.merge_customers(merged, survivor)

    async def may_be_kept() -> bool:
        problem = (await company.link(client))["problem"]
        return bool(problem and "match" in [choice["id"] for choice in problem["choices"]])

    await company.until(may_be_kept, "the one that is left has been read")
    return client, survivor


ASKED: dict[str, Asked] = {
    "Match with this customer": possible_duplicate,
    "Match with that customer instead": display_name_taken,
    "Match this client with it": customers_merged,
}


async def _open(
    company: Company, sign_in: SignIn, button: str, **size: Any
) -> tuple[str, str, Screen, Locator]:
    client, customer = await ASKED[button](company)
    screen = await sign_in(**size)
    await screen.client(client)
    await screen.page.locator("section.attention").get_by_role("button", name=button).click()
    return client, customer, screen, screen.page.get_by_role("dialog")


@pytest.mark.parametrize("button", ASKED)
async def test_nothing_is_overwritten_before_it_was_seen_and_confirmed(
    company: Company, sign_in: SignIn, button: str
) -> None:
    """What goes, what is kept; then Canopy's is in QuickBooks, and nothing of QuickBooks' went to Canopy."""
    client, customer, screen, window = await _open(company, sign_in, button)

    await expect(window.get_by_role("row", name="Email")).to_contain_text("old@example.com")
    await window.get_by_text("stay as they are").click()
    await expect(window.get_by_role("row", name="Mobile")).to_contain_text("kept (empty in Canopy)")
    assert (await company.link(client))["status"] == "needs_attention"
    assert (await company.customer(customer))["PrimaryEmailAddr"]["Address"] == "old@example.com"
    await window.get_by_role("button", name="Sync").click()

    await expect(screen.status).to_have_text("Synced")
    await expect(window.get_by_role("button", name="Done")).to_be_focused()
    assert await company.until_synced(client) == customer
    assert (await company.customer(customer))["PrimaryEmailAddr"]["Address"] == "fiona@example.com"
    assert (await company.client(client)).get("mobile") is None


@pytest.mark.parametrize("button", ASKED)
async def test_what_moved_meanwhile_is_marked_and_nothing_is_sent(
    company: Company, sign_in: SignIn, button: str
) -> None:
    """The page has not heard of it, so the versions that were seen go along and are refused."""
    client, customer, screen, window = await _open(company, sign_in, button)
    await expect(window.get_by_role("row", name="Email")).to_contain_text("old@example.com")
    await screen.is_looked_at(False)
    await company.edit_customer(customer, PrimaryEmailAddr={"Address": "new@example.com"})

    async def known() -> bool:
        listed = (await company.api("GET", "/customers?q=new@example.com&by=email")).ok()["customers"]
        return bool(listed)

    await company.until(known, "the new email is known")
    await window.get_by_role("button", name="Sync").click()

    await expect(window.get_by_role("row", name="Email")).to_contain_text("new@example.com")
    await expect(window).to_contain_text("Nothing has been sent.")
    await expect(window.get_by_role("button", name="Sync")).to_be_disabled()
    assert (await company.link(client))["status"] == "needs_attention"


async def test_who_loses_the_customer_is_named_and_stays_in_canopy(company: Company, sign_in: SignIn) -> None:
    """Both clients are named, on the question and in the review."""
    _, _, screen, window = await _open(company, sign_in, "Match this client with it")

    await expect(window).to_contain_text("which Debbie Gallagher is matched with now")
    await expect(window).to_contain_text("It can be put back once Fiona Gallagher is unmatched again.")
    await window.get_by_role("button", name="Back").click()
    await expect(screen.page.locator("section.attention")).to_contain_text(
        "already matched to Debbie Gallagher"
    )


@pytest.mark.parametrize(("width", "height"), [(640, 400), (1280, 600), (390, 844)])
async def test_what_confirms_a_step_is_in_sight_however_small_the_screen(
    company: Company, sign_in: SignIn, width: int, height: int
) -> None:
    """One foot per step: Back and Sync of the review; nothing has to be scrolled to."""
    _, _, screen, window = await _open(
        company, sign_in, "Match this client with it", width=width, height=height
    )
    await expect(window.get_by_role("heading", level=3)).to_be_visible()

    foot = window.locator(".foot:visible")
    await expect(foot.get_by_role("button")).to_have_text(["Back", "Sync"])
    for button in await foot.get_by_role("button").all():
        await expect(button).to_be_in_viewport(ratio=1)
    assert await screen.is_as_wide_as_the_page()


async def test_a_question_is_seen_once(company: Company, sign_in: SignIn) -> None:
    """In the window while that is open, else on the record."""
    client, _ = await possible_duplicate(company)
    screen = await sign_in()
    await screen.client(client)
    questions = screen.page.locator(".question:visible")
    await expect(questions).to_have_count(1)

    window = await screen.window()

    await expect(questions).to_have_count(1)
    await expect(window.locator(".question")).to_be_visible()
    await expect(window.locator(".foot:visible").get_by_role("button")).to_have_text(["Cancel"])

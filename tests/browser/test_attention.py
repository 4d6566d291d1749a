"""What needs a person, as a queue: one question at a time, answered by keys, until nothing is left."""

from collections.abc import Mapping
from typing import Any

from playwright.async_api import expect

from tests.browser.conftest import SignIn
from tests.browser.screen import Screen, synced_client
from tests.browser.test_reviewed_answers import customers_merged, possible_duplicate
from tests.story.company import Company

OURS = {"email": "ours@example.com", "phone": "(312) 555-0131"}
THEIRS = {
    "PrimaryEmailAddr": {"Address": "theirs@example.com"},
    "PrimaryPhone": {"FreeFormNumber": "(312) 555-0132"},
}


async def edited_on_both(
    company: Company, *names: str, ours: Mapping[str, Any] = OURS, theirs: Mapping[str, Any] = THEIRS
) -> list[tuple[str, str]]:
    """Give clients, and their customers, of which both sides changed the same fields: asked about in this order."""
    found = [await synced_client(company, name, email="before@example.com") for name in names]
    await company.switch(conflicts="always_ask")
    for client, customer in found:
        (await company.api("POST", "/pause", {"reason": "both sides are edited"})).ok()
        await company.edit_client(client, **ours)
        await company.edit_customer(customer, **theirs)
        await company.until_link(client, in_step=False)
        (await company.api("POST", "/resume", {})).ok()
        await company.until_link(client, status="needs_attention")
    return found


async def queue(screen: Screen) -> None:
    """Open it as people do."""
    await (
        screen.page.get_by_role("navigation", name="Places")
        .get_by_role("link", name="Needs attention")
        .click()
    )
    await expect(screen.page.get_by_role("heading", name="Needs attention", level=1)).to_be_visible()
    await screen.page.wait_for_load_state()


async def test_questions_are_answered_one_after_the_other_by_keys_alone(
    company: Company, sign_in: SignIn
) -> None:
    """1 keeps Canopy's, 2 QuickBooks', 3 a value for each field; the longest asked first, and the next comes by itself."""
    asked = await edited_on_both(company, "Fiona Gallagher", "Kofi Mensah", "Jana Novotna")
    screen = await sign_in()
    await queue(screen)
    keys, page = screen.page.keyboard, screen.page

    await expect(page.get_by_role("heading", name="Fiona Gallagher")).to_be_visible()
    await expect(page.locator(".walk")).to_contain_text("1 of 3")
    await expect(page.get_by_role("row", name="Email")).to_contain_text("ours@example.com")
    await keys.press("1")

    await expect(page.get_by_role("heading", name="Kofi Mensah")).to_be_focused()
    await expect(screen.toast).to_contain_text("Fiona Gallagher: your answer is saved. 2 questions are left.")
    await expect(page.locator(".walk")).to_contain_text("1 of 2")
    await keys.press("3")
    email, phone = page.get_by_role("group", name="Email"), page.get_by_role("group", name="Phone")
    await expect(email.get_by_role("radio").first).to_be_focused()
    await keys.press("ArrowDown")
    await expect(email.get_by_role("radio").nth(1)).to_be_checked()
    await keys.press("Tab")
    await keys.press("Tab")
    await expect(phone.get_by_role("radio").first).to_be_focused()
    await keys.press("ArrowUp")
    await expect(phone.get_by_role("radio", name="Another value")).to_be_checked()
    await keys.press("Tab")
    await keys.type("(312) 555-0199")
    await keys.press("Enter")

    await expect(page.get_by_role("heading", name="Jana Novotna")).to_be_focused()
    await keys.press("2")
    await expect(page.get_by_role("heading", name="Nothing needs you")).to_be_visible()
    await expect(page.locator(".empty")).to_contain_text("Dana answered the last question")
    await expect(screen.toast).to_contain_text("That was the last question.")

    stands = []
    for client, customer in asked:
        await company.until_synced(client)
        client_now, customer_now = await company.client(client), await company.customer(customer)
        stands.append((client_now["email"], client_now["phone"]))
        assert customer_now["PrimaryEmailAddr"]["Address"] == client_now["email"]
        assert customer_now["PrimaryPhone"]["FreeFormNumber"] == client_now["phone"]
    assert stands == [
        ("ours@example.com", "(312) 555-0131"),
        ("theirs@example.com", "(312) 555-0199"),
        ("theirs@example.com", "(312) 555-0132"),
    ]


async def test_each_value_says_who_put_it_there_and_when(company: Company, sign_in: SignIn) -> None:
    """In Canopy by name; of QuickBooks' people nobody says who it was."""
    await edited_on_both(company, "Fiona Gallagher")
    screen = await sign_in()
    await queue(screen)

    email = screen.page.get_by_role("row", name="Email")

    await expect(email.locator("td").nth(0)).to_contain_text(", today at ")
    await expect(email.locator("td").nth(1)).to_contain_text("In QuickBooks, today at ")


async def test_a_question_can_be_passed_over_and_stays(company: Company, sign_in: SignIn) -> None:
    """J and k go on and back; behind the last answer come those that were passed over."""
    await edited_on_both(company, "Fiona Gallagher", "Kofi Mensah")
    screen = await sign_in()
    await queue(screen)
    keys, page = screen.page.keyboard, screen.page
    await expect(page.get_by_role("heading", name="Fiona Gallagher")).to_be_visible()

    await keys.press("j")
    await expect(page.locator(".walk")).to_contain_text("2 of 2")
    await keys.press("k")
    await expect(page.locator(".walk")).to_contain_text("1 of 2")
    await keys.press("j")
    await expect(page.get_by_role("heading", name="Kofi Mensah")).to_be_focused()
    await keys.press("1")

    await expect(page.get_by_role("heading", name="Fiona Gallagher")).to_be_focused()
    await expect(page.locator(".walk")).to_contain_text("1 of 1")


async def test_what_a_colleague_answers_is_said_and_leads_on(company: Company, sign_in: SignIn) -> None:
    """Live, in the question that stands open: nobody answers what is settled."""
    (client, _), _ = await edited_on_both(company, "Fiona Gallagher", "Kofi Mensah")
    screen = await sign_in()
    await queue(screen)
    await expect(screen.page.get_by_role("heading", name="Fiona Gallagher")).to_be_visible()

    (await company.answer(client, "canopy")).ok()

    await expect(screen.page.locator(".pane")).to_contain_text("a question about this client")
    await screen.page.get_by_role("link", name="Next question").click()
    await expect(screen.page.get_by_role("heading", name="Kofi Mensah")).to_be_visible()


async def test_a_merge_and_a_duplicate_are_reviewed_as_a_match_is(company: Company, sign_in: SignIn) -> None:
    """Nothing is overwritten by one key: it opens the review, and Sync there is the answer."""
    await possible_duplicate(company)
    screen = await sign_in()
    await queue(screen)
    keys, page = screen.page.keyboard, screen.page
    await expect(page.get_by_role("heading", name="Fiona Gallagher")).to_be_visible()

    await keys.press("1")
    window = page.get_by_role("dialog")
    await expect(window.get_by_role("row", name="Email")).to_contain_text("old@example.com")
    await window.get_by_role("button", name="Back").press("Enter")
    await expect(window).to_be_hidden()
    await keys.press("1")
    await window.get_by_role("button", name="Sync").press("Enter")

    await expect(page.get_by_role("heading", name="Nothing needs you")).to_be_visible()


async def test_on_a_phone_the_list_comes_first_and_then_one_question(
    company: Company, sign_in: SignIn
) -> None:
    """And the way back to the list."""
    await customers_merged(company)
    screen = await sign_in(width=390, height=844)
    await queue(screen)
    questions = screen.page.get_by_role("navigation", name="Questions")
    pane = screen.page.locator(".pane")
    await expect(pane).to_be_hidden()

    await questions.get_by_role("link", name="Fiona Gallagher").click()

    await expect(pane.get_by_role("heading", name="Fiona Gallagher")).to_be_visible()
    await expect(questions.get_by_role("list")).to_be_hidden()
    assert await screen.is_as_wide_as_the_page()
    await screen.page.get_by_role("link", name="All questions").click()
    await expect(questions.get_by_role("link", name="Fiona Gallagher")).to_be_visible()

"""An answer, and a create, are taken back: from their line of the timeline, and the last answer from the queue; looked at first."""

from playwright.async_api import expect

from tests.browser.conftest import SignIn
from tests.browser.screen import synced_client
from tests.browser.test_attention import OURS, THEIRS, edited_on_both, queue
from tests.story.company import Company

A_THUMB = 40
"""Pixels."""


async def _answered(company: Company) -> tuple[str, str]:
    """Give a client, and its customer, of which both sides changed and Canopy's values were kept."""
    ((client, customer),) = await edited_on_both(company, "Fiona Gallagher")
    (await company.answer(client, "canopy")).ok()
    await company.until_synced(client)
    return client, customer


async def test_an_answer_is_taken_back_from_its_line_as_the_preview_showed_it(
    company: Company, sign_in: SignIn
) -> None:
    """Field by field; then QuickBooks has its own again, and the question is open, whose line has no Undo any more."""
    client, customer = await _answered(company)
    screen = await sign_in()
    await screen.client(client)
    answer = screen.page.locator(".timeline li.person", has_text="answered “Keep Canopy's values”")

    await answer.get_by_role("button", name="Undo").click()
    window = screen.page.get_by_role("dialog")
    await expect(window).to_contain_text("The answer is taken back, and the question is open again")
    email = window.get_by_role("row", name="Email")
    await expect(email.locator("td").nth(0)).to_contain_text("ours@example.com")
    await expect(email.locator("td").nth(1)).to_contain_text("theirs@example.com")
    assert (await company.customer(customer))["PrimaryEmailAddr"]["Address"] == "ours@example.com"
    await window.get_by_role("button", name="Take back").click()

    await expect(screen.toast).to_contain_text("The answer about Fiona Gallagher is taken back.")
    await expect(screen.page.get_by_role("button", name="Keep Canopy's values")).to_be_visible()
    taken_back = screen.page.locator(".timeline li.person", has_text="took back an answer")
    await expect(taken_back).to_contain_text("The question was: Both sides changed a value")
    await expect(answer.get_by_role("button", name="Undo")).to_have_count(0)
    for name, value in THEIRS.items():
        assert (await company.customer(customer))[name] == value
    assert (await company.client(client))["email"] == OURS["email"]


async def test_what_was_edited_since_the_look_is_marked_and_nothing_is_sent(
    company: Company, sign_in: SignIn
) -> None:
    """The page has not heard of it, so the versions that were seen are refused."""
    client, customer = await _answered(company)
    screen = await sign_in()
    await screen.client(client)
    await screen.page.locator(".timeline").get_by_role("button", name="Undo").first.click()
    window = screen.page.get_by_role("dialog")
    await expect(window.get_by_role("row", name="Phone")).to_be_visible()
    await screen.is_looked_at(False)
    await company.edit_client(client, phone="(312) 555-0177")
    await company.until_customer(customer, PrimaryPhone={"FreeFormNumber": "(312) 555-0177"})
    await company.until_synced(client)

    await window.get_by_role("button", name="Take back").click()

    await expect(window).to_contain_text("Nothing has been sent.")
    assert (await company.customer(customer))["PrimaryEmailAddr"]["Address"] == "ours@example.com"


async def test_the_last_answer_is_taken_back_from_the_queue(company: Company, sign_in: SignIn) -> None:
    """The queue has gone on to the next question, and leads back to what was answered with the preview open."""
    (first, _), _ = await edited_on_both(company, "Fiona Gallagher", "Kofi Mensah")
    screen = await sign_in()
    await queue(screen)
    page = screen.page
    await expect(page.get_by_role("heading", name="Fiona Gallagher")).to_be_visible()
    await page.keyboard.press("2")
    await expect(page.get_by_role("heading", name="Kofi Mensah")).to_be_visible()
    last = page.locator(".note.last")
    await expect(last).to_contain_text("Dana answered about Fiona Gallagher")

    await last.get_by_role("link", name="Undo…").click()
    window = page.get_by_role("dialog")
    await expect(window.get_by_role("heading")).to_contain_text(
        ["Take the answer about Fiona Gallagher back"]
    )
    await window.get_by_role("button", name="Take back").click()

    await expect(screen.toast).to_contain_text("The answer about Fiona Gallagher is taken back.")
    await company.until_link(first, status="needs_attention")
    await company.until_client(first, email=OURS["email"])


async def test_on_a_phone_the_undo_stands_below_the_question_and_in_the_message(
    company: Company, sign_in: SignIn
) -> None:
    """Where the thumb has just answered, not in the list that is hidden there; a colleague's answer is not this one's."""
    (first, _), (second, _), _ = await edited_on_both(
        company, "Fiona Gallagher", "Kofi Mensah", "Jana Novotna"
    )
    screen = await sign_in(width=390, height=844)
    page = screen.page
    await page.goto(f"/firms/{company.firm}/attention?client={first}")
    await page.get_by_role("button", name="Keep QuickBooks' values").click()
    await expect(page.get_by_role("heading", name="Kofi Mensah")).to_be_visible()
    last = page.locator(".note.last")
    await expect(last).to_contain_text("Dana answered about Fiona Gallagher")
    undo = await last.get_by_role("link", name="Undo…").bounding_box()
    answers = await page.get_by_role("button", name="Choose for each field").bounding_box()
    assert undo is not None
    assert answers is not None
    assert answers["y"] + answers["height"] < undo["y"] < 844
    assert undo["height"] >= A_THUMB
    assert await screen.is_as_wide_as_the_page()

    await screen.toast.get_by_role("button", name="Undo").click()

    window = page.get_by_role("dialog")
    await expect(window).to_contain_text("Take the answer about Fiona Gallagher back")
    await page.goto(f"/firms/{company.firm}/attention?client={second}")
    await expect(page.locator(".note.last")).to_be_visible()
    await page.get_by_role("link", name="All questions").click()
    await expect(page.locator(".note.last")).to_be_visible()


async def test_a_create_is_taken_back_and_what_stays_is_said(company: Company, sign_in: SignIn) -> None:
    """The customer stays in QuickBooks, and nothing creates it again."""
    client = await company.add_client("Fiona Gallagher", sync=False)
    await company.until_link(client, status="not_synced")
    (await company.act(client, "create")).ok()
    customer = await company.until_synced(client)
    screen = await sign_in()
    await screen.client(client)
    create = screen.page.locator(".timeline li.person", has_text="asked for a new QuickBooks customer")

    await create.get_by_role("button", name="Undo").first.click()
    window = screen.page.get_by_role("dialog")
    await expect(window).to_contain_text(
        f"Customer {customer} was created in QuickBooks for this client, and stays there"
    )
    await window.get_by_role("button", name="Unmatch").click()

    await expect(screen.status).to_have_text("Not synced")
    await company.edit_client(client, phone="(312) 555-0177")
    await company.until_client(client, phone="(312) 555-0177")
    assert [each["Active"] for each in await company.customers() if each["Id"] == customer] == [True]
    assert len(await company.customers()) == 1


async def test_a_create_that_waits_is_withdrawn(company: Company, sign_in: SignIn) -> None:
    """Nothing is made, also once requests go on; and so is a client that is being added."""
    await company.switch("actions_from_qbo", "creating")
    client = await company.add_client("Fiona Gallagher", sync=False)
    await company.until_link(client, status="not_synced")
    customer = await company.add_customer("Kofi Mensah")
    (await company.api("POST", "/pause", {"reason": "looking"})).ok()
    assert (await company.act(client, "create")).status == 202
    assert (await company.api("POST", f"/customers/{customer}/create-client", {})).status == 202
    screen = await sign_in()
    await screen.client(client)
    await screen.page.locator(".timeline").get_by_role("button", name="Undo").first.click()
    window = screen.page.get_by_role("dialog")
    await expect(window).to_contain_text("A create that has not begun is withdrawn.")
    await window.get_by_role("button", name="t create").click()
    await company.until_link(client, status="not_synced")
    await screen.page.goto(f"/firms/{company.firm}/customers")

    await screen.page.get_by_role("button", name="t add").click()

    await expect(screen.page.get_by_role("button", name="Add to Canopy")).to_be_visible()
    (await company.api("POST", "/resume", {})).ok()
    marker, _ = await synced_client(company, "Jana Novotna")
    assert [each["client_id"] for each in await company.clients()] == [client, marker]
    assert sorted(each["DisplayName"] for each in await company.customers()) == [
        "Jana Novotna",
        "Kofi Mensah",
    ]

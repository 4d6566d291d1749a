"""An unmatch is done at once, said, and can be undone: from its message, by a key, and for ever from the record."""

from playwright.async_api import expect

from tests.browser.conftest import SignIn
from tests.browser.screen import Screen, synced_client
from tests.story.company import Company
from tests.story.events import client_event

OTHERS = 100
ROUNDS = 10


async def _unmatch(screen: Screen, client: str) -> None:
    await screen.client(client)
    window = await screen.window()
    await window.get_by_role("button", name="Unmatch", exact=True).click()
    await expect(window).to_contain_text("Unmatched")


async def test_an_unmatch_changes_the_status_in_place_and_says_so(company: Company, sign_in: SignIn) -> None:
    """The window's line, both statuses and the message change; the customer stays in QuickBooks."""
    client, customer = await synced_client(company, "Fiona Gallagher", email="fiona@example.com")
    screen = await sign_in()
    await screen.client(client)
    window = await screen.window()
    await expect(window).to_contain_text(f"Customer {customer} · fiona@example.com")

    await window.get_by_role("button", name="Unmatch", exact=True).click()

    await expect(screen.toast).to_contain_text("Fiona Gallagher is no longer synced.")
    await expect(window.locator(".customer-line")).to_contain_text("Unmatched")
    await expect(screen.status).to_have_text("Not synced")
    await expect(screen.page.locator(".timeline li").first).to_contain_text(
        f"Dana unmatched this client from Fiona Gallagher {customer}"
    )
    assert (await company.link(client))["status"] == "not_synced"
    assert [each["Id"] for each in await company.customers()] == [customer]


async def test_undo_from_the_message_puts_the_link_back(company: Company, sign_in: SignIn) -> None:
    """One press, and it is synced with the same customer again."""
    client, customer = await synced_client(company, "Fiona Gallagher")
    screen = await sign_in()
    await _unmatch(screen, client)

    await screen.toast.get_by_role("button", name="Undo").click()

    await expect(screen.status).to_have_text("Synced")
    await expect(screen.toast).to_contain_text("Fiona Gallagher is synced again.")
    assert await company.until_synced(client) == customer


async def test_the_message_goes_by_itself_but_stays_under_the_pointer(
    company: Company, sign_in: SignIn
) -> None:
    """Ten seconds, not counting those in which somebody is about to press."""
    client, _ = await synced_client(company, "Fiona Gallagher")
    screen = await sign_in()
    await screen.page.clock.install()
    await _unmatch(screen, client)

    await screen.page.clock.run_for(6_000)
    await screen.toast.hover()
    await screen.page.clock.run_for(60_000)
    await expect(screen.toast).to_be_visible()
    await screen.page.mouse.move(5, 5)
    await screen.page.clock.run_for(5_000)

    await expect(screen.toast).to_have_count(0)
    await expect(
        screen.page.locator(".timeline li").first.get_by_role("button", name="Undo")
    ).to_be_attached()


async def test_undo_from_the_record_works_after_a_thousand_other_events(
    company: Company, sign_in: SignIn
) -> None:
    """However much went through the firm since, the timeline still has the Undo, and it works."""
    client, customer = await synced_client(company, "Ivan Horvat", email="ivan@example.com")
    screen = await sign_in()
    await _unmatch(screen, client)
    events = [
        client_event(
            company.firm,
            "created" if version == 1 else "edited",
            f"c-other-{number}",
            version,
            f"Other {number}",
            sync=False,
            phone=f"(312) 555-{version:04}",
        )
        for version in range(1, ROUNDS + 1)
        for number in range(OTHERS)
    ]
    await company.tell(*events)

    async def all_shown() -> bool:
        last = await company.api("GET", f"/clients/c-other-{OTHERS - 1}")
        return bool(last.status == 200 and last.body["client"]["version"] == ROUNDS)

    await company.until(all_shown, "the thousand events are shown", 60)
    await screen.client(client)
    await screen.page.locator(".timeline li").first.get_by_role("button", name="Undo").click()
    window = screen.page.get_by_role("dialog")
    await expect(window).to_contain_text("Nothing is sent to either side.")
    await window.get_by_role("button", name="Match again").click()

    await expect(screen.status).to_have_text("Synced")
    await expect(screen.page.locator(".timeline li").first).to_contain_text("matched this client with")
    assert await company.until_synced(client) == customer


async def test_what_can_no_longer_be_undone_has_no_button_and_says_who_has_the_customer(
    company: Company, sign_in: SignIn
) -> None:
    """Nobody is let press what would be refused; Why? names the client that has it now."""
    client, customer = await synced_client(company, "Fiona Gallagher")
    other = await company.add_client("Fiona G.", sync=False)
    await company.until_link(other, status="not_synced")
    screen = await sign_in()
    await _unmatch(screen, client)
    await company.act(other, "match", {"customer_id": customer})
    await company.until_synced(other)
    await screen.client(client)

    await expect(screen.status).to_have_text("Not synced")
    await expect(screen.page.locator(".timeline").get_by_role("button", name="Undo")).to_have_count(0)
    await screen.page.locator(".why summary").click()
    why = screen.page.locator(".why .sentence")
    await expect(why).to_contain_text("This customer is already matched with")
    await expect(why).to_contain_text(other)


async def test_an_undo_shows_what_it_would_send_before_it_does(company: Company, sign_in: SignIn) -> None:
    """Field by field; where it changes meanwhile that is shown, and nothing is sent unseen."""
    client, customer = await synced_client(company, "Fiona Gallagher", email="fiona@example.com")
    screen = await sign_in()
    await _unmatch(screen, client)
    await company.edit_client(client, phone="(312) 555-0101")
    await company.until_link(client, status="not_synced")

    async def edit_is_known() -> bool:
        known = (await company.api("GET", f"/clients/{client}")).ok()["client"]["phone"]
        return bool(known == "(312) 555-0101")

    await company.until(edit_is_known, "the edit is known")
    await screen.client(client)
    await screen.page.locator(".timeline").get_by_role("button", name="Undo").click()
    review = screen.page.get_by_role("dialog").locator(".review")
    await expect(review).to_contain_text("Phone is written to QuickBooks.")
    await expect(review.get_by_role("row", name="Phone")).to_contain_text("(312) 555-0101")

    await company.edit_client(client, phone="(312) 555-0102")

    await expect(review).to_contain_text("This has changed since you looked")
    await expect(review.get_by_role("row", name="Phone")).to_contain_text("(312) 555-0102")
    await review.get_by_role("button", name="checked the changes").click()
    await review.get_by_role("button", name="Match again").click()
    await expect(screen.status).to_have_text("Synced")
    assert await company.until_synced(client) == customer
    await company.until_customer(customer, PrimaryPhone={"FreeFormNumber": "(312) 555-0102"})


async def test_a_match_is_taken_back_with_quickbooks_values_from_the_window(
    company: Company, sign_in: SignIn
) -> None:
    """The review names each value; both ways out stand there, and the record says what is done."""
    customer = await company.add_customer("Estelle Fontaine", PrimaryPhone={"FreeFormNumber": "999-1111"})
    client = await company.add_client("Robert Lindqvist", sync=False, phone="(312) 555-0100")
    await company.until_link(client, status="not_synced")
    (await company.act(client, "match", {"customer_id": customer})).ok()
    await company.until_synced(client)
    screen = await sign_in()
    await screen.client(client)
    window = await screen.window()
    await expect(window).to_contain_text("The match replaced display name and phone in QuickBooks.")

    await window.get_by_role("button", name="Unmatch and put values back").click()
    review = window.locator(".review")
    await expect(review.get_by_role("row", name="Phone")).to_contain_text("999-1111")
    await expect(review.get_by_role("button", name="Unmatch only")).to_be_visible()
    await review.get_by_role("button", name="Back", exact=True).click()
    await expect(window.get_by_role("button", name="Unmatch and put values back")).to_be_focused()
    await screen.page.keyboard.press("Enter")
    await review.get_by_role("button", name="Unmatch and put values back").click()

    await expect(screen.toast).to_contain_text("Robert Lindqvist is no longer synced.")
    await expect(screen.status).to_have_text("Not synced")
    there = await company.customer(customer)
    assert (there["DisplayName"], there["PrimaryPhone"]) == (
        "Estelle Fontaine",
        {"FreeFormNumber": "999-1111"},
    )
    await expect(screen.page.locator(".timeline li").first).to_contain_text(
        "and asked for QuickBooks' earlier values to be put back"
    )

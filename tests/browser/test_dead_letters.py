"""Operators settle dead letters in the console, by mouse or by keyboard, and see what would come of it first."""

from typing import Any

import orjson
from aiokafka import AIOKafkaProducer
from playwright.async_api import Locator, Page, expect

from streams.wire.inputs import partition_of
from streams.wire.topics import CLIENT_EVENTS
from tests.browser.conftest import SignIn
from tests.browser.screen import Screen
from tests.story.company import Company
from tests.story.events import client_event


async def parked(company: Company, value: bytes, *, elsewhere: bool = False) -> str:
    """Write a message that can't be used; gives its letter's address once it is listed."""
    before = len(await company.dead_letters())
    partition = (partition_of(company.firm, 8) + elsewhere) % 8
    async with AIOKafkaProducer(bootstrap_servers=company.stack.bootstrap) as producer:
        await producer.send_and_wait(CLIENT_EVENTS, value, key=company.firm.encode(), partition=partition)

    async def is_listed() -> bool:
        return len(await company.dead_letters()) > before

    await company.until(is_listed, "the message is parked")
    return f"/firms/{company.firm}/dead-letters/{(await company.dead_letters())[0]['id']}"


def _button(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name, exact=True)


async def test_a_letter_is_found_by_its_reason_and_redriven(company: Company, sign_in: SignIn) -> None:
    """The plan says where it goes; without a reason nothing is sent; afterwards the page says what came of it."""
    value = client_event(company.firm, "created", "c-lost", 1, "Ursula Berg")
    await parked(company, value, elsewhere=True)
    screen = await sign_in("Lee")
    page = screen.page
    await page.goto(f"/firms/{company.firm}/dead-letters?of=firm")
    await page.get_by_role("link", name="In the wrong partition").first.click()
    await page.get_by_role("row").get_by_role("link", name="In the wrong partition").click()
    await expect(page.locator("#settle .plan").first).to_contain_text("It goes to canopy.client-events")
    await expect(page.locator("main")).not_to_contain_text("Ursula")

    await _button(page, "Redrive").click()
    await expect(page.get_by_role("alert")).to_contain_text("Say why first")
    await page.get_by_label("Why").fill("its producer partitions rightly now")
    await _button(page, "Redrive").click()

    await expect(screen.toast).to_contain_text("It was sent again.")
    await expect(page.get_by_role("status").filter(has_text="Lee sent it again as it was")).to_be_visible()
    await company.until_synced("c-lost")
    await page.reload()
    await expect(page.locator(".letter .banner")).to_contain_text("It was decided: applied")
    await expect(_button(page, "Redrive")).to_have_count(0)


async def test_a_letter_is_edited_with_a_preview(company: Company, sign_in: SignIn) -> None:
    """Values are shown to who asks; what is still wrong is named before and instead of being sent."""
    event = orjson.loads(client_event(company.firm, "created", "c-edit", 1, "Viktor Blom"))
    del event["data"]["client_id"]
    address = await parked(company, orjson.dumps(event))
    screen = await sign_in("Lee")
    page = screen.page
    await page.goto(address)
    await expect(_button(page, "Redrive")).to_be_disabled()
    await page.get_by_role("link", name="Show values").click()
    text = page.get_by_label("The new message")
    await expect(text).to_have_value(orjson.dumps(event, option=orjson.OPT_INDENT_2).decode())

    await _button(page, "Preview").click()
    await expect(page.locator("#edit-plan")).to_contain_text("It would be parked again: client_id")
    event["data"]["client_id"] = "c-edit"
    await text.fill(orjson.dumps(event).decode())
    await expect(page.locator("#edit-plan")).to_be_empty()
    await _button(page, "Preview").click()
    await expect(page.locator("#edit-plan")).to_contain_text("It can be read, and will be decided.")
    await page.get_by_label("Why").fill("the id was missing")
    await _button(page, "Send edited").click()

    await expect(page.locator(".letter .banner")).to_contain_text("Lee sent a new message in its place")
    await company.until_synced("c-edit")


async def test_a_letter_is_discarded_by_keyboard_alone(company: Company, sign_in: SignIn) -> None:
    """From the list to the reason and the button; what was discarded meanwhile is said, not done again."""
    address = await parked(company, b"{")
    screen = await sign_in("Lee")
    other = await sign_in("Lee")
    await other.page.goto(address)
    page = screen.page
    await page.goto(f"/firms/{company.firm}/dead-letters?of=firm")
    await _tab_to(screen, page.get_by_role("row").get_by_role("link", name="Not JSON"))
    await page.keyboard.press("Enter")
    await _tab_to(screen, page.get_by_label("Why"))
    await page.keyboard.type("the producer has sent it anew")
    await _tab_to(screen, _button(page, "Discard"))
    await page.keyboard.press("Enter")

    await expect(page.locator(".letter .banner")).to_contain_text("Lee discarded it")
    await page.goto(f"/firms/{company.firm}/dead-letters?of=firm")
    await expect(page.get_by_role("heading", name="No dead letter waits")).to_be_visible()
    await other.page.get_by_label("Why").fill("me too")
    await _button(other.page, "Discard").click()
    await expect(other.page.get_by_role("alert")).to_contain_text("Lee discarded it")


async def _tab_to(screen: Screen, wanted: Locator) -> None:
    await wanted.wait_for()
    for _ in range(60):
        if await wanted.evaluate("each => each === document.activeElement"):
            return
        await screen.page.keyboard.press("Tab")
    raise AssertionError(f"{wanted} is not reached by Tab")


async def test_a_letter_fits_a_phone(company: Company, sign_in: SignIn) -> None:
    """Its list, its body and its form, with lines as long as they come."""
    long: dict[str, Any] = {"x" * 200: "y" * 300}
    event = client_event(company.firm, "created", "c-1", 1, "W" * 300, **long)
    address = await parked(company, event, elsewhere=True)
    screen = await sign_in("Lee", width=360, height=740)

    for path in (address, f"{address}?values=true", f"/firms/{company.firm}/dead-letters?of=firm&state=all"):
        await screen.page.goto(path)
        assert await screen.is_as_wide_as_the_page(), path


async def test_a_letter_that_there_is_not_is_said_to_be_unknown(company: Company, sign_in: SignIn) -> None:
    """And who is no operator sees none."""
    screen, dana = await sign_in("Lee"), await sign_in("Dana")

    for letter in ("0-99999", "nonsense"):
        await screen.page.goto(f"/firms/{company.firm}/dead-letters/{letter}")
        await expect(screen.page.locator("#failure")).to_contain_text("There is no such dead letter here.")
    await dana.page.goto(f"/firms/{company.firm}/dead-letters/0-0")
    await expect(dana.page.get_by_text("Only operators can do this.")).to_be_visible()


async def test_what_can_not_be_saved_is_said_and_the_reason_stays(company: Company, sign_in: SignIn) -> None:
    """While the gateway gives no answer; pressed again it is the same request."""
    address = await parked(company, b"{")
    screen = await sign_in("Lee")
    page = screen.page
    await page.goto(address)
    keys: list[str] = []
    page.on(
        "request",
        lambda sent: keys.append(sent.headers["idempotency-key"]) if sent.method == "POST" else None,
    )
    await page.route("**/discard", lambda route: route.abort())
    await page.get_by_label("Why").fill("of nobody")
    await _button(page, "Discard").click()
    await expect(page.get_by_role("alert")).to_contain_text("nothing is done twice")

    await page.unroute("**/discard")
    await _button(page, "Discard").click()

    await expect(page.locator(".letter .banner")).to_contain_text("Lee discarded it")
    assert len(keys) == 2
    assert len(set(keys)) == 1

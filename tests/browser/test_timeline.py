"""The timeline as people read it: an act, with all that followed from it below."""

import re

from playwright.async_api import expect

from tests.browser.conftest import SignIn
from tests.browser.screen import synced_client
from tests.browser.test_attention import edited_on_both
from tests.story.company import Company


async def test_an_edit_is_one_line_that_opens_to_its_steps_by_keys_alone(
    company: Company, sign_in: SignIn
) -> None:
    """Where it was saved, and how soon; below it what the engine did, with its request for operators."""
    client, _ = await synced_client(company, "Fiona Gallagher", email="old@example.com")
    await company.edit_client(client, email="new@example.com")
    await company.until_synced(client)
    screen = await sign_in("Lee")
    await screen.client(client)
    acts = screen.page.locator(".timeline [data-live=timeline] > ol > li")
    edit = acts.filter(has_text="edited this client in Canopy")
    await expect(acts).to_have_count(2)
    await expect(edit).to_contain_text(re.compile(r"saved in QuickBooks (at once|\d+(\.\d)? s later)"))
    await expect(edit.locator(".steps")).to_be_hidden()

    await edit.locator("button.at").first.focus()
    await screen.page.keyboard.press("Enter")

    steps = edit.get_by_role("list", name="What followed from this").get_by_role("listitem")
    await expect(steps).to_contain_text(["QuickBooks saved Fiona Gallagher"])
    await expect(edit.locator(".behind").first).to_contain_text(re.compile("request [0-9a-f]{32}"))


async def test_only_what_people_did_or_what_went_wrong_can_be_shown(
    company: Company, sign_in: SignIn
) -> None:
    """A question stands in the timeline in its words, and so does its answer."""
    ((client, _),) = await edited_on_both(company, "Fiona Gallagher")
    (await company.answer(client, "quickbooks", field="email")).ok()
    await company.until_link(client, status="needs_attention")
    screen = await sign_in()
    await screen.client(client)
    timeline = screen.page.locator(".timeline")
    acts = timeline.locator("[data-live=timeline] > ol > li")
    shows = screen.page.get_by_role("navigation", name="Show of the timeline")

    await shows.get_by_role("link", name="People").press("Enter")
    await expect(shows.get_by_role("link", name="People")).to_have_attribute("aria-current", "true")
    await expect(acts.first).to_contain_text(
        "kept QuickBooks' email. The question was: Email and phone differ"
    )
    await shows.get_by_role("link", name="Problems").press("Enter")
    await expect(shows.get_by_role("link", name="Problems")).to_have_attribute("aria-current", "true")
    await expect(acts.last).to_contain_text("Asked: Email and phone differ between Canopy and QuickBooks")


async def test_a_link_to_a_line_opens_what_it_stands_below(company: Company, sign_in: SignIn) -> None:
    """And shows it, also where a filter would leave it out."""
    client, _ = await synced_client(company, "Fiona Gallagher")
    screen = await sign_in()
    await screen.client(client)
    step = screen.page.locator(".steps > li", has_text="QuickBooks saved").first
    line = await step.get_attribute("id")

    await screen.page.goto(f"/firms/{company.firm}/clients/{client}?show=problems#{line}")

    await expect(step).to_be_visible()
    await expect(step.locator("button.at")).to_be_focused()

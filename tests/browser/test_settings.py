"""A switch counts from the moment it is switched, and says so."""

from playwright.async_api import expect

from tests.browser.conftest import SignIn
from tests.story.company import Company


async def test_a_switch_is_saved_at_once_and_said(company: Company, sign_in: SignIn) -> None:
    """Who comes back finds it as it was left; the others did not move."""
    screen = await sign_in()
    await screen.page.goto(f"/firms/{company.firm}/settings")

    await screen.page.get_by_role("switch", name="Editing clients in QBO").uncheck()
    await expect(screen.page.get_by_text("Saved")).to_be_visible()
    await screen.page.get_by_role("radio", name="Always ask").check()
    await expect(screen.page.locator(".policies").get_by_text("Saved")).to_be_visible()
    await screen.page.reload()

    await expect(screen.page.get_by_role("switch", name="Editing clients in QBO")).not_to_be_checked()
    await expect(screen.page.get_by_role("switch", name="Editing clients in Canopy")).to_be_checked()
    await expect(screen.page.get_by_role("radio", name="Always ask")).to_be_checked()
    assert (await company.api("GET", "/settings")).ok()["actions_from_qbo"] == {
        "creating": True,
        "editing": False,
    }


async def test_a_switch_that_could_not_be_saved_goes_back_and_says_why(
    company: Company, sign_in: SignIn
) -> None:
    """What is shown is what holds."""
    screen = await sign_in()
    await screen.page.goto(f"/firms/{company.firm}/settings")
    switch = screen.page.get_by_role("switch", name="Creating new clients in Canopy")

    await screen.page.context.set_offline(True)
    await switch.click()

    await expect(screen.page.get_by_role("alert").filter(has_text="Not saved.")).to_be_visible()
    await expect(switch).to_be_checked()


async def test_a_viewer_sees_the_settings_and_whom_to_ask(company: Company, sign_in: SignIn) -> None:
    """Nothing can be switched by who may not."""
    screen = await sign_in("Vera")
    await screen.page.goto(f"/firms/{company.firm}/settings")

    await expect(screen.page.get_by_role("main")).to_contain_text(
        "only people who may “Manage Integrations” can"
    )
    assert await screen.page.locator("[role=switch]:not(:disabled)").count() == 0

"""A person signs in at an OpenID Connect issuer, in a browser that takes it for another site, as it is."""

from playwright.async_api import Browser, expect

from deploy.kafka.ports import free_port
from deploy.sandbox.issuer.people import sample_people
from deploy.settings import Settings
from tests.browser.scan import Scan
from tests.browser.screen import Screen
from tests.chaos.stack import Stack
from tests.integration.gateway.conftest import gateway_on
from tests.oidc_issuer import ANA, CLIENT, SECRET, issuing
from tests.story.company import Company

PREFIX = "CLIENT_SYNC_"


def _settings(stack: Stack, issuer: str) -> Settings:
    """Give the settings of a gateway beside the stack's own, at which people sign in at an issuer."""
    given = {
        name.removeprefix(PREFIX).lower(): value
        for name, value in stack.settings.items()
        if name.startswith(PREFIX)
    }
    port = free_port()
    changed = {"http_port": port, "public_url": f"http://localhost:{port}"}
    app = {"oidc_issuer": issuer, "oidc_client_id": CLIENT, "oidc_client_secret": SECRET}
    return Settings.model_validate(given | changed | app)


async def test_a_person_signs_in_at_the_issuer_and_out(
    stack: Stack, company: Company, browser: Browser
) -> None:
    """From a page of the firm to the same page, past the issuer's own; signed out, they are asked again."""
    async with issuing() as issuer:
        issuer.people = [*sample_people(), ANA | {"firms": [company.firm]}]
        settings = _settings(stack, issuer.address)
        issuer.redirect_uris.add(settings.sign_in_redirect_uri)
        async with gateway_on(settings, ""):
            context = await browser.new_context(
                base_url=settings.public_url, viewport={"width": 360, "height": 740}
            )
            screen = await Screen.begin(context, company.firm)
            page = screen.page
            await page.goto(f"/firms/{company.firm}/settings")
            scan = Scan(page)
            await scan.of("the sign-in")
            await page.get_by_role("link", name="Sign in with your organization").click()
            await expect(page.get_by_role("heading", level=1)).to_have_text("Who are you?")
            await scan.of("the issuer's page")
            await page.get_by_role("button", name="Sign in as Ana").click()
            await page.wait_for_url(f"**/firms/{company.firm}/settings")
            await expect(page.get_by_role("heading", level=1)).to_have_text("Manage QBO Integration")

            await page.goto("/sign-in/callback?state=of-nobody&code=x")
            await expect(page.get_by_role("heading", level=1)).to_have_text("Not signed in")
            await scan.of("not signed in")
            assert not scan.wrong, "\n".join(scan.wrong)
            await page.goto(f"/firms/{company.firm}/settings")
            await page.get_by_role("button", name="Sign out").click()
            await page.wait_for_url("**/sign-in")
            assert screen.faults == []
            await context.close()

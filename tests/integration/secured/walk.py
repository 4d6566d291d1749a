"""What a person does with the console outside the sandbox, in a real browser."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from playwright.async_api import Browser, expect

from tests.browser.screen import Screen
from tests.integration.secured.in_earnest import FIRM, Json
from tests.integration.secured.outside import HttpsOutside


@dataclass(frozen=True, slots=True)
class Walk:
    """One person's browser."""

    screen: Screen
    outside: HttpsOutside

    async def sign_in(self, who: Json) -> None:
        """Sign in at the issuer, from a page of the firm to the same page."""
        page, self.outside.issuer.people = self.screen.page, [who]
        await page.goto(f"/firms/{FIRM}/settings")
        await page.get_by_role("link", name="Sign in with your organization").click()
        await page.get_by_role("button", name=f"Sign in as {who['name']}").click()
        await page.wait_for_url(f"**/firms/{FIRM}/settings")
        cookies = await page.context.cookies(self.outside.public)
        (session,) = [each for each in cookies if each["name"].startswith("__Host-")]
        assert session["secure"]
        assert session["httpOnly"]

    async def choose_company(self, realm: str, name: str) -> None:
        """Press *Connect QuickBooks*, choose the company at Intuit, and come back to the page that asks for a yes."""
        page = self.screen.page
        await page.get_by_role("link", name="Connect QuickBooks").first.click()
        await page.get_by_role("button", name="Sign in to QuickBooks").click()
        await page.get_by_role("radio", name=realm).check()
        await page.get_by_role("button", name="Connect").click()
        await expect(page.get_by_role("heading", name=name)).to_be_visible()

    async def say_yes(self, realm: str, name: str) -> None:
        """Connect the company that was chosen."""
        page = self.screen.page
        await page.get_by_role("button", name="Connect this company").click()
        await expect(page.get_by_text(f"Connected to {name}, QuickBooks company {realm}")).to_be_visible()

    async def match(self, client: str, customer: str) -> None:
        """Match them, in the client's window."""
        await self.screen.client(client)
        window = await self.screen.window()
        await window.get_by_role("radio", name=customer).check()
        await window.get_by_role("button", name="Match").click()
        await window.get_by_role("button", name="Sync").click()
        await expect(self.screen.status).to_have_text("Synced")
        await window.get_by_role("button", name="Done").click()

    async def unmatch_and_undo(self, client: str) -> None:
        """Take them apart, and undo it in the message."""
        await self.screen.client(client)
        window = await self.screen.window()
        await window.get_by_role("button", name="Unmatch", exact=True).click()
        await expect(self.screen.status).to_have_text("Not synced")
        await self.screen.toast.get_by_role("button", name="Undo").click()
        await expect(self.screen.status).to_have_text("Synced")

    async def sees(self, client: str, status: str) -> None:
        """Look at the client, at its window and at the settings: nothing there can be pressed."""
        await self.screen.client(client)
        await expect(self.screen.status).to_have_text(status)
        window = await self.screen.window()
        await expect(window.get_by_role("button", name="Unmatch", exact=True)).to_be_disabled()
        await self.screen.page.goto(f"/firms/{FIRM}/settings")
        await expect(self.screen.page.get_by_role("main")).to_contain_text("Changing this needs the")
        doors = self.screen.page.get_by_role("link", name=re.compile("Connect QuickBooks|Disconnect"))
        await expect(doors).to_have_count(0)

    async def may_not_send(self, path: str) -> None:
        """Send what a page would, by the browser's session, where no page offers it; it is refused."""
        answer = await self.screen.page.context.request.post(
            f"{self.outside.public}{path}",
            data={"key": "k-1"},
            headers={"Sec-Fetch-Site": "same-origin", "Idempotency-Key": "k-1"},
        )
        assert answer.status == 403, await answer.text()

    async def disconnect(self) -> None:
        """Let the company go."""
        page = self.screen.page
        await page.goto(f"/firms/{FIRM}/settings")
        await page.get_by_role("link", name="Disconnect").click()
        await page.get_by_role("button", name="Disconnect").click()
        await expect(page.get_by_text("Disconnected. Matches are kept")).to_be_visible()


@asynccontextmanager
async def walk(browser: Browser, outside: HttpsOutside) -> AsyncIterator[Walk]:
    """Open a browser profile of a person's own until the end of the block; nothing may go wrong in its pages unseen."""
    context = await browser.new_context(
        base_url=outside.public,
        viewport={"width": 1280, "height": 860},
        ignore_https_errors=True,  # they are signed by the test's own authority
    )
    screen = await Screen.begin(context, FIRM)
    yield Walk(screen, outside)
    await context.close()
    assert screen.faults == []

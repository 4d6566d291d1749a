"""A browser window with the console in it, and the few things that every test does there."""

from dataclasses import dataclass, field
from typing import Any, Self

from playwright.async_api import BrowserContext, Locator, Page, expect

from tests.story.company import Company

EXPECT_MS = 30_000


@dataclass
class Screen:
    """One person's window. `faults`: errors in the page's own scripts."""

    page: Page
    firm: str
    faults: list[str] = field(default_factory=list)

    @classmethod
    async def begin(cls, context: BrowserContext, firm: str) -> Self:
        """Open a window."""
        expect.set_options(timeout=EXPECT_MS)
        page = await context.new_page()
        page.set_default_timeout(EXPECT_MS)
        screen = cls(page, firm)
        page.on("pageerror", lambda error: screen.faults.append(str(error)))
        return screen

    async def sign_in_as(self, person: str) -> None:
        """Choose who to be, and end at the firm's clients."""
        await self.page.goto(f"/sign-in?next=/firms/{self.firm}/clients")
        await self.page.get_by_role("button", name=person).click()
        await expect(self.page.get_by_role("heading", name="Clients", level=1)).to_be_visible()
        await self.page.wait_for_load_state()

    async def clients(self, asked: str = "") -> None:
        """Open the list."""
        await self.page.goto(f"/firms/{self.firm}/clients{asked}")

    async def client(self, client: str) -> None:
        """Open a client's record."""
        await self.page.goto(f"/firms/{self.firm}/clients/{client}")

    async def window(self) -> Locator:
        """Press the pencil; gives the window that opens."""
        await self.page.get_by_role("button", name="Edit integrations").click()
        window = self.page.get_by_role("dialog")
        await expect(window).to_be_visible()
        return window

    @property
    def status(self) -> Locator:
        """The status at the top right of a record."""
        return self.page.locator(".record-head .status")

    @property
    def toast(self) -> Locator:
        """The message at the bottom."""
        return self.page.locator(".toast")

    def row(self, name: str) -> Locator:
        """A client's row in the list."""
        return self.page.get_by_role("row").filter(has=self.page.get_by_role("link", name=name, exact=True))

    async def is_looked_at(self, yes: bool) -> None:
        """Bring the tab to the front, or put it behind another one, where it hears nothing."""
        await self.page.evaluate(
            """hidden => {
                Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
                document.dispatchEvent(new Event("visibilitychange"));
            }""",
            not yes,
        )

    async def is_as_wide_as_the_page(self) -> bool:
        """Say whether there is nothing to scroll to sideways."""
        return bool(
            await self.page.evaluate(
                "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
            )
        )


async def synced_client(company: Company, name: str, **values: Any) -> tuple[str, str]:
    """Add a client that becomes a customer; gives the ids of both once they are in step."""
    client = await company.add_client(name, **values)
    return client, await company.until_synced(client)

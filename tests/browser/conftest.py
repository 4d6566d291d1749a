"""One running system and one real browser for all tests of the console; each test has a firm of its own."""

from collections.abc import AsyncIterator, Awaitable, Callable
from itertools import count

import aiohttp
import pytest
import pytest_asyncio
from playwright.async_api import Browser

from tests.browser.chromium import chromium
from tests.browser.screen import Screen
from tests.chaos.stack import Stack, stack_at_work
from tests.story.company import Company

SignIn = Callable[..., Awaitable[Screen]]
_numbers = count(1)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let all these tests share one event loop, since they share one system and one browser."""
    for item in items:
        if item.nodeid.startswith("tests/browser/") and pytest_asyncio.is_async_test(item):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def stack(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stack]:
    """The running system."""
    async with stack_at_work(tmp_path_factory.mktemp("browser")) as running:
        yield running
        assert running.fleet.exits == [], "a worker ended by itself"


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    """The connections of whoever prepares a test."""
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=20)) as session:
        yield session


@pytest_asyncio.fixture(loop_scope="session")
async def company(stack: Stack, http: aiohttp.ClientSession) -> Company:
    """A connected firm that only this test knows."""
    return await Company.open(stack, http, f"f-browser-{next(_numbers)}")


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """A real browser."""
    async with chromium() as started:
        yield started


@pytest_asyncio.fixture(loop_scope="session")
async def sign_in(browser: Browser, stack: Stack, company: Company) -> AsyncIterator[SignIn]:
    """Sign a person in, each with a browser profile of their own; nothing may go wrong in the page unseen."""
    screens: list[Screen] = []

    async def sign_in(person: str = "Dana", *, width: int = 1280, height: int = 860) -> Screen:
        context = await browser.new_context(
            base_url=f"http://127.0.0.1:{stack.http_port}",
            viewport={"width": width, "height": height},
            timezone_id="America/Chicago",
        )
        screen = await Screen.begin(context, company.firm)
        screens.append(screen)
        await screen.sign_in_as(person)
        return screen

    yield sign_in
    for screen in screens:
        await screen.page.context.close()
        assert screen.faults == []

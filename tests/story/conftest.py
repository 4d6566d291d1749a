"""One running system for all stories: real Kafka, both stand-ins, a worker and a gateway, each a process."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from inspect import signature
from itertools import count

import aiohttp
import pytest
import pytest_asyncio

from tests.chaos.stack import Stack, stack_at_work
from tests.story.company import Company
from tests.story.stillness import Stillness
from tests.story.throttled import Throttled

Open = Callable[..., Awaitable[Company]]
HERE = "tests/story/"
_numbers = count(1)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let all stories share one event loop, since they share one system; the one that takes a minute ends last."""
    places = [n for n, item in enumerate(items) if item.nodeid.startswith(HERE)]
    stories = sorted((items[n] for n in places), key=_takes_a_minute)
    for n, story in zip(places, stories, strict=True):
        items[n] = story
        if pytest_asyncio.is_async_test(story):
            story.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


def _takes_a_minute(item: pytest.Item) -> bool:
    return isinstance(item, pytest.Function) and "throttled" in signature(item.function).parameters


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def stack(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stack]:
    """The running system. Its own first firm is connected by the command that a person would type."""
    async with stack_at_work(tmp_path_factory.mktemp("story")) as running:
        yield running
        assert running.fleet.exits == [], "a worker ended by itself"


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    """The connections of everybody in the stories."""
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=20)) as session:
        yield session


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def stillness() -> AsyncIterator[Stillness]:
    """Whatever a story was about: when it is over, nothing more is written for its firm."""
    watched = Stillness()
    yield watched
    await watched.verify()


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def throttled(stack: Stack, http: aiohttp.ClientSession) -> AsyncIterator[Throttled]:
    """A firm whose QuickBooks company says 429 while the other stories are told: Intuit asks for a minute's wait."""
    company = await Company.open(stack, http, f"f-{next(_numbers)}-throttled")
    yield await Throttled.begin(company)


@pytest_asyncio.fixture(loop_scope="session")
async def open_company(
    stack: Stack, http: aiohttp.ClientSession, stillness: Stillness, throttled: Throttled
) -> AsyncIterator[Open]:
    """Open a firm and its company in QuickBooks, connected, listed, and nobody else's."""
    opened: list[Company] = []

    async def open_one(name: str | None = None, older: Iterable[str] = ()) -> Company:
        company = await Company.open(stack, http, name or f"f-{next(_numbers)}", older)
        opened.append(company)
        return company

    yield open_one
    for company in opened:
        await stillness.watch(company)


@pytest_asyncio.fixture(loop_scope="session")
async def company(open_company: Open) -> Company:
    """A firm of the story's own."""
    return await open_company()

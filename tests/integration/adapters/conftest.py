"""A session, and an outside to speak with over real HTTP."""

from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from tests.integration.adapters.outside import Outside


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    """An HTTP session of the test's own."""
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
async def outside() -> AsyncIterator[Outside]:
    """A server on the loopback address that answers 200 until it is told otherwise."""

    async def nothing(_: web.Request) -> web.Response:
        return web.Response()

    outside = Outside(nothing)
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", outside.receive)
    async with TestServer(app) as server:
        outside.url = str(server.make_url(""))
        yield outside

"""A session, and an outside to speak with over real HTTP: any, or Canopy's stand-in."""

from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from deploy.kafka.ports import free_port
from deploy.sandbox.canopy.app import canopy_app
from deploy.sandbox.canopy.settings import CanopySettings
from domain.ids import FirmId
from tests.integration.adapters.outside import Outside
from tests.integration.adapters.stand_in import StandIn

FIRM = FirmId("f-1")
CANOPY_TOKEN = "token-of-the-test"


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


@pytest.fixture
async def canopy(session: aiohttp.ClientSession) -> AsyncIterator[StandIn]:
    """Canopy's stand-in, with one empty firm. Its events wait for a Kafka that is not there."""
    settings = CanopySettings(token=CANOPY_TOKEN, bootstrap=f"127.0.0.1:{free_port()}")
    async with TestServer(canopy_app(settings)) as server:
        stand_in = StandIn(str(server.make_url("/")), session)
        await stand_in.control("POST", "firms", {"firm_id": FIRM})
        yield stand_in

"""Put the Canopy stand-in together."""

import asyncio
from collections.abc import AsyncIterator

from aiohttp import web

from deploy.sandbox.canopy import problems
from deploy.sandbox.canopy.abilities import Abilities, Able
from deploy.sandbox.canopy.api import Api
from deploy.sandbox.canopy.clients import Clients
from deploy.sandbox.canopy.control import firm_routes
from deploy.sandbox.canopy.gate import refusals
from deploy.sandbox.canopy.outbox import Outbox
from deploy.sandbox.canopy.sample import load_sample
from deploy.sandbox.canopy.sender import Sender
from deploy.sandbox.canopy.settings import CanopySettings
from deploy.sandbox.control import control_routes, wrong_use
from deploy.sandbox.reception import open_desk, reception
from deploy.sandbox.serve import LARGEST_BODY


def canopy_app(settings: CanopySettings) -> web.Application:
    """Make the application; it publishes events while it runs."""
    desk = open_desk(settings.state, settings.latency)
    able = Able()
    outbox = Outbox(desk.state, desk.faults, able)
    clients = Clients(desk.state, outbox)
    if settings.sample:
        load_sample(clients, desk.state)

    async def reset() -> None:
        desk.latency = settings.latency
        able.now = Abilities()
        if settings.sample:
            load_sample(clients, desk.state)

    async def running(_: web.Application) -> AsyncIterator[None]:
        sending = asyncio.create_task(Sender(outbox, settings.bootstrap, settings.topic_prefix).send())
        outbox.filled.set()  # what a former run left unsent
        yield
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)
        desk.state.close()

    receive = reception(desk, lambda request: request.headers.get("Idempotency-Key"), problems.of_status)
    app = web.Application(
        middlewares=[receive, refusals(settings.token), wrong_use], client_max_size=LARGEST_BODY
    )
    control = (*control_routes(desk, reset), *able.routes(), *firm_routes(clients, desk))
    app.add_routes([*control, *Api(clients, desk, able).routes()])
    app.cleanup_ctx.append(running)
    return app

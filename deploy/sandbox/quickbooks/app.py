"""Put the QuickBooks stand-in together."""

import asyncio
from collections.abc import AsyncIterator

from aiohttp import web

from deploy.sandbox.control import control_routes, wrong_use
from deploy.sandbox.quickbooks import answers
from deploy.sandbox.quickbooks.api import api_routes, refusals
from deploy.sandbox.quickbooks.books import Books
from deploy.sandbox.quickbooks.habits import Habits
from deploy.sandbox.quickbooks.oauth.control import oauth_control_routes
from deploy.sandbox.quickbooks.oauth.grants import Grants
from deploy.sandbox.quickbooks.oauth.routes import PATHS as SIGN_IN_PATHS
from deploy.sandbox.quickbooks.oauth.routes import oauth_routes
from deploy.sandbox.quickbooks.oauth.rules import Rules, TokenClock
from deploy.sandbox.quickbooks.person import Person
from deploy.sandbox.quickbooks.sample import load_sample
from deploy.sandbox.quickbooks.service import Service
from deploy.sandbox.quickbooks.settings import QuickBooksSettings
from deploy.sandbox.quickbooks.switches import switch_routes
from deploy.sandbox.quickbooks.throttle import Throttle
from deploy.sandbox.quickbooks.webhooks import Subscription, Webhooks
from deploy.sandbox.reception import open_desk, reception
from deploy.sandbox.serve import LARGEST_BODY


def quickbooks_app(settings: QuickBooksSettings) -> web.Application:
    """Make the application; it delivers webhooks while it runs."""
    desk = open_desk(settings.state, settings.latency)
    subscription = Subscription(url=settings.webhook_url)
    webhooks = Webhooks(desk.state, desk.faults, subscription, settings.verifier, settings.time_scale)
    grants = Grants(desk.state, TokenClock(), Rules())
    throttle = Throttle(settings.limits)
    service = Service(settings, desk, Books(desk.state), webhooks, throttle, Habits(), grants)
    if settings.sample:
        load_sample(service.books, desk.state)

    async def reset() -> None:
        desk.latency = settings.latency
        service.throttle.set(settings.limits)
        service.habits = Habits()
        service.rights.clear()
        grants.rules, grants.clock.ahead = Rules(), 0.0
        webhooks.subscription = subscription
        service.books.load()
        if settings.sample:
            load_sample(service.books, desk.state)

    async def running(_: web.Application) -> AsyncIterator[None]:
        delivery = asyncio.create_task(webhooks.deliver())
        webhooks.wake()  # what a former run left undelivered
        yield
        delivery.cancel()
        await asyncio.gather(delivery, return_exceptions=True)
        desk.state.close()

    receive = reception(
        desk,
        lambda request: request.query.get("requestid"),
        lambda status: answers.of_status(status, xml=service.habits.xml_errors),
        secret=SIGN_IN_PATHS,
    )
    middlewares = [service.throttle.under_way, receive, refusals(service), wrong_use]
    app = web.Application(middlewares=middlewares, client_max_size=LARGEST_BODY)
    app.add_routes(
        [
            *control_routes(desk, reset),
            *Person(service).routes(),
            *switch_routes(service),
            *oauth_control_routes(service),
            *oauth_routes(service),
            *api_routes(service),
        ]
    )
    app.cleanup_ctx.append(running)
    return app

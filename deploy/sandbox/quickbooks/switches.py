"""The stand-in's own switches: limits on or off, awkward habits, and where and how webhooks go."""

from aiohttp import web

from deploy.sandbox.quickbooks.bodies import json_object
from deploy.sandbox.quickbooks.habits import Habits
from deploy.sandbox.quickbooks.service import Service
from deploy.sandbox.quickbooks.throttle import Limits
from deploy.sandbox.quickbooks.webhooks import Subscription
from deploy.sandbox.reception import CALL


def switch_routes(service: Service) -> list[web.RouteDef]:
    """Make the routes."""

    async def limits(request: web.Request) -> web.Response:
        wanted = Limits.model_validate_json(request[CALL].body)
        service.throttle.set(wanted)
        return web.json_response(wanted.model_dump())

    async def habits(request: web.Request) -> web.Response:
        service.habits = Habits.model_validate_json(request[CALL].body)
        return web.json_response(service.habits.model_dump(mode="json"))

    async def show_webhooks(_: web.Request) -> web.Response:
        subscription = service.webhooks.subscription.model_dump(mode="json")
        return web.json_response({**subscription, "waiting": service.webhooks.waiting()})

    async def set_webhooks(request: web.Request) -> web.Response:
        now = service.webhooks.subscription.model_dump()
        service.webhooks.subscription = Subscription.model_validate(now | json_object(request[CALL].body))
        service.webhooks.wake()
        return await show_webhooks(request)

    return [
        web.post("/_control/throttle", limits),
        web.post("/_control/habits", habits),
        web.get("/_control/webhooks", show_webhooks),
        web.post("/_control/webhooks", set_webhooks),
    ]

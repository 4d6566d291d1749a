"""The stand-in's own switches: limits on or off, and where and how webhooks go."""

from aiohttp import web

from deploy.sandbox.quickbooks.api import json_object
from deploy.sandbox.quickbooks.service import Service
from deploy.sandbox.quickbooks.throttle import Limits
from deploy.sandbox.reception import CALL


def switch_routes(service: Service) -> list[web.RouteDef]:
    """Make the routes."""

    async def limits(request: web.Request) -> web.Response:
        wanted = Limits.model_validate_json(request[CALL].body)
        service.throttle.set(wanted)
        return web.json_response(wanted.model_dump())

    async def webhooks(request: web.Request) -> web.Response:
        subscription = service.webhooks.subscription
        if request.method == "POST":
            for name, value in json_object(request[CALL].body).items():
                setattr(subscription, name, value)  # checked by its model
            service.webhooks.wake()
        return web.json_response(
            {**subscription.model_dump(mode="json"), "waiting": service.webhooks.waiting()}
        )

    return [
        web.post("/_control/throttle", limits),
        web.get("/_control/webhooks", webhooks),
        web.post("/_control/webhooks", webhooks),
    ]

"""Put the issuer's stand-in together."""

from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from deploy.sandbox.control import wrong_use
from deploy.sandbox.issuer.control import control_routes
from deploy.sandbox.issuer.issuer import Issuer
from deploy.sandbox.issuer.routes import Routes
from deploy.sandbox.reception import CONTROL

FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host")


def issuer_app(issuer: Issuer) -> web.Application:
    """Make the application."""
    app = web.Application(middlewares=[_by_its_name_alone(issuer), wrong_use, _reception(issuer)])
    app.add_routes([*control_routes(issuer), *Routes(issuer).routes()])
    return app


def _by_its_name_alone(issuer: Issuer) -> Middleware:
    """Answer on this machine only, and by no other name: it lets anybody be whoever they choose.

    A page of anybody's whose name leads here (DNS rebinding) would read tokens, and a proxy would let in others.
    """

    @web.middleware
    async def at_home(request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.host != urlsplit(issuer.address).netloc or any(map(request.headers.get, FORWARDED)):
            raise web.HTTPForbidden(
                text=f"This stand-in is reached at {issuer.address} only, without a proxy."
            )
        return await handler(request)

    return at_home


def _reception(issuer: Issuer) -> Middleware:
    @web.middleware
    async def received(request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.path.startswith(CONTROL):
            return await handler(request)
        issuer.asked.append(request.path)
        if issuer.down:
            raise web.HTTPServiceUnavailable
        return await handler(request)

    return received

"""Who may ask, and how a refusal is worded."""

import hmac

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from deploy.sandbox.canopy.problems import Problem, answer
from deploy.sandbox.reception import CONTROL


def refusals(token: str) -> Middleware:
    """Check the token, and word every refusal as a problem."""

    @web.middleware
    async def handle(request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            if not request.path.startswith(CONTROL):
                _check_token(request, token)
            return await handler(request)
        except Problem as problem:
            return answer(problem)

    return handle


def _check_token(request: web.Request, token: str) -> None:
    presented = request.headers.get("Authorization", "")
    if not hmac.compare_digest(presented.encode(), f"Bearer {token}".encode()):
        raise Problem(401, "unauthorized", "The bearer token is missing or not valid.")

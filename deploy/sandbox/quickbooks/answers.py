"""Put answers and refusals on the wire, with the headers that Intuit sends."""

import secrets
from typing import Any

import orjson
from aiohttp import web

from deploy.sandbox.clock import utc_now
from deploy.sandbox.quickbooks import errors
from deploy.sandbox.quickbooks.gateway import GatewayRefusal, no_access, wrong_token
from deploy.sandbox.quickbooks.pacific import pacific_milliseconds

JSON = "application/json;charset=UTF-8"


def envelope(content: dict[str, Any]) -> bytes:
    """Wrap an answer: the entity or response, and the server's time."""
    return orjson.dumps({**content, "time": pacific_milliseconds(utc_now())})


def respond(body: bytes) -> web.Response:
    """Answer 200, as Intuit does to everything that succeeds."""
    return web.Response(body=body, headers=tid() | {"Content-Type": JSON})


def of_status(status: int) -> web.Response:
    """Word an answer that a fault on demand, or a path that does not exist, asks for."""
    match status:
        case 401:
            return answer(wrong_token("on demand"))
        case 403:
            return answer(no_access())
        case 429:
            return answer(errors.throttled())
        case 404 | 405 | 502 | 503 | 504:  # routers and balancers: no JSON
            return web.Response(
                status=status,
                text=f"<html><body>{status}</body></html>",
                content_type="text/html",
                headers=tid(),
            )
        case _ if status >= errors.OLDEST_SERVER_ERROR:
            message = "An application error has occurred while processing your request"
            return answer(errors.Fault("10000", message, "System Failure Error: on demand", status=status))
        case _:
            refusal = errors.business("on demand")
            refusal.status = status
            return answer(refusal)


def answer(refusal: errors.Fault | GatewayRefusal) -> web.Response:
    """Answer with a refusal."""
    headers = tid()
    if refusal.status == web.HTTPUnauthorized.status_code:
        headers["WWW-Authenticate"] = 'Bearer realm="Intuit", error="invalid_token"'
    return web.Response(
        status=refusal.status, body=orjson.dumps(refusal.body), headers=headers | {"Content-Type": JSON}
    )


def tid() -> dict[str, str]:
    """Make the header that names an answer to Intuit's support."""
    return {"intuit_tid": f"1-{secrets.token_hex(4)}-{secrets.token_hex(12)}"}

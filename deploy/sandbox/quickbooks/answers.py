"""Put answers and refusals on the wire, with the headers that Intuit sends."""

import secrets
from html import escape
from typing import Any

import orjson
from aiohttp import web

from deploy.sandbox.clock import utc_now
from deploy.sandbox.quickbooks import errors
from deploy.sandbox.quickbooks.gateway import GatewayRefusal, no_access, wrong_token
from deploy.sandbox.quickbooks.pacific import pacific_milliseconds

JSON = "application/json;charset=UTF-8"
XML = "application/xml;charset=UTF-8"


def envelope(content: dict[str, Any]) -> bytes:
    """Wrap an answer: the entity or response, and the server's time."""
    return orjson.dumps({**content, "time": pacific_milliseconds(utc_now())})


def respond(body: bytes) -> web.Response:
    """Answer 200, as Intuit does to everything that succeeds."""
    return web.Response(body=body, headers=tid() | {"Content-Type": JSON})


def of_status(status: int, *, xml: bool = False) -> web.Response:
    """Word an answer that a fault on demand, or a path that does not exist, asks for. `xml`: as of `answer`."""
    match status:
        case 401:
            return answer(wrong_token("on demand"), xml=xml)
        case 403:
            return answer(no_access(), xml=xml)
        case 429:
            return answer(errors.throttled(), xml=xml)
        case 404 | 405 | 502 | 503 | 504:  # routers and balancers: no JSON
            return web.Response(
                status=status,
                text=f"<html><body>{status}</body></html>",
                content_type="text/html",
                headers=tid(),
            )
        case _ if status >= errors.OLDEST_SERVER_ERROR:
            message = "An application error has occurred while processing your request"
            return answer(
                errors.Fault("10000", message, "System Failure Error: on demand", status=status), xml=xml
            )
        case _:
            refusal = errors.business("on demand")
            refusal.status = status
            return answer(refusal, xml=xml)


def answer(refusal: errors.Fault | GatewayRefusal, *, xml: bool = False) -> web.Response:
    """Answer with a refusal. `xml`: though JSON was asked for (recorded of 401 and 429, 2016 and 2017)."""
    headers = tid()
    if refusal.status == web.HTTPUnauthorized.status_code:
        headers["WWW-Authenticate"] = 'Bearer realm="Intuit", error="invalid_token"'
    if isinstance(refusal, errors.Fault) and refusal.retry_after is not None:
        headers["Retry-After"] = str(refusal.retry_after)
    body, content_type = (_as_xml(refusal), XML) if xml else (orjson.dumps(refusal.body), JSON)
    return web.Response(status=refusal.status, body=body, headers=headers | {"Content-Type": content_type})


def _as_xml(refusal: errors.Fault | GatewayRefusal) -> bytes:
    """Write a refusal in Intuit's older form: one error, its code an attribute."""
    fault = refusal.body.get("Fault") or refusal.body["fault"]
    said = {name.lower(): value for name, value in (fault.get("Error") or fault["error"])[0].items()}
    time = escape(pacific_milliseconds(utc_now()))
    detail = f"<Detail>{escape(said['detail'])}</Detail>" if said["detail"] else ""
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        f'<IntuitResponse time="{time}" xmlns="http://schema.intuit.com/finance/v3">'
        f'<Fault type="{escape(fault["type"])}"><Error code="{escape(said["code"])}">'
        f"<Message>{escape(said['message'])}</Message>{detail}</Error></Fault></IntuitResponse>"
    ).encode()


def tid() -> dict[str, str]:
    """Make the header that names an answer to Intuit's support."""
    return {"intuit_tid": f"1-{secrets.token_hex(4)}-{secrets.token_hex(12)}"}

"""Intuit's errors: the service's own (capital `Fault`) and the gateway's before it (lower-case `fault`).

Codes, texts and statuses: Intuit, Error codes; Intuit blog, Top QuickBooks Online API Errors (2017); recordings in
ruckus/quickbooks-ruby. The gateway's lower-case bodies: recorded answers of 2024 and 2026.
"""

import secrets
from typing import Any

import orjson
from aiohttp import web

from deploy.sandbox.clock import utc_now
from deploy.sandbox.quickbooks.pacific import pacific_milliseconds

JSON = "application/json;charset=UTF-8"
OLDEST_SERVER_ERROR = 500


class Fault(Exception):  # noqa: N818  (Intuit's word)
    """A refusal by the service: one error, `code` is a string."""

    def __init__(self, code: str, message: str, detail: str, element: str = "", *, status: int = 400) -> None:
        super().__init__(code)
        self.status = status
        self.body: dict[str, Any] = {
            "Fault": {
                "Error": [{"Message": message, "Detail": detail, "code": code, "element": element}],
                "type": _type_of(status),
            },
            "time": pacific_milliseconds(utc_now()),
        }


class GatewayRefusal(Exception):  # noqa: N818
    """A refusal before the service is reached: 401 and 403, with lower-case keys and the time in milliseconds."""

    def __init__(self, status: int, code: str, word: str, detail: str | None, kind: str) -> None:
        super().__init__(code)
        self.status = status
        message = f"message={word}; errorCode={code.zfill(6)}; statusCode={status}"
        self.body: dict[str, Any] = {
            "warnings": None,
            "intuitObject": None,
            "fault": {
                "error": [{"message": message, "detail": detail, "code": code, "element": None}],
                "type": kind,
            },
            "report": None,
            "queryResponse": None,
            "batchItemResponse": [],
            "attachableResponse": [],
            "syncErrorResponse": None,
            "requestId": None,
            "time": int(utc_now().timestamp() * 1000),
            "status": None,
            "cdcresponse": [],
        }


def wrong_token(presented: str) -> GatewayRefusal:
    """401 / 3200; Intuit repeats the token in the detail, which its callers must not log."""
    return GatewayRefusal(
        401, "3200", "AuthenticationFailed", f"Token expired: {presented}", "AUTHENTICATION"
    )


def no_access() -> GatewayRefusal:
    """403 / 3100: the token is fine, but not for this realm."""
    return GatewayRefusal(403, "3100", "ApplicationAuthorizationFailed", None, "SERVICE")


def throttled() -> Fault:
    """429 / 3001."""
    message = "message=ThrottleExceeded; errorCode=003001; statusCode=429"
    return Fault("3001", message, "The request limit was reached.  Try again later", status=429)


def not_found() -> Fault:
    """610, with status 400."""
    detail = (
        "Object Not Found : Something you're trying to use has been made inactive."
        " Check the fields with accounts, customers, items, vendors or employees."
    )
    return Fault("610", "Object Not Found", detail)


def invalid_id(given: str) -> Fault:
    """2030: not a number, or larger than any id."""
    return Fault("2030", "Invalid ID", f"Id should be a valid number. Supplied value:{given}", "Id")


def unsupported_property(name: str) -> Fault:
    """2010: unknown property, or a body that is no JSON."""
    detail = f"Property Name:{name} specified is unsupported or invalid"
    return Fault("2010", "Request has invalid or unsupported property", detail, name)


def missing(name: str) -> Fault:
    """2020."""
    message = "Required param missing, need to supply the required value for the API"
    return Fault("2020", message, f"Required parameter {name} is missing in the request", name)


def wrong_length(name: str, longest: int, supplied: int) -> Fault:
    """2050."""
    message = "String length is either shorter or longer than supported by specification"
    detail = (
        f"String length specified does not match the supported length. Min:0 Max:{longest} supported."
        f" Supplied length:{supplied}"
    )
    return Fault("2050", message, detail, name)


def invalid_enumeration(given: str) -> Fault:
    """2170."""
    return Fault("2170", "Invalid Enumeration", f"Invalid Enumeration : {given}")


def invalid_email(given: str) -> Fault:
    """2210."""
    detail = f"Email Address does not conform to the syntax rules of RFC 822. Supplied value:{given}"
    return Fault("2210", "Invalid Email Address format", detail, "PrimaryEmailAddr")


def invalid_reference(name: str) -> Fault:
    """2500."""
    detail = "Invalid Reference Id : Something you're trying to use has been made inactive."
    return Fault("2500", "Invalid Reference Id", detail, name)


def stale(name: str) -> Fault:
    """5010: the record has changed since the caller read it."""
    detail = (
        f"Stale Object Error : You and {name} were working on this at the same time."
        f" {name} finished before you did, so your work was not saved."
    )
    return Fault("5010", "Stale Object Error", detail)


def business(reason: str, element: str = "") -> Fault:
    """6000."""
    message = "A business validation error has occurred while processing your request"
    return Fault("6000", message, f"Business Validation Error: {reason}", element)


def no_name() -> Fault:
    """6080 (older table of Intuit's partner platform)."""
    return Fault("6080", "No name provided", "Provide a display name or at least one part of a name.")


def duplicate_name() -> Fault:
    """6240: it does not say who has the name."""
    detail = (
        "The name supplied already exists. : Another customer, vendor or employee is already using this name."
        " Please use a different name."
    )
    return Fault("6240", "Duplicate Name Exists Error", detail)


def unsupported_operation(what: str) -> Fault:
    """500 as a code, with status 400."""
    return Fault("500", "Unsupported Operation", f"Operation {what} is not supported.")


def of_status(status: int) -> web.Response:
    """Word an answer that a fault on demand, or a path that does not exist, asks for."""
    match status:
        case 401:
            return answer(wrong_token("on demand"))
        case 403:
            return answer(no_access())
        case 429:
            return answer(throttled())
        case 404 | 405 | 502 | 503 | 504:  # routers and balancers: no JSON
            return web.Response(
                status=status,
                text=f"<html><body>{status}</body></html>",
                content_type="text/html",
                headers=tid(),
            )
        case _ if status >= OLDEST_SERVER_ERROR:
            message = "An application error has occurred while processing your request"
            return answer(Fault("10000", message, "System Failure Error: on demand", status=status))
        case _:
            refusal = business("on demand")
            refusal.status = status
            return answer(refusal)


def answer(refusal: Fault | GatewayRefusal) -> web.Response:
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


def _type_of(status: int) -> str:
    if status == web.HTTPTooManyRequests.status_code:
        return "SERVICE"
    return "SystemFault" if status >= OLDEST_SERVER_ERROR else "ValidationFault"

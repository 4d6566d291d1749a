"""Intuit's errors by their codes.

Codes, texts and statuses: Intuit, Error codes; Intuit blog, Top QuickBooks Online API Errors (2017); recordings in
ruckus/quickbooks-ruby.
"""

from typing import Any

from deploy.sandbox.clock import utc_now
from deploy.sandbox.quickbooks.pacific import pacific_milliseconds

THROTTLED = 429
OLDEST_SERVER_ERROR = 500


class Fault(Exception):  # noqa: N818  (Intuit's word)
    """A refusal by the service: one error, `code` is a string."""

    def __init__(
        self,
        code: str,
        message: str,
        detail: str,
        element: str = "",
        *,
        status: int = 400,
        retry_after: int | None = None,
    ) -> None:
        super().__init__(code)
        self.status = status
        self.retry_after = retry_after
        self.body: dict[str, Any] = {
            "Fault": {
                "Error": [{"Message": message, "Detail": detail, "code": code, "element": element}],
                "type": _type_of(status),
            },
            "time": pacific_milliseconds(utc_now()),
        }


def throttled(retry_after: int | None = None) -> Fault:
    """429 / 3001. `retry_after`: seconds, where the answer says them."""
    message = "message=ThrottleExceeded; errorCode=003001; statusCode=429"
    return Fault(
        "3001",
        message,
        "The request limit was reached.  Try again later",
        status=429,
        retry_after=retry_after,
    )


def not_found() -> Fault:
    """610, with status 400."""
    detail = (
        "Object Not Found : Something you're trying to use has been made inactive."
        " Check the fields with accounts, customers, items, vendors or employees."
    )
    return Fault("610", "Object Not Found", detail)


def batch_too_large(most: int) -> Fault:
    """1040 (older table of Intuit's partner platform)."""
    return Fault("1040", "Batch size exceeds limit", f"A batch can have at most {most} items.")


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


def _type_of(status: int) -> str:
    if status == THROTTLED:
        return "SERVICE"
    return "SystemFault" if status >= OLDEST_SERVER_ERROR else "ValidationFault"

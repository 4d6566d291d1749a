"""Asks the engine for something by a form of a page, and leads on to the page that shows it."""

from collections.abc import Mapping
from urllib.parse import parse_qsl

from aiohttp import web

from adapters.web.api.intents import Ended
from adapters.web.api.operations import Call, Nothing
from adapters.web.console.visit import POSITION_COOKIE, Visit
from adapters.web.problems import Problem
from domain.ids import ClientId, CustomerId

MOST_FIELDS = 10
SHOWN_SECONDS = 20


def call_by(visit: Visit, key: str) -> Call:
    """Give what the API would have of this visit; `key`: pressed twice it is asked for once."""
    return Call(
        parts=visit.parts,
        person=visit.person,
        firm=visit.firm,
        client=ClientId(""),
        customer=CustomerId(""),
        query=Nothing(),
        body=Nothing(),
        idempotency_key=key,
        asked_at=visit.parts.now(),
        repeated=False,
    )


async def form_of(visit: Visit) -> Mapping[str, str]:
    """Read what our own page's form sends.

    Raises:
        Problem: 400 it is none.
    """
    try:
        return dict(parse_qsl((await visit.request.read()).decode(), max_num_fields=MOST_FIELDS))
    except ValueError:
        raise Problem(400, "bad_form", "Expected the form of the page before.") from None


def led_on(address: str, ended: Ended | None = None) -> web.Response:
    """Lead to a page of ours; it shows at least what was asked for, if that is decided."""
    led = web.Response(status=web.HTTPSeeOther.status_code, headers={"Location": address})
    if ended is not None and ended.position is not None:
        led.set_cookie(POSITION_COOKIE, str(ended.position), max_age=SHOWN_SECONDS, samesite="Strict")
    return led

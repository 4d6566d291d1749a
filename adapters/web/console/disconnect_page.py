"""Lets a firm's company go, after a question that says what follows from it."""

import secrets

from aiohttp import web

from adapters.web.api.intents import ask
from adapters.web.console.asking import call_by, form_of, led_on
from adapters.web.console.frame import frame
from adapters.web.console.visit import Visit
from adapters.web.problems import Problem
from domain.bounds import ID
from domain.inputs import Disconnect


async def show_disconnect(visit: Visit) -> web.StreamResponse:
    """Say what follows."""
    connection = await visit.parts.read_model.firms.connection(visit.firm)
    return visit.render(
        "disconnect.html",
        frame=await frame(visit),
        connection=connection,
        key=secrets.token_urlsafe(16),
        place="settings",
    )


async def disconnect(visit: Visit) -> web.StreamResponse:
    """Ask the engine for it. The vault's keeper ends the tokens once the log says that it is done."""
    key = (await form_of(visit)).get("key", "")
    if not ID.holds(key):
        raise Problem(400, "bad_form", "Expected the form of the page before.")
    call = call_by(visit, key)
    ended = await ask(call, Disconnect(firm_id=visit.firm, intent_id=call.intent_id))
    return led_on(f"{visit.home}/settings", ended)

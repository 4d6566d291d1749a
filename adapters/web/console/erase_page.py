"""Erases a person, after a page that says what goes and what stays, and asks for a reason and the name."""

import secrets
import shlex
from dataclasses import replace

from aiohttp import web

from adapters.web.api.clients import known_client
from adapters.web.api.intents import ask
from adapters.web.console.asking import call_by, form_of, led_on
from adapters.web.console.frame import frame
from adapters.web.console.visit import Visit
from adapters.web.console.words import name_in
from adapters.web.problems import Problem
from adapters.web.texts.refusals import refusal_text
from domain.bounds import ID
from domain.ids import ClientId
from domain.inputs import Erase
from domain.link.erasable import not_to_be_erased
from domain.reasons import MOST_IN_A_REASON
from domain.rows import LinkRow


async def show_erase(visit: Visit) -> web.StreamResponse:
    """Say what follows, or why it can't be done now."""
    return await _shown(visit)


async def erase(visit: Visit) -> web.StreamResponse:
    """Ask the engine for it, if the form names why and whom; else show the page again, and say what is missing."""
    form = await form_of(visit)
    key, reason = form.get("key", ""), form.get("reason", "").strip()
    if not ID.holds(key):
        raise Problem(400, "bad_form", "Expected the form of the page before.")
    client = _client(visit)
    row = (await known_client(visit.parts.read_model, visit.firm, client)).row
    missing = _missing(row, reason, form.get("name", "").strip())
    if missing is not None:
        return await _shown(visit, reason, missing)
    call = replace(call_by(visit, key), client=client)
    intent = Erase(
        firm_id=visit.firm,
        intent_id=call.intent_id,
        client_id=client,
        link_version=row.version,
        reason=reason,
    )
    try:
        ended = await ask(call, intent)
    except Problem as problem:
        return await _shown(visit, reason, problem.detail)
    return led_on(visit.client_address(client), ended)


async def _shown(visit: Visit, reason: str = "", problem: str | None = None) -> web.StreamResponse:
    client = _client(visit)
    found = await known_client(visit.parts.read_model, visit.firm, client)
    table = await visit.parts.read_model.surroundings.of_restore(visit.firm, client, found.row.customer_id)
    refusal = not_to_be_erased(table, found.row, None)
    page = visit.render(
        "erase.html",
        frame=await frame(visit),
        client=client,
        name=_name(found.row),
        refused=refusal_text(refusal.code, refusal.facts) if refusal is not None else None,
        reason=reason,
        problem=problem,
        most=MOST_IN_A_REASON,
        key=secrets.token_urlsafe(16),
        command=shlex.join(["client-sync", "erase", visit.firm, client]) + ' --reason "…"',
        place="clients",
    )
    if problem is not None:
        page.set_status(409)
    return page


def _missing(row: LinkRow, reason: str, named: str) -> str | None:
    if not reason or len(reason) > MOST_IN_A_REASON:
        return f"Say why, in at most {MOST_IN_A_REASON} characters, without naming the person."
    if named != _name(row):
        return "The name is not the one above. Type it as it stands there, to confirm that it is this client."
    return None


def _client(visit: Visit) -> ClientId:
    return ClientId(visit.request.match_info["client"])


def _name(row: LinkRow) -> str:
    return (name_in(row.client.values) if row.client is not None else None) or row.client_id

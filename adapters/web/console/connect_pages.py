"""A firm's way to its QuickBooks company: the button, the company's name to say yes to, and the engine's word on it."""

from collections.abc import Mapping

from aiohttp import web

from adapters.quickbooks.sign_in import SignInAwayError
from adapters.store.connections import RealmTakenError
from adapters.vault.connect_desk import NotConnected
from adapters.vault.sign_ins import Unconfirmed
from adapters.web.api.intents import ask
from adapters.web.console.asking import call_by, form_of, led_on
from adapters.web.console.frame import frame
from adapters.web.console.from_intuit import keep_browser
from adapters.web.console.visit import Visit
from adapters.web.problems import Problem
from adapters.web.texts.connecting import not_connected_text
from domain.firm_rows import Connection
from domain.inputs import Connect
from domain.ports import KafkaAwayError


async def show_connect(visit: Visit) -> web.StreamResponse:
    """Show what will happen, and the button."""
    row = await visit.parts.read_model.firms.row(visit.firm)
    return visit.render("connect.html", frame=await frame(visit), connection=row.connection, place="settings")


async def begin_to_connect(visit: Visit) -> web.StreamResponse:
    """Lead the browser to Intuit: by a page, since a form of ours may lead nowhere else."""
    try:
        begun, address = await visit.parts.companies.begin(visit.person.id, visit.firm, visit.parts.now())
    except SignInAwayError:
        raise _problem(NotConnected.AWAY) from None
    response = visit.render("to_quickbooks.html", address=address)
    keep_browser(visit.request, response, begun.browser)
    return response


async def show_company(visit: Visit) -> web.StreamResponse:
    """Ask whether it is the right company."""
    company = await _company(visit)
    row = await visit.parts.read_model.firms.row(visit.firm)
    return visit.render(
        "confirm_company.html",
        frame=await frame(visit),
        company=company,
        other=_other(row.connection, company),
        place="settings",
    )


async def decide_on_company(visit: Visit) -> web.StreamResponse:
    """Connect it, or let it go."""
    sent = await form_of(visit)
    company = await _unconfirmed(visit)
    if company is None and await _is_done(visit, sent):
        return led_on(f"{visit.home}/settings")
    company = await _its_own(visit, company)
    if sent.get("do") != "connect":
        await visit.parts.companies.declined(company)
        return led_on(f"{visit.home}/settings")
    return await _connect(visit, company, replaces=sent.get("replaces") == "yes")


async def _connect(visit: Visit, company: Unconfirmed, *, replaces: bool) -> web.StreamResponse:
    companies = visit.parts.companies
    row = await visit.parts.read_model.firms.row(visit.firm)
    other = _other(row.connection, company)
    if other is not None and not (replaces and other.asleep_since):
        raise Problem(
            409,
            "other_realm_connected",
            f"The firm is connected to company {other.realm_id}. Disconnect that one first.",
        )
    try:
        await companies.take(company, visit.person.actor, visit.parts.now())
    except RealmTakenError:
        raise _problem(NotConnected.OTHER_FIRM) from None
    call = call_by(visit, company.id)
    intent = Connect(
        firm_id=visit.firm, intent_id=call.intent_id, realm_id=company.realm, replaces=other is not None
    )
    try:
        ended = await ask(call, intent)
    except (Problem, KafkaAwayError):
        # If it was written all the same, the log will say so, and the table follows.
        await companies.taken_back(company)
        raise
    await companies.confirmed(company)
    return led_on(f"{visit.home}/settings", ended)


def _other(connection: Connection | None, company: Unconfirmed) -> Connection | None:
    """Give the firm's connection if it is, or was, to another company."""
    return None if connection is None or connection.realm_id == company.realm else connection


async def _company(visit: Visit) -> Unconfirmed:
    return await _its_own(visit, await _unconfirmed(visit))


async def _unconfirmed(visit: Visit) -> Unconfirmed | None:
    return await visit.parts.companies.unconfirmed(
        visit.request.match_info["sign_in"], visit.person.id, visit.firm, visit.parts.now()
    )


async def _its_own(visit: Visit, found: Unconfirmed | None) -> Unconfirmed:
    if found is None:
        raise _problem(NotConnected.NOT_THE_SAME)
    if await visit.parts.companies.belongs_to_another(found.realm, visit.firm):
        raise _problem(NotConnected.OTHER_FIRM)
    return found


async def _is_done(visit: Visit, sent: Mapping[str, str]) -> bool:
    """Say whether the first click of two has connected the firm, so that the second finds no sign-in; the settings name the company."""
    connection = (await visit.parts.read_model.firms.row(visit.firm)).connection
    return sent.get("do") == "connect" and connection is not None and connection.asleep_since is None


def _problem(why: NotConnected) -> Problem:
    return Problem(503 if why is NotConnected.AWAY else 409, why, not_connected_text(why))

"""The page that people sign in on, and the sandbox's own way in: one of three people, no password, on this machine only."""

import re
from collections.abc import Mapping
from urllib.parse import parse_qsl, urlsplit

from aiohttp import web

from adapters.store.sessions import SessionOf
from adapters.web.api.open_streams import STREAMS
from adapters.web.auth.people import Person, Role, SandboxSignIn
from adapters.web.auth.security_log import note_refusal, note_sign_in, note_sign_out
from adapters.web.auth.session_cookie import forget_session, keep_signed_in, session_in
from adapters.web.auth.who_asks import person_of, refuse_other_machines, refuse_other_sites
from adapters.web.console.visit import TEMPLATES, html, store_away
from adapters.web.parts import PARTS
from adapters.web.problems import Problem, being_built
from domain.projection import BeingBuiltError, StoreAwayError

OURS = re.compile(r"/(?![/\\])[\x21-\x7e]*")
"""As `quote` writes addresses: a browser drops some control characters, and others would begin a header."""

MOST_FIELDS = 10

SAMPLE_FIRM = "f-1"
"""Where people begin who may see every firm: the sandbox's own."""


def _role(role: Role) -> tuple[str, str]:
    """Give a role's name, and what it may do."""
    match role:
        case Role.VIEWER:
            return "Viewer", "Sees clients, timelines and settings."
        case Role.MANAGER:
            return "Manager", "Can also match, unmatch and change settings (“Manage Integrations”)."
        case Role.OPERATOR:
            return "Operator", "Also sees the dead letters of all firms."


async def begin(request: web.Request) -> web.StreamResponse:
    """Lead to the firm's clients, or to the sign-in."""
    try:
        person = await person_of(request)
        raise web.HTTPSeeOther("/sign-in" if person is None else await home_of(request, person))
    except BeingBuiltError:
        raise being_built() from None
    except StoreAwayError:
        raise store_away() from None


async def show_sign_in(request: web.Request) -> web.StreamResponse:
    """Show who one can be."""
    refuse_other_machines(request)
    sandbox = isinstance(request.app[PARTS].sign_in, SandboxSignIn)
    page = request.app[TEMPLATES].get_template("sign_in.html")
    people = [(person, *_role(person.role)) for person in SandboxSignIn.PEOPLE.values()] if sandbox else []
    return html(page.render(people=people, next=inside(request.query.get("next"))))


async def do_sign_in(request: web.Request) -> web.StreamResponse:
    """Begin a session as the person that was chosen."""
    _refuse_strangers(request)
    parts = request.app[PARTS]
    sent = await _form(request)
    if not isinstance(parts.sign_in, SandboxSignIn):
        raise Problem(404, "no_local_sign_in", "There is no local sign-in here.")
    person = parts.sign_in.chosen(sent.get("person", ""))
    if person is None:
        raise Problem(422, "nobody_chosen", "Choose one of the people shown.")
    await end_session(request)
    led = web.Response(status=303)
    led.headers["Location"] = inside(sent.get("next")) or await home_of(request, person)
    keep_signed_in(request, led, await parts.sessions.begin(SessionOf(person.id, None), parts.now()))
    note_sign_in(person)
    return led


async def _form(request: web.Request) -> Mapping[str, str]:
    """Read what our own page's form sends; aiohttp's reader raises whatever a wrong charset or part makes it raise."""
    try:
        return dict(parse_qsl((await request.read()).decode(), max_num_fields=MOST_FIELDS))
    except ValueError:
        raise Problem(400, "bad_form", "Expected the form of the sign-in page.") from None


async def do_sign_out(request: web.Request) -> web.StreamResponse:
    """End the session."""
    _refuse_strangers(request)
    note_sign_out(await person_of(request))
    await end_session(request)
    led = web.Response(status=303, headers={"Location": "/sign-in"})
    forget_session(request, led)
    return led


async def end_session(request: web.Request) -> None:
    """End the session that the browser has, at every gateway, and the streams that are open with it here."""
    session = session_in(request)
    if session:
        await request.app[PARTS].sessions.end(session)
        request.app[STREAMS].end(session)


def _refuse_strangers(request: web.Request) -> None:
    try:
        refuse_other_sites(request)
        refuse_other_machines(request)
    except Problem as problem:
        note_refusal(request, problem)
        raise


async def home_of(request: web.Request, person: Person) -> str:
    """Give where somebody begins: the first of their firms.

    Raises:
        Problem: 404 all firms are theirs, and there is none yet.
        StoreAwayError: it can't be told.
    """
    if person.firms:
        return f"/firms/{min(person.firms)}"
    parts = request.app[PARTS]
    if isinstance(parts.sign_in, SandboxSignIn):
        return f"/firms/{SAMPLE_FIRM}"
    known = await parts.read_model.firm_list.page(parts.partition_of, limit=1)
    if not known.firms:
        raise Problem(
            404, "no_firm_yet", "There is no firm here yet. A firm appears with the first of its clients."
        )
    return f"/firms/{known.firms[0].firm_id}"


def inside(address: str | None) -> str | None:
    """Give an address of our own; None for one that leads elsewhere."""
    if not address or not OURS.fullmatch(address):
        return None
    parts = urlsplit(address)
    return address if not parts.scheme and not parts.netloc else None

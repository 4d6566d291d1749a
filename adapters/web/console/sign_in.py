"""The sandbox's sign-in: one of three people, no password, on this machine only."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from aiohttp import web

from adapters.web.console.visit import TEMPLATES, html
from adapters.web.open_streams import STREAMS
from adapters.web.parts import PARTS
from adapters.web.people import Person, Role, SandboxSignIn
from adapters.web.problems import Problem
from adapters.web.session_cookie import comes_from_us, keep_signed_in, sign_out
from adapters.web.who_asks import person_of, token_of

SAMPLE_FIRM = "f-1"
"""Where people begin who may see every firm: the sandbox's own."""

ROLES: Mapping[Role, tuple[str, str]] = {
    Role.VIEWER: ("Viewer", "Sees clients, timelines and settings."),
    Role.MANAGER: ("Manager", "Also matches, unmatches and switches: “Manage Integrations”."),
    Role.OPERATOR: ("Operator", "Also sees the dead letters of all firms."),
}


async def begin(request: web.Request) -> web.StreamResponse:
    """Lead to the firm's clients, or to the sign-in."""
    person = person_of(request)
    if person is None:
        raise web.HTTPSeeOther("/sign-in")
    raise web.HTTPSeeOther(_home_of(person))


async def show_sign_in(request: web.Request) -> web.StreamResponse:
    """Show who one can be."""
    sandbox = isinstance(request.app[PARTS].sign_in, SandboxSignIn)
    page = request.app[TEMPLATES].get_template("sign_in.html")
    people = [(person, *ROLES[person.role]) for person in SandboxSignIn.PEOPLE.values()] if sandbox else []
    return html(page.render(people=people, next=_inside(request.query.get("next"))))


async def do_sign_in(request: web.Request) -> web.StreamResponse:
    """Begin a session as the person that was chosen."""
    _refuse_strangers(request)
    sent = await request.post()
    chosen = sent.get("person")
    if not isinstance(request.app[PARTS].sign_in, SandboxSignIn):
        raise Problem(404, "no_local_sign_in", "There is no local sign-in here.")
    for token, person in SandboxSignIn.PEOPLE.items():
        if person.id == chosen:
            wanted = sent.get("next")
            led = web.Response(status=303)
            led.headers["Location"] = _inside(wanted if isinstance(wanted, str) else None) or _home_of(person)
            keep_signed_in(led, token)
            return led
    raise Problem(422, "nobody_chosen", "Choose one of the people shown.")


async def do_sign_out(request: web.Request) -> web.StreamResponse:
    """End the session."""
    _refuse_strangers(request)
    request.app[STREAMS].end(token_of(request))
    led = web.Response(status=303, headers={"Location": "/sign-in"})
    sign_out(led)
    return led


def _refuse_strangers(request: web.Request) -> None:
    if not comes_from_us(request):
        raise Problem(403, "cross_site", "This was sent from another site's page. Use the console itself.")


def _home_of(person: Person) -> str:
    return f"/firms/{min(person.firms)}" if person.firms else f"/firms/{SAMPLE_FIRM}"


def _inside(address: str | None) -> str | None:
    """Give an address of our own; None for one that leads elsewhere."""
    if not address or not address.startswith("/") or address.startswith(("//", "/\\")):
        return None
    parts = urlsplit(address)
    return address if not parts.scheme and not parts.netloc else None

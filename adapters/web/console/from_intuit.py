"""The addresses at which people arrive from Intuit: with a code, from its app list, after a disconnect there, to reconnect.

Who arrives from another site brings no session along (the cookie is strict), so a page of ours leads them on to another one.
"""

from urllib.parse import quote

from aiohttp import web

from adapters.vault.connect_desk import NotConnected
from adapters.web.auth.people import Role
from adapters.web.auth.session_cookie import is_secure
from adapters.web.auth.who_asks import person_of
from adapters.web.console.visit import TEMPLATES, html, store_away
from adapters.web.parts import PARTS
from adapters.web.texts.connecting import not_connected_text
from domain.bounds import REALM
from domain.ids import FirmId
from domain.projection import StoreAwayError

CALLBACK = "/quickbooks/callback"
BROWSER_COOKIE = "client_sync_quickbooks"
BROWSER_SECONDS = 900
LONGEST = 2000
ENDED = (
    "QuickBooks no longer lets Single Client Sync into the company. Nothing is sent or taken any more, matches are kept, and "
    "changes wait. In the firm's settings you can sign in to the company again, or disconnect it here too."
)
NOT_ENDED = (
    "As far as we know, QuickBooks still lets Single Client Sync into the company, or nobody has connected it here. To end that, "
    "disconnect the company in the firm's settings."
)
FROM_HERE = frozenset({"same-origin", "none"})


def keep_browser(request: web.Request, response: web.StreamResponse, secret: str) -> None:
    """Let the browser keep what shows that it is the one that left for Intuit; lax, since it comes back from another site."""
    response.set_cookie(
        BROWSER_COOKIE,
        secret,
        max_age=BROWSER_SECONDS,
        httponly=True,
        samesite="Lax",
        secure=is_secure(request),
        path=CALLBACK,
    )


async def come_back(request: web.Request) -> web.StreamResponse:
    """Take the browser that Intuit leads back, and lead it on to the question whether it is the right company."""
    companies, now = request.app[PARTS].companies, request.app[PARTS].now()
    said = {name: value for name, value in request.query.items() if len(value) <= LONGEST}
    browser = request.cookies.get(BROWSER_COOKIE, "")
    try:
        back = await companies.came_back(
            said.get("state", ""), browser, said.get("code"), said.get("realmId"), now
        )
    except StoreAwayError:
        raise store_away() from None
    if back.sign_in is None or back.firm is None:
        response = _said(
            request,
            "Not connected",
            not_connected_text(back.why or NotConnected.NOT_THE_SAME),
            _home(back.firm, "/settings"),
        )
    else:
        response = _leading(request, f"{_home(back.firm, '/connect')}/{back.sign_in}")
    if back.firm is not None:  # otherwise it may be that of another sign-in, in another window
        response.del_cookie(BROWSER_COOKIE, path=CALLBACK)
    return response


async def launch(request: web.Request) -> web.StreamResponse:
    """Somebody opened us in Intuit's list of their apps: lead them to their firm."""
    return await _arrived(request, "")


async def reconnect(request: web.Request) -> web.StreamResponse:
    """Somebody was sent here to sign in again: lead them to the button."""
    return await _arrived(request, "/connect")


async def disconnected(request: web.Request) -> web.StreamResponse:
    """Somebody disconnected us at Intuit: ask it whether that is so, and say what follows from it.

    Anybody can open this address, with any number in it, so Intuit alone is believed, and asked for those only who may see the firm.
    """
    leading = _led_here(request)
    if leading is not None:
        return leading
    try:
        firm = await _firm_of_whoever_is_here(request)
        ended = firm is not None and await request.app[PARTS].companies.has_ended(_realm_in(request))
    except StoreAwayError:
        raise store_away() from None
    if ended:
        return _said(request, "Disconnected at QuickBooks", ENDED, _home(firm, "/settings"))
    return _said(request, "Nothing has changed", NOT_ENDED, _home(firm, "/settings"))


async def _arrived(request: web.Request, where: str) -> web.StreamResponse:
    leading = _led_here(request)
    if leading is not None:
        return leading
    try:
        firm = await _firm_of_whoever_is_here(request)
    except StoreAwayError:
        raise store_away() from None
    if firm is None:
        return _said(
            request,
            "Which firm?",
            "This QuickBooks company is not connected to a firm of yours. Open the firm, and connect it in its settings.",
            "/",
        )
    raise web.HTTPSeeOther(_home(firm, where))


def _led_here(request: web.Request) -> web.StreamResponse | None:
    """Lead who comes from another site on to the same page, now from a page of ours; None: they are here."""
    if request.headers.get("Sec-Fetch-Site", "cross-site") not in FROM_HERE and "here" not in request.query:
        return _leading(request, _here(request))
    return None


async def _firm_of_whoever_is_here(request: web.Request) -> FirmId | None:
    """Name the firm of the company that they came about; whoever is not signed in does so first."""
    if await person_of(request) is None:
        raise web.HTTPSeeOther(f"/sign-in?next={quote(_here(request), safe='/')}")
    return await _firm_of_theirs(request, _realm_in(request))


def _here(request: web.Request) -> str:
    realm = _realm_in(request)
    return f"{request.path}?here=1" + (f"&realmId={realm}" if REALM.holds(realm) else "")


def _realm_in(request: web.Request) -> str:
    return request.query.get("realmId", "")


async def _firm_of_theirs(request: web.Request, realm: str) -> FirmId | None:
    """Name the firm of a company, to those only who may see it."""
    person = await person_of(request)
    firm = await request.app[PARTS].companies.firm_of(realm)
    if person is None or person.role < Role.VIEWER or firm is None or not person.may_see(firm):
        return None
    return firm


def _home(firm: FirmId | None, place: str) -> str:
    return "/" if firm is None else f"/firms/{firm}{place}"


def _leading(request: web.Request, address: str) -> web.Response:
    return html(
        request.app[TEMPLATES]
        .get_template("leading_on.html")
        .render(address=address, title="Back from QuickBooks")
    )


def _said(request: web.Request, title: str, text: str, address: str) -> web.Response:
    page = request.app[TEMPLATES].get_template("from_quickbooks.html")
    return html(page.render(title=title, text=text, address=address))

"""The way to the issuer and back. Who comes back comes from another site, so a page of ours leads them on (as from Intuit)."""

from collections.abc import Mapping

from aiohttp import web

from adapters.oidc.attempt import LASTS, LONGEST_COOKIE
from adapters.oidc.not_signed_in import NotSignedIn, NotSignedInError
from adapters.oidc.sign_in import OidcSignIn, session_of
from adapters.web.auth.security_log import note_no_sign_in, note_sign_in
from adapters.web.auth.session_cookie import OF_THIS_HOST_ONLY, is_secure, keep_signed_in
from adapters.web.console.sign_in import end_session, inside
from adapters.web.console.visit import TEMPLATES, html, store_away
from adapters.web.parts import PARTS
from adapters.web.problems import Problem
from adapters.web.texts.signing_in import not_signed_in_text
from domain.projection import StoreAwayError

BEGIN = "/sign-in/begin"
CALLBACK = "/sign-in/callback"
COOKIE = "client_sync_sign_in"
LONGEST = 4000
STATUS: Mapping[NotSignedIn, int] = {
    NotSignedIn.NOT_THE_SAME: 400,
    NotSignedIn.DENIED: 403,
    NotSignedIn.NOT_TAKEN: 400,
    NotSignedIn.AWAY: 503,
    NotSignedIn.NO_ID: 403,
    NotSignedIn.NO_ROLE: 403,
    NotSignedIn.NO_FIRM: 403,
}


async def leave(request: web.Request) -> web.StreamResponse:
    """Lead to the issuer. Who still has a session here gets another one in its place."""
    issuer, now = _issuer(request), request.app[PARTS].now()
    try:
        await end_session(request)
        attempt, address = await issuer.leave(inside(request.query.get("next")) or "", now)
    except NotSignedInError as refused:
        return _refused(request, refused)
    except StoreAwayError:
        raise store_away() from None
    led = web.Response(status=303, headers={"Location": address})
    # Lax, since it has to come along from the issuer's site.
    led.set_cookie(
        _cookie(request),
        attempt.cookie,
        max_age=int(LASTS.total_seconds()),
        httponly=True,
        samesite="Lax",
        secure=is_secure(request),
        path="/",
    )
    return led


async def come_back(request: web.Request) -> web.StreamResponse:
    """Begin the session of who is back, and lead them on to the page that they wanted."""
    try:
        response = await _come_back(request)
    except NotSignedInError as refused:
        response = _refused(request, refused)
    except StoreAwayError:
        raise store_away() from None
    response.del_cookie(_cookie(request), path="/", httponly=True, samesite="Lax", secure=is_secure(request))
    return response


async def _come_back(request: web.Request) -> web.Response:
    parts = request.app[PARTS]
    said = {name: value for name, value in request.query.items() if len(value) <= LONGEST}
    cookie = request.cookies.get(_cookie(request), "")[: LONGEST_COOKIE + 1]
    back = await _issuer(request).come_back(cookie, said, parts.now())
    address = inside(back.next) or "/"
    page = request.app[TEMPLATES].get_template("leading_on.html")
    response = html(page.render(address=address, title="You are signed in"))
    keep_signed_in(request, response, await parts.sessions.begin(session_of(back.person), parts.now()))
    note_sign_in(back.person)
    return response


def _refused(request: web.Request, refused: NotSignedInError) -> web.Response:
    note_no_sign_in(refused.reason)
    page = request.app[TEMPLATES].get_template("not_signed_in.html")
    return html(page.render(text=not_signed_in_text(refused.why), code=refused.why), STATUS[refused.why])


def _issuer(request: web.Request) -> OidcSignIn:
    sign_in = request.app[PARTS].sign_in
    if not isinstance(sign_in, OidcSignIn):
        raise Problem(404, "no_issuer", "People sign in here without another service.")
    return sign_in


def _cookie(request: web.Request) -> str:
    return OF_THIS_HOST_ONLY + COOKIE if is_secure(request) else COOKIE

"""The console's session in the browser: a random text in a cookie that no script and no other site gets at."""

from urllib.parse import urlsplit

from aiohttp import web

from adapters.store.sessions import LASTS
from adapters.web.parts import PARTS

COOKIE = "client_sync_session"
OF_THIS_HOST_ONLY = "__Host-"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def session_in(request: web.Request) -> str:
    """Give the session that came with a request; empty if none did."""
    return request.cookies.get(_name(request), "")


def keep_signed_in(request: web.Request, response: web.StreamResponse, session: str) -> None:
    """Give the browser a session."""
    response.set_cookie(
        _name(request),
        session,
        max_age=int(LASTS.total_seconds()),
        httponly=True,
        samesite="Strict",
        secure=is_secure(request),
        path="/",
    )


def forget_session(request: web.Request, response: web.StreamResponse) -> None:
    """Take the session away from the browser."""
    response.del_cookie(_name(request), path="/", httponly=True, samesite="Strict", secure=is_secure(request))


def is_secure(request: web.Request) -> bool:
    """Say whether browsers reach us by https; a proxy in front ends it, so the connection does not tell."""
    return request.secure or request.app[PARTS].public_url.startswith("https:")


def comes_from_us(request: web.Request) -> bool:
    """Say whether a request was sent by a page of ours. Browsers say where from; a page can't make them lie."""
    if request.method in SAFE_METHODS:
        return True
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("Origin")
    # A proxy may ask for us by another name than people's browsers do.
    ours = (request.host, urlsplit(request.app[PARTS].public_url).netloc)
    return origin is not None and urlsplit(origin).netloc in ours


def _name(request: web.Request) -> str:
    """Name the cookie; by https browsers see to it that only this very host has set one of that name."""
    return OF_THIS_HOST_ONLY + COOKIE if is_secure(request) else COOKIE

"""The console's session: the same token as a bearer's, in a cookie that no script and no other site gets at."""

from urllib.parse import urlsplit

from aiohttp import web

COOKIE = "client_sync_session"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
EIGHT_HOURS = 8 * 60 * 60


def keep_signed_in(response: web.StreamResponse, token: str) -> None:
    """Give the browser a session."""
    response.set_cookie(COOKIE, token, max_age=EIGHT_HOURS, httponly=True, samesite="Strict", path="/")


def sign_out(response: web.StreamResponse) -> None:
    """Take the session away."""
    response.del_cookie(COOKIE, path="/", httponly=True, samesite="Strict")


def comes_from_us(request: web.Request) -> bool:
    """Say whether a request was sent by a page of ours. Browsers say where from; a page can't make them lie."""
    if request.method in SAFE_METHODS:
        return True
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("Origin")
    return origin is not None and urlsplit(origin).netloc == request.host

"""What stands in the head of every answer, whoever wrote it: a new route can't forget it.

Pages and answers hold what firms know of their clients: nobody keeps a copy (Intuit asks for it too), no browser guesses
a type or frames a page, and nobody is told which versions run here.
"""

import structlog
from aiohttp import web

HEADERS = {
    # Nothing from elsewhere, and no script or style that stands in a page.
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Server": "client-sync",
}
KEPT_BY_NOBODY = "no-cache, no-store"
ASKED_FOR_ANEW = "no-cache"
"""For our own scripts and styles: kept, and compared each time."""

STATIC = "/static/"
REQUEST_ID_HEADER = "X-Request-Id"
REQUEST_ID = web.RequestKey("request_id", str)
REFUSED = frozenset({401, 403})

log = structlog.get_logger(__name__)


async def add_headers(request: web.Request, response: web.StreamResponse) -> None:
    """Add them; whom we refuse is noted here too, since every answer comes by."""
    response.headers.update(HEADERS)
    response.headers["Cache-Control"] = ASKED_FOR_ANEW if request.path.startswith(STATIC) else KEPT_BY_NOBODY
    if REQUEST_ID in request:
        response.headers[REQUEST_ID_HEADER] = request[REQUEST_ID]
    if response.status in REFUSED:
        # The route and not the path, in which people may have typed anything.
        resource = request.match_info.route.resource
        route = resource.canonical if resource is not None else None
        log.info("request_refused", status=response.status, method=request.method, route=route)

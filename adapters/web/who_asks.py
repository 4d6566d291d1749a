"""Finds out who sent a request, and whether they may."""

from aiohttp import web

from adapters.web.parts import PARTS, Parts
from adapters.web.people import Person, Role
from adapters.web.problems import Problem
from adapters.web.session_cookie import COOKIE, comes_from_us
from domain.ids import ALL_FIRMS, FirmId

BEARER = "Bearer "

_ROLE_NEEDED = {
    Role.VIEWER: "",
    Role.MANAGER: 'Only people who may "Manage Integrations" can do this; ask one of them.',
    Role.OPERATOR: "Only operators can do this.",
}


def token_of(request: web.Request) -> str:
    """Give the token that came with a request: a bearer's, or that of a session."""
    bearer = _bearer(request)
    return request.cookies.get(COOKIE, "") if bearer is None else bearer


def person_of(request: web.Request) -> Person | None:
    """Name who is signed in, by bearer token or session; None if nobody is.

    Raises:
        Problem: a session's request that another site's page sent.
    """
    person = request.app[PARTS].sign_in.person(token_of(request))
    if _bearer(request) is None and person is not None and not comes_from_us(request):
        raise Problem(403, "cross_site", "This was sent from another site's page. Use the console itself.")
    return person


def admit(request: web.Request, role: Role, firm: FirmId | None) -> Person:
    """Let in who has the role, and the firm if it is about one.

    Raises:
        Problem: 401 nobody is signed in, 403 it is not theirs to see or do, 503 the firm's partition stands still.
    """
    person = person_of(request)
    if person is None:
        raise Problem(
            401,
            "not_signed_in",
            "Send a valid token as `Authorization: Bearer …`, or sign in at the console.",
            headers={"WWW-Authenticate": "Bearer"},
        )
    if firm is not None and not person.may_see(firm):
        raise Problem(403, "other_firm", "You are signed in, but not for this firm.")
    if person.role < role:
        raise Problem(403, "role_too_low", _ROLE_NEEDED[role])
    if firm is not None and firm != ALL_FIRMS:
        _refuse_where_stopped(request.app[PARTS], firm)
    return person


def _refuse_where_stopped(parts: Parts, firm: FirmId) -> None:
    """Show nothing of a firm that would be old and look new, and take in nothing that nobody can decide."""
    if parts.partition_of(firm) in parts.progress.stopped():
        raise Problem(
            503,
            "partition_stopped",
            "What we keep of this firm can't be read further, so nothing of it is shown or changed until our operators "
            "have mended that; /readyz says where. Other firms are not affected, and what QuickBooks and Canopy tell "
            "us meanwhile is kept.",
            headers={"Retry-After": "60"},
        )


def _bearer(request: web.Request) -> str | None:
    authorization = request.headers.get("Authorization", "")
    return authorization.removeprefix(BEARER) if authorization.startswith(BEARER) else None

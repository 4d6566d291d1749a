"""Finds out who sent a request, and whether they may."""

from aiohttp import web

from adapters.web.parts import PARTS
from adapters.web.people import Person, Role
from adapters.web.problems import Problem
from adapters.web.session_cookie import COOKIE, comes_from_us
from domain.bounds import FIRM
from domain.ids import FirmId

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
        Problem: 401 nobody is signed in, 403 it is not theirs to see or do, 404 no firm can have this id.
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
    if firm is not None and not FIRM.holds(firm):
        raise Problem(404, "firm_unknown", f"No firm has such an id. Expected {FIRM.expected}.")
    return person


def _bearer(request: web.Request) -> str | None:
    authorization = request.headers.get("Authorization", "")
    return authorization.removeprefix(BEARER) if authorization.startswith(BEARER) else None

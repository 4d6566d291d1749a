"""Finds out who sent a request, and whether they may."""

import asyncio

from aiohttp import web

from adapters.web.auth.people import CantTellError, Person, Role, Sender
from adapters.web.auth.security_log import note_refusal
from adapters.web.auth.session_cookie import comes_from_us, session_in
from adapters.web.parts import PARTS, Parts
from adapters.web.problems import Problem
from domain.bounds import FIRM
from domain.ids import ALL_FIRMS, FirmId

BEARER = "Bearer "
NOT_SIGNED_IN = "not_signed_in"

_LOOKED_UP: web.RequestKey[asyncio.Future[Person | None]] = web.RequestKey("looked_up")
"""Several ask who it is; it is looked up, and found out that nobody can say, once for each request."""

FORWARDING = ("Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP")


def token_of(request: web.Request) -> str:
    """Give what a request is authenticated by: a bearer token, or a session."""
    bearer = _bearer(request)
    return session_in(request) if bearer is None else bearer


async def person_of(request: web.Request) -> Person | None:
    """Name who is signed in, by bearer token or session; None if nobody is.

    Raises:
        Problem: it is not taken from there, or is a session's request that another site's page sent, or nobody can tell.
        StoreAwayError: it can't be told whether the session has ended.
    """
    if _LOOKED_UP not in request:
        request[_LOOKED_UP] = asyncio.ensure_future(_named(request))
    person = await request[_LOOKED_UP]
    if person is not None:
        refuse_other_machines(request)
        if _bearer(request) is None:
            refuse_other_sites(request)
    return person


async def has_ended(request: web.Request) -> bool:
    """Say whether nobody is signed in any more who was when this request came.

    Raises:
        StoreAwayError, Problem: it can't be told.
    """
    return await _named(request) is None


async def admit(request: web.Request, role: Role, firm: FirmId | None, *, all_firms: bool = False) -> Person:
    """Let in who has the role, and the firm if it is about one. `all_firms`: it may be about all of them together.

    Raises:
        Problem: 401 nobody is signed in, 403 it is not theirs to see or do, 404 no firm can have this id, 503 the firm's
            partition stands still, or the issuer does not answer.
    """
    person: Person | None = None
    try:
        person = await person_of(request)
        return _admitted(request.app[PARTS], person, role, firm, all_firms=all_firms)
    except Problem as problem:
        note_refusal(request, problem, person)
        raise


def refuse_other_machines(request: web.Request) -> None:
    """Refuse what comes from where nobody may be signed in.

    Raises:
        Problem: 403.
    """
    if not request.app[PARTS].sign_in.takes_from(_sender(request)):
        raise Problem(
            403,
            "other_machine",
            "The sandbox's sign-in is for this machine only, at the address that it was started with.",
        )


def refuse_other_sites(request: web.Request) -> None:
    """Refuse what another site's page sent.

    Raises:
        Problem: 403.
    """
    if not comes_from_us(request):
        raise Problem(403, "cross_site", "This was sent from another site's page. Use the console itself.")


def _admitted(
    parts: Parts, person: Person | None, role: Role, firm: FirmId | None, *, all_firms: bool
) -> Person:
    if person is None:
        raise Problem(
            401,
            NOT_SIGNED_IN,
            "You are not signed in. Sign in, and try again.",
            advice="Send a valid token as `Authorization: Bearer …`.",
            headers={"WWW-Authenticate": "Bearer"},
        )
    if firm is not None:
        _refuse_other_firm(person, firm)
    needed = Role.OPERATOR if firm == ALL_FIRMS else role
    if person.role < needed:
        raise Problem(403, "role_too_low", _for_whom(needed))
    if firm is not None and not (all_firms and firm == ALL_FIRMS):
        _refuse_unknown(parts, firm)
    return person


def may_act_for(parts: Parts, person: Person, firm: FirmId) -> None:
    """Let who is admitted act for a firm that the address does not name.

    Raises:
        Problem: 403 it is not theirs, 404 no firm can have this id, 503 its partition stands still.
    """
    _refuse_other_firm(person, firm)
    _refuse_unknown(parts, firm)


def _refuse_other_firm(person: Person, firm: FirmId) -> None:
    if not person.may_see(firm):
        raise Problem(403, "other_firm", "You are signed in, but not for this firm.")


def _refuse_unknown(parts: Parts, firm: FirmId) -> None:
    if not FIRM.holds(firm):
        raise Problem(404, "firm_unknown", f"No firm has such an id. Expected {FIRM.expected}.")
    _refuse_where_stopped(parts, firm)


def _refuse_where_stopped(parts: Parts, firm: FirmId) -> None:
    """Show nothing of a firm that would be old and look new, and take in nothing that nobody can decide."""
    if parts.partition_of(firm) in parts.progress.stopped():
        raise Problem(
            503,
            "partition_stopped",
            "What we keep of this firm can't be read further, so nothing of it is shown or changed until our operators "
            "have mended that. Other firms are not affected, and what QuickBooks and Canopy tell "
            "us meanwhile is kept.",
            advice="/readyz says where.",
            headers={"Retry-After": "60"},
        )


async def _named(request: web.Request) -> Person | None:
    parts = request.app[PARTS]
    bearer = _bearer(request)
    if bearer is not None:
        try:
            return await parts.sign_in.person(bearer)
        except CantTellError:
            raise Problem(
                503,
                "sign_in_away",
                "Your organization's sign-in gives no answer right now, so nobody can tell who you are. Try again in a moment.",
                headers={"Retry-After": "10"},
            ) from None
    session = session_in(request)
    begun = await parts.sessions.person(session, parts.now()) if session else None
    return parts.sign_in.of_session(begun) if begun is not None else None


def _bearer(request: web.Request) -> str | None:
    authorization = request.headers.get("Authorization", "")
    return authorization.removeprefix(BEARER) if authorization.startswith(BEARER) else None


def _sender(request: web.Request) -> Sender:
    peer = request.transport.get_extra_info("peername") if request.transport is not None else None
    return Sender(
        peer=str(peer[0]) if isinstance(peer, tuple) else "",
        host=request.headers.get("Host", ""),
        forwarded=any(header in request.headers for header in FORWARDING),
    )


def _for_whom(needed: Role) -> str:
    match needed:
        case Role.VIEWER:
            return "Only people of this firm can do this."
        case Role.MANAGER:
            return "Only people who may “Manage Integrations” can do this; ask one of them."
        case Role.OPERATOR:
            return "Only operators can do this."

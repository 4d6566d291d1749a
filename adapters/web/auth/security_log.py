"""What somebody who looks for an intruder wants to read: who signed in and out, and who was refused what.

Names of routes and people of ours, and never a token, a path or anything else that the asker has typed.
"""

import structlog
from aiohttp import web

from adapters.web.auth.people import Person
from adapters.web.problems import Problem, route_of

log = structlog.get_logger(__name__)


def note_sign_in(person: Person) -> None:
    """Note that a session began."""
    log.info("signed_in", person=person.id, role=person.role.name.lower())


def note_no_sign_in(reason: str) -> None:
    """Note that somebody came back from the issuer, and was not signed in. `reason`: a word of ours."""
    log.warning("sign_in_refused", reason=reason)


def note_sign_out(person: Person | None) -> None:
    """Note that a session ended."""
    log.info("signed_out", person=person.id if person is not None else None)


def note_refusal(request: web.Request, problem: Problem, person: Person | None = None) -> None:
    """Note that somebody was refused."""
    log.warning(
        "access_refused",
        status=problem.status,
        code=problem.code,
        route=route_of(request),
        person=person.id if person is not None else None,
    )

"""`GET /audit`: every decision of a firm or of one client, a line each, as `client-sync audit export` writes them (docs/audit.md)."""

from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager

import structlog
from aiohttp import web

from adapters.json_lines import json_line
from adapters.store.audit import AuditLine
from adapters.web.api.operations import FIRM_PATH
from adapters.web.api.positions import HEADER, read_position, wait_for
from adapters.web.api.refusals import refused
from adapters.web.auth.people import Role
from adapters.web.auth.who_asks import admit
from adapters.web.parts import PARTS
from adapters.web.problems import Problem
from domain.bounds import CLIENT
from domain.ids import ClientId, FirmId
from domain.projection import StoreAwayError
from domain.refusals import Refusal

PATH = FIRM_PATH + "/audit"
ROLE = Role.MANAGER
CONTENT_TYPE = "application/jsonl"

MOST_EXPORTS = 8
MOST_OF_A_PERSON = 2
"""Each reads all of a firm's history. So no one person keeps everybody else from it."""

log = structlog.get_logger(__name__)


class OpenExports:
    """The exports that are being written at this gateway, by person."""

    def __init__(self) -> None:
        self._of_person: Counter[str] = Counter()

    @contextmanager
    def place(self, person: str) -> Iterator[None]:
        """Count one for as long as it is written.

        Raises:
            Problem: there are too many already, of this person (429) or of all (503).
        """
        if self._of_person[person] >= MOST_OF_A_PERSON:
            raise _too_many(429, "You are exporting already. Wait until that is done, and try again.")
        if self._of_person.total() >= MOST_EXPORTS:
            raise _too_many(503, "Others are exporting just now. Try again in a moment.")
        self._of_person[person] += 1
        try:
            yield
        finally:
            self._of_person[person] -= 1
            if not self._of_person[person]:
                del self._of_person[person]


EXPORTS = web.AppKey("exports", OpenExports)


async def export_audit(request: web.Request) -> web.StreamResponse:
    """Write line by line; the memory that it takes does not grow with the history."""
    parts, firm = request.app[PARTS], FirmId(request.match_info["firm"])
    person, client = await admit(request, ROLE, firm), _client(request)
    if HEADER in request.headers:
        await wait_for(parts.progress, read_position(request.headers[HEADER]))
    with request.app[EXPORTS].place(person.id):
        pages = parts.read_model.audit.pages(firm, client)
        # Before the answer begins, so that what fails at once is said.
        first = await anext(pages, None)
        if first is None:
            raise nothing_decided()
        log.info("audit_exported", actor=person.actor, firm_id=firm, client_id=client)
        name = "audit" if client is None else f"audit-{client}"
        response = web.StreamResponse(
            headers={
                "Content-Type": CONTENT_TYPE,
                "Content-Disposition": f'attachment; filename="{name}.jsonl"',
                "Cache-Control": "no-store",
            }
        )
        await response.prepare(request)
        await _write(request, response, first, pages)
    return response


def nothing_decided() -> Problem:
    """Say that there is no such firm or client."""
    return Problem(404, "nothing_decided", "Nothing was ever decided about this firm or client.")


async def _write(
    request: web.Request,
    response: web.StreamResponse,
    first: Sequence[AuditLine],
    pages: AsyncIterator[Sequence[AuditLine]],
) -> None:
    try:
        await response.write(_written(first))
        async for page in pages:
            await response.write(_written(page))
    except StoreAwayError:
        # What was written must not look like all of it.
        if request.transport is not None:
            request.transport.abort()
        raise
    await response.write_eof()


def _client(request: web.Request) -> ClientId | None:
    named = request.query.get("client")
    if named is None:
        return None
    if not CLIENT.holds(named):
        raise refused(404, Refusal("client_unknown"))
    return ClientId(named)


def _written(page: Sequence[AuditLine]) -> bytes:
    return "".join(f"{json_line(line)}\n" for line in page).encode()


def _too_many(status: int, sentence: str) -> Problem:
    return Problem(status, "too_many_exports", sentence, headers={"Retry-After": "30"})

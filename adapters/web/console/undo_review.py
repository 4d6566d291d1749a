"""What taking an answer back would do, as the window shows it before anybody confirms it."""

import re
import shlex

from aiohttp import web

from adapters.web.api.clients import known_client
from adapters.web.api.refusals import refused
from adapters.web.api.undo_preview import UndoPreview, answer_at, undo_preview
from adapters.web.console.restore_review import CHANGES, reviewed_line
from adapters.web.console.visit import Visit
from adapters.web.console.words import name_in
from adapters.web.problems import Problem
from adapters.web.texts.who_and_when import who
from domain.bounds import MOST_NUMBER
from domain.codes import is_refusal
from domain.ids import ClientId
from domain.refusals import Refusal


async def show_undo_review(visit: Visit) -> web.Response:
    """Show, field by field, what goes back where, and whether the question is open again.

    Raises:
        Problem: 404 there is no such answer, 409 it can't be taken back.
    """
    client = ClientId(visit.request.match_info["client"])
    reads = visit.parts.read_model
    row = (await known_client(reads, visit.firm, client)).row
    given = await answer_at(reads, visit.firm, client, _version(visit))
    seen = await undo_preview(reads, visit.firm, client, given, visit.parts.now())
    told = seen.told
    if told.outcome == "blocked" and is_refusal(told.code):
        raise refused(409, Refusal(told.code, told.facts))
    return visit.render(
        "undo_review.html",
        name=(name_in(row.client.values) if row.client is not None else None) or client,
        who=who(given.actor),
        at=given.time,
        text=seen.text,
        under_way=row.write is not None,
        command=_command(visit, client, given.version) if visit.is_operator else None,
        body=_body(seen),
        changed=[reviewed_line(each) for each in told.fields if each.fate in CHANGES],
        same=[reviewed_line(each) for each in told.fields if each.fate not in CHANGES],
    )


def _version(visit: Visit) -> int | None:
    """Read which answer is meant, by the version that it left; None: the last one."""
    text = visit.request.query["undo"]
    if not text:
        return None
    if not re.fullmatch(r"[0-9]{1,19}", text):
        raise Problem(404, "answer_unknown", "There is no such answer. The timeline lists them.")
    return min(int(text), MOST_NUMBER)


def _command(visit: Visit, client: ClientId, version: int) -> str:
    """Write the command that does the same."""
    return (
        shlex.join(["client-sync", "undo-answer", visit.firm, client, "--answer", str(version)])
        + ' --reason "…"'
    )


def _body(seen: UndoPreview) -> dict[str, int]:
    """Give what is asked for, and as of when both sides were looked at."""
    known = {
        "version": seen.given.version,
        "link_version": seen.told.link_version,
        "customer_sync_token": seen.told.customer_sync_token,
        "client_version": seen.told.client_version,
    }
    return {name: version for name, version in known.items() if version is not None}

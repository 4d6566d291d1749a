"""What an undo would do, of an answer or another act, as the window shows it before anybody confirms it."""

import re
import shlex
from dataclasses import dataclass

from aiohttp import web

from adapters.web.api.clients import known_client
from adapters.web.api.refusals import refused
from adapters.web.api.undo_preview import answer_at, undo_preview
from adapters.web.console.restore_review import CHANGES, reviewed_line
from adapters.web.console.visit import Visit
from adapters.web.console.words import name_in
from adapters.web.problems import Problem
from adapters.web.texts.who_and_when import who
from domain.bounds import MOST_NUMBER
from domain.codes import is_refusal
from domain.ids import ClientId
from domain.refusals import Refusal
from domain.rows import LinkRow
from domain.undone import ForeseenUndo


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoInWords:
    """What an undo is called. `did`: what somebody did; `does`: the action of the API, and the command; `option`: by which that names the version."""

    title: str
    did: str
    does: str
    button: str
    option: str


async def show_undo_review(visit: Visit) -> web.Response:
    """Show, field by field, what goes back where, and whether the question is open again.

    Raises:
        Problem: 404 there is no such answer, 409 it can't be taken back.
    """
    client = ClientId(visit.request.match_info["client"])
    reads = visit.parts.read_model
    row = (await known_client(reads, visit.firm, client)).row
    given = await answer_at(
        reads, visit.firm, client, version_named(visit.request.query["undo"], "answer_unknown")
    )
    seen = await undo_preview(reads, visit.firm, client, given, visit.parts.now())
    return shown_undo(
        visit,
        seen.told,
        UndoInWords(
            title=f"Take the answer about {name_of(row)} back",
            did="answered",
            does="undo-answer",
            button="Take back",
            option="--answer",
        ),
        version=given.version,
        who=who(given.actor),
        at=given.time,
        text=seen.text,
        under_way=row.write is not None,
    )


def shown_undo(
    visit: Visit, told: ForeseenUndo, words: UndoInWords, *, version: int, **more: object
) -> web.Response:
    """Show what an undo would do.

    Raises:
        Problem: 409, it can't be done.
    """
    if told.outcome == "blocked" and is_refusal(told.code):
        raise refused(409, Refusal(told.code, told.facts))
    client = ClientId(visit.request.match_info["client"])
    return visit.render(
        "undo_review.html",
        words=words,
        command=_command(visit, client, words, version) if visit.is_operator else None,
        body=_body(told, version),
        changed=[reviewed_line(each) for each in told.fields if each.fate in CHANGES],
        same=[reviewed_line(each) for each in told.fields if each.fate not in CHANGES],
        **more,
    )


def version_named(text: str, unknown: str) -> int | None:
    """Read which act is meant, by the version that it left; None: the last one. `unknown`: the code of the problem with any other text.

    Raises:
        Problem: 404, that is no version.
    """
    if not text:
        return None
    if not re.fullmatch(r"[0-9]{1,19}", text):
        raise Problem(404, unknown, "There was nothing like that. The timeline says what there was.")
    return min(int(text), MOST_NUMBER)


def name_of(row: LinkRow) -> str:
    """Name the client that it is about."""
    return (name_in(row.client.values) if row.client is not None else None) or row.client_id


def _command(visit: Visit, client: ClientId, words: UndoInWords, version: int) -> str:
    """Write the command that does the same."""
    asked = ["client-sync", words.does, visit.firm, client, words.option, str(version)]
    return shlex.join(asked) + ' --reason "…"'


def _body(told: ForeseenUndo, version: int) -> dict[str, int]:
    """Give what is asked for, and as of when both sides were looked at."""
    known = {
        "version": version,
        "link_version": told.link_version,
        "customer_sync_token": told.customer_sync_token,
        "client_version": told.client_version,
    }
    return {name: seen for name, seen in known.items() if seen is not None}

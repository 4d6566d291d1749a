"""What needs a person, as a queue: the questions at the left, one of them open at the right; the longest asked first."""

from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlencode

from aiohttp import web

from adapters.store.client_lists import Listing, OrderBy, Place
from adapters.web.console.frame import Frame, frame
from adapters.web.console.line_offers import answer_can_be_undone
from adapters.web.console.question import Question, question_about
from adapters.web.console.standing_look import Shown, shown
from adapters.web.console.visit import Visit
from adapters.web.console.walking import Walking, walking
from adapters.web.console.words import name_in
from adapters.web.texts.kinds import kind_text
from adapters.web.texts.problems import problem_title
from adapters.web.texts.who_and_when import who
from domain.acts import ActFilter
from domain.ids import ClientId
from domain.link.offers import Action, actions
from domain.problem import Problem
from domain.rows import LinkRow
from domain.standing import Standing, why_named

ASKED = Listing(stands=Standing.NEEDS_ATTENTION, by=OrderBy.CHANGED)
MOST_SHOWN = 200
"""So many questions stand at the left; as they are answered, the others follow."""

LINES = 50
"""So far back the timeline is looked at for who changed a value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One question at the left."""

    address: str
    client_id: ClientId
    name: str
    title: str
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Pane:
    """What stands at the right. `question` None: it is answered, or has gone; `answered`: by whom and when, if by a person."""

    row: LinkRow
    name: str
    since: datetime | None
    stands: Shown
    question: Question | None
    can: list[Action]
    walking: Walking
    answered: "Answered | None"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """The last answer that somebody gave. `undo`: where it is taken back; None: it can't be."""

    who: str
    at: datetime
    name: str
    address: str
    undo: str | None


async def show_attention(visit: Visit) -> web.Response:
    """Show the queue, with the question that the address names, or the first."""
    around = await frame(visit)
    lists, queue = visit.parts.read_model.lists, _queue(visit)
    asked = await lists.page(visit.firm, queue, around.around, limit=MOST_SHOWN)
    questions = [_asked(visit, row, row.problem) for row in asked.clients if row.problem is not None]
    named = visit.request.query.get("client")
    client = ClientId(named) if named else (questions[0].client_id if questions else None)
    pane = await _pane(visit, around, client) if client is not None else None
    of_all = around.counts[Standing.NEEDS_ATTENTION]
    total = await lists.total(visit.firm, queue, around.around) if queue.why is not None else of_all
    return visit.render(
        "attention.html",
        frame=around,
        questions=questions,
        more=total - len(questions),
        total=total,
        kind=kind_text(queue.why) if queue.why is not None else None,
        of_all=of_all,
        everything=f"{visit.home}/attention",
        pane=pane,
        chosen=bool(named) and visit.request.query.get("list") != "first",
        first=_address(visit),
        address=_address(visit, client) if client is not None else None,
        last=await _last_answer(visit),
        place="attention",
    )


def _queue(visit: Visit) -> Listing:
    """Say which questions are asked for: all, or those of a kind."""
    return replace(ASKED, why=why_named(visit.request.query.get("kind")))


def _address(visit: Visit, client: ClientId | None = None) -> str:
    """Give the address of a question, or of the first, among those of the kind that is asked for."""
    asked = {"kind": _queue(visit).why, "client": client}
    written = urlencode({name: value for name, value in asked.items() if value is not None})
    return f"{visit.home}/attention" + (f"?{written}" if written else "")


def _asked(visit: Visit, row: LinkRow, problem: Problem) -> Asked:
    return Asked(
        address=_address(visit, row.client_id),
        client_id=row.client_id,
        name=_name(row),
        title=problem_title(problem),
        since=problem.since,
    )


async def _pane(visit: Visit, around: Frame, client: ClientId) -> Pane | None:
    reads = visit.parts.read_model
    view = await reads.links.one(visit.firm, client)
    place = await reads.lists.place(visit.firm, _queue(visit), around.around, client)
    if view is None or place is None:
        return None
    row = view.row
    known = await reads.surroundings.of(visit.firm, [row])
    stands = shown(row, view.customer, around.around, visit.clock)
    asks = stands.standing is Standing.NEEDS_ATTENTION
    lines = (await reads.links.timeline(visit.firm, client, limit=LINES)).lines if asks else ()
    problem = row.problem if asks else None
    return Pane(
        row=row,
        name=_name(row),
        since=problem.since if problem is not None else None,
        stands=stands,
        question=await question_about(visit, view, known, lines) if asks else None,
        can=actions(known, row),
        walking=_walking(visit, place),
        answered=await _last_answer(visit, client) if not asks else None,
    )


def _walking(visit: Visit, place: Place) -> Walking:
    return walking(place, "From question to question", lambda client: _address(visit, client))


async def _last_answer(visit: Visit, client: ClientId | None = None) -> Answered | None:
    """Say who settled a question last: of one client, or of all."""
    wanted = ActFilter(kind="answer", clients=(client,) if client is not None else ())
    acts = (await visit.parts.read_model.activity.page(visit.firm, wanted, limit=1)).acts
    act = acts[0] if acts else None
    if act is None or not isinstance(act.row, LinkRow):
        return None
    address = visit.client_address(act.row.client_id)
    return Answered(
        who=who(act.actor),
        at=act.time,
        name=_name(act.row),
        address=f"{address}#line-{act.partition}-{act.offset}",
        undo=f"{address}#undo={act.row.version}" if await _can_be_undone(visit, act.row) else None,
    )


async def _can_be_undone(visit: Visit, answered: LinkRow) -> bool:
    reads = visit.parts.read_model
    view = await reads.links.one(visit.firm, answered.client_id)
    return view is not None and await answer_can_be_undone(reads, view.row, answered.version)


def _name(row: LinkRow) -> str:
    return (name_in(row.client.values) if row.client else None) or row.client_id

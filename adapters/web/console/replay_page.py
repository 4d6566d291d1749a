"""One replay: its plan as a table, applying it, how far it is, and how each row has ended."""

from dataclasses import dataclass
from urllib.parse import urlencode

from aiohttp import web

from adapters.replays.applying import OUTDATED
from adapters.replays.desk import ShownRow
from adapters.replays.sorted_rows import ByEnd
from adapters.store.replays import Replay
from adapters.web.api.replays import replay_shape
from adapters.web.console.frame import frame
from adapters.web.console.replay_look import (
    Look,
    apply_command,
    end_look,
    found_by,
    outcome_look,
    pace,
    plan_body,
    plan_command,
    state_now,
    take_back_body,
)
from adapters.web.console.replays_page import replay_address
from adapters.web.console.visit import Visit
from adapters.web.console.words import name_in, text_of
from adapters.web.problems import Problem
from adapters.web.texts.fields import FIELD_LABELS
from adapters.web.texts.obstacles import side_name
from adapters.web.texts.replays import end_text, planned_text
from adapters.web.texts.who_and_when import who
from domain.bounds import BATCH
from domain.fields import Field
from domain.ids import Side
from domain.reasons import MOST_IN_A_REASON
from domain.replays import EndState, PlannedRow
from domain.restoring import RestoreOutcome

ROWS = 100
OUTCOMES: tuple[RestoreOutcome, ...] = ("restored", "question", "already_so", "blocked")
ENDS: tuple[EndState, ...] = ("as_planned", "under_way", "otherwise", "moved_on", "refused", "not_decided")
SAID_IN_A_WORD: tuple[EndState, ...] = ("as_planned", "under_way")
SIDES: tuple[Side, ...] = ("quickbooks", "canopy")


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A field that is to be written."""

    side: str
    label: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One client. `end` None: nothing is decided about it, or nothing was to be."""

    number: int
    row: PlannedRow
    name: str
    address: str
    look: Look
    text: str
    writes: list[Written]
    end: Look | None
    end_text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which rows are shown: all, those of one outcome, or those that have ended so; and after how many."""

    outcome: RestoreOutcome | None
    end: EndState | None
    first: int

    def address(self, path: str, first: int = 0) -> str:
        """Give the address of these rows from a number on."""
        asked = {"outcome": self.outcome, "end": self.end, "from": first or None}
        written = urlencode({name: value for name, value in asked.items() if value is not None})
        return f"{path}?{written}" if written else path


async def show_replay(visit: Visit) -> web.Response:
    """Show it; under another firm's address, lead to its own."""
    replay = await known_replay(visit)
    desk, path = visit.parts.replays, replay_address(replay.firm_id, replay.id)
    by_end = await desk.by_end(replay, visit.parts.now())
    wanted = _wanted(visit)
    clients = (by_end or {}).get(wanted.end, ()) if wanted.end is not None else None
    last = wanted.first + ROWS
    shown = await desk.shown(
        replay,
        first=wanted.first if clients is None else 0,
        limit=ROWS,
        outcome=wanted.outcome,
        clients=clients[wanted.first : last] if clients is not None else None,
    )
    shape = replay_shape(replay, shown.decided)
    total = _total(replay, wanted, clients)
    return visit.render(
        "replay.html",
        frame=await frame(visit),
        replay=replay,
        shape=shape,
        title=found_by(replay, visit.clock),
        state=state_now(replay),
        lines=[_line(visit, replay, wanted.first + at, row) for at, row in enumerate(shown.rows)],
        total=total,
        outdated=replay.cancelled_by == OUTDATED,
        wanted=wanted,
        outcomes=[(each, outcome_look(each, replay.kind), replay.counts.get(each, 0)) for each in OUTCOMES],
        ends=_ends(by_end),
        is_open=shape.state == "applying" or "under_way" in (by_end or {}),
        filtered=lambda **only: Wanted(outcome=only.get("outcome"), end=only.get("end"), first=0).address(
            path
        ),
        before=wanted.address(path, max(0, wanted.first - ROWS)) if wanted.first else None,
        after=wanted.address(path, last) if last < total else None,
        pace=pace(shape.minutes),
        path=path,
        api=f"/api/v1/replays/{replay.id}",
        plan_body=plan_body(replay),
        take_back_body=take_back_body(replay),
        plan_command=plan_command(replay.firm_id, plan_body(replay)),
        take_back_command=plan_command(replay.firm_id, take_back_body(replay)),
        apply_command=apply_command(replay, shape.confirm),
        longest_reason=MOST_IN_A_REASON,
        who=who,
        place="replays",
    )


async def known_replay(visit: Visit) -> Replay:
    """Give the replay that the address names.

    Raises:
        Problem: 404, there is none, or its firm is not one of theirs.
        web.HTTPSeeOther: it is another firm's.
    """
    id_ = visit.request.match_info["replay"]
    replay = await visit.parts.replays.one(id_) if BATCH.holds(id_) else None
    if replay is None or not visit.person.may_see(replay.firm_id):
        raise Problem(404, "replay_unknown", "There is no such replay.")
    if replay.firm_id != visit.firm:
        raise web.HTTPSeeOther(replay_address(replay.firm_id, replay.id))
    return replay


def writes_of(row: PlannedRow) -> list[Written]:
    """List the fields that a row would write, side by side."""
    return [
        Written(side=side_name(side), label=FIELD_LABELS[field], value=text_of(row.writes[side][field]))
        for side in SIDES
        for field in Field
        if field in row.writes.get(side, {})
    ]


def _wanted(visit: Visit) -> Wanted:
    asked = visit.request.query
    first = asked.get("from", "0")
    return Wanted(
        outcome=next((each for each in OUTCOMES if each == asked.get("outcome")), None),
        end=next((each for each in ENDS if each == asked.get("end")), None),
        first=int(first) if first.isascii() and first.isdecimal() and len(first) < 6 else 0,  # noqa: PLR2004  (of 20,000 rows)
    )


def _total(replay: Replay, wanted: Wanted, clients: object) -> int:
    if isinstance(clients, list | tuple):
        return len(clients)
    return replay.counts.get(wanted.outcome, 0) if wanted.outcome is not None else replay.rows


def _ends(by_end: ByEnd | None) -> list[tuple[EndState, Look, int]]:
    return [(each, end_look(each), len(by_end[each])) for each in ENDS if by_end and each in by_end]


def _line(visit: Visit, replay: Replay, number: int, shown: ShownRow) -> Line:
    row, end = shown.planned, shown.end
    return Line(
        number=number,
        row=row,
        name=name_in({Field.DISPLAY_NAME: row.name}) or row.client_id,
        address=visit.client_address(row.client_id),
        look=outcome_look(row.outcome, replay.kind),
        text=planned_text(row),
        writes=writes_of(row),
        end=end_look(end.state) if end is not None else None,
        end_text=end_text(end) if end is not None and end.state not in SAID_IN_A_WORD else "",
    )

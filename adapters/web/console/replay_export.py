"""A replay's report to take along: each row as it was planned, and as it has ended."""

from collections.abc import AsyncIterator, Sequence

from aiohttp import web

from adapters.replays.desk import ShownRow
from adapters.store.replays import Replay
from adapters.web.console.csv_answer import Cells, csv_answer
from adapters.web.console.replay_page import known_replay, writes_of
from adapters.web.console.visit import Visit
from adapters.web.console.words import text_of
from adapters.web.texts.replays import end_text, planned_text

AT_ONCE = 500

HEADINGS = (
    *("client_id", "name", "customer_id", "done_at", "done_by"),
    *("outcome", "code", "planned", "writes"),
    *("end", "end_code", "ended", "position"),
)


async def export_replay(visit: Visit) -> web.StreamResponse:
    """Answer with all rows."""
    replay = await known_replay(visit)
    return await csv_answer(visit, replay.id, HEADINGS, _parts(visit, replay))


async def _parts(visit: Visit, replay: Replay) -> AsyncIterator[Sequence[Cells]]:
    for first in range(0, replay.rows, AT_ONCE):
        shown = await visit.parts.replays.shown(replay, first=first, limit=AT_ONCE)
        yield [_cells(row) for row in shown.rows]


def _cells(shown: ShownRow) -> Cells:
    row, end = shown.planned, shown.end
    writes = "; ".join(f"{each.side}: {each.label} = {each.value}" for each in writes_of(row))
    ended = (end.state, end.code, end_text(end), end.position) if end is not None else ("", "", "", "")
    return (
        *(row.client_id, text_of(row.name), row.customer_id, row.at.isoformat() if row.at else "", row.by),
        *(row.outcome, row.code, planned_text(row), writes),
        *ended,
    )

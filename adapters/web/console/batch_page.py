"""Batches: all of a firm, one with the result of each row, and what taking one back would do."""

import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from aiohttp import web

from adapters.batches.desk import Shown
from adapters.batches.seen import look_seen, row_seen
from adapters.store.batch_ends import RowEnd
from adapters.store.batches import Batch
from adapters.web.api.batches import known_batch, state_of
from adapters.web.console.batch_look import Look, do_word, row_look, state_look
from adapters.web.console.frame import frame
from adapters.web.console.visit import Visit
from adapters.web.console.words import name_in, text_of
from adapters.web.texts.batches import revert_text, row_text
from adapters.web.texts.fields import FIELD_LABELS
from adapters.web.texts.obstacles import side_name
from adapters.web.texts.refusals import refusal_text
from adapters.web.texts.who_and_when import who
from domain.batches import ABOUT_VALUES, STATES, BatchRow, RowState
from domain.ids import ClientId, CustomerId
from domain.reasons import MOST_IN_A_REASON
from domain.reverting import RevertedRow

ROWS = 100
OTHERWISE = "otherwise"
"""Stands for a look of which something has changed since: no other look is like it."""
SAID_IN_A_WORD: tuple[RowState, ...] = ("done", "under_way", "waiting", "stopped", "left_out")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One row. `address`: of its client, or where there is none of its customer."""

    number: int
    name: str
    customer: str | None
    address: str
    do: str
    look: Look
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RevertLine:
    """What taking a row back would do. `replaced`: what the match wrote over, by field: before, and as it stands; `writes`: by side and field.

    `kept_for`: why QuickBooks can't be given what stood there before.
    """

    name: str
    address: str
    text: str
    is_done: bool
    replaced: Sequence[tuple[str, str, str]]
    kept_for: str | None
    writes: Sequence[tuple[str, str, str]]


@dataclass(frozen=True, slots=True)
class _Names:
    """Names of clients and customers, as far as they are known."""

    clients: dict[ClientId, str]
    customers: dict[CustomerId, str]

    def of(self, client: ClientId | None, customer: CustomerId | None) -> str:
        if client is not None:
            return self.clients.get(client) or client
        return self.customers.get(customer, customer) if customer is not None else "—"


async def show_batches(visit: Visit) -> web.Response:
    """Show all batches of the firm, the newest first."""
    page = await visit.parts.batches.page(visit.firm, cursor=visit.request.query.get("cursor"))
    more = urlencode({"cursor": page.cursor}) if page.cursor else None
    numbers = {each.id: each.number for each in page.batches}
    return visit.render(
        "batches.html",
        frame=await frame(visit),
        batches=page.batches,
        numbers=numbers,
        state=lambda each: state_look(state_of(each)),
        more=f"{visit.home}/batches?{more}" if more else None,
        who=who,
        place="clients",
    )


async def show_batch(visit: Visit) -> web.Response:
    """Show how far a batch is, and what has come of each row."""
    batch = await _known(visit)
    desk, asked = visit.parts.batches, visit.request.query
    wanted = next((each for each in STATES if each == asked.get("state")), None)
    first = _number(asked.get("from", "0"))

    def here(states: Sequence[RowState]) -> Sequence[int]:
        of_state = [number for number, state in enumerate(states) if wanted in (None, state)]
        return of_state[first : first + ROWS]

    shown = await desk.shown(batch, here)
    counts = shown.counts
    total = len(shown.rows) if wanted is None else counts.get(wanted, 0)
    back = await desk.reverting(batch.id)
    path = f"{visit.home}/batches/{batch.id}"
    return visit.render(
        "batch.html",
        frame=await frame(visit),
        batch=batch,
        state=state_look(state_of(batch)),
        asked=shown.asked,
        over=shown.over,
        groups=[(each, row_look(each), counts[each]) for each in STATES if counts.get(each)],
        wanted=wanted,
        lines=await _lines(visit, shown),
        first=first,
        total=total,
        before=_address(path, wanted, first - ROWS) if first else None,
        after=_address(path, wanted, first + ROWS) if first + ROWS < total else None,
        filtered=lambda state=None: _address(path, state, 0),
        is_open=batch.is_under_way or bool(counts.get("under_way")),
        reverts=await desk.one(batch.reverts) if batch.reverts else None,
        back=back,
        can_revert=_can_be_reverted(shown),
        path=path,
        api=f"/batches/{batch.id}",
        who=who,
        place="clients",
    )


async def show_revert(visit: Visit) -> web.Response:
    """Show what taking a batch back would do to each row; nothing is changed."""
    batch = await _known(visit)
    desk, now = visit.parts.batches, visit.parts.now()
    rows = [] if batch.is_under_way else await desk.to_revert(batch, now)
    asked, seen = visit.request.query, [row_seen(each) for each in rows]
    first = _number(asked.get("from", "0"))
    here = rows[first : first + ROWS]
    # It goes from page to page, so that what is carried out is what was shown on all of them.
    look = look_seen(seen)
    moved = asked.get("seen", look) != look
    look = OTHERWISE if moved else look
    names = await _names(visit, [(each.client_id, each.customer_id) for each in here])
    path = f"{visit.home}/batches/{batch.id}"
    with_values = sum(bool(each.values_back) for each in rows)
    return visit.render(
        "revert.html",
        frame=await frame(visit),
        batch=batch,
        unmatched=sum(each.outcome == "unmatched" for each in rows),
        restored=sum(each.outcome in ("restored", "question") for each in rows),
        total=len(rows),
        with_values=with_values,
        command=_revert_command(visit, batch, look, with_values=bool(with_values))
        if visit.is_operator
        else None,
        kept=sum(each.kept_for is not None for each in rows),
        lines=[_revert_line(visit, names, each) for each in here],
        first=first,
        before=_address(f"{path}/revert", None, first - ROWS, look) if first else None,
        after=_address(f"{path}/revert", None, first + ROWS, look) if first + ROWS < len(rows) else None,
        moved=moved,
        body={"seen": seen},
        under_way=await visit.parts.batches.of_firm_under_way(visit.firm),
        path=path,
        api=f"/batches/{batch.id}",
        longest_reason=MOST_IN_A_REASON,
        place="clients",
    )


def _revert_command(visit: Visit, batch: Batch, look: str, *, with_values: bool) -> str:
    """Write the command that does the same: what is shown in this `look`, or nothing."""
    values = ["--put-values-back"] if with_values else []
    words = ["client-sync", "batches", "revert", visit.firm, str(batch.number), *values]
    return f'{shlex.join(words)} --reason "…" --seen {look}'


def _can_be_reverted(shown: Shown) -> bool:
    """Say whether a row may be left that can be taken back; which, says the preview."""
    granted = ("done", "question", "under_way")
    rows = zip(shown.rows, shown.states, strict=True)
    taken_in = any(state in granted and row.do not in ABOUT_VALUES for row, state in rows)
    return taken_in and not shown.batch.is_under_way


async def _known(visit: Visit) -> Batch:
    return await known_batch(visit.parts.batches, visit.firm, visit.request.match_info["batch"])


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else 0  # noqa: PLR2004  (of 5,000 rows)


def _address(path: str, state: RowState | None, first: int, seen: str | None = None) -> str:
    asked = {"state": state, "from": max(first, 0) or None, "seen": seen}
    written = urlencode({name: value for name, value in asked.items() if value is not None})
    return f"{path}?{written}" if written else path


async def _lines(visit: Visit, shown: Shown) -> list[Line]:
    names = await _names(visit, [(end.client_id, row.customer_id) for _, row, end in shown.part])
    return [_line(visit, names, number, row, end) for number, row, end in shown.part]


def _line(visit: Visit, names: _Names, number: int, row: BatchRow, end: RowEnd) -> Line:
    customer = row.customer_id
    return Line(
        number=number,
        name=names.of(end.client_id, customer),
        customer=names.of(None, customer) if end.client_id is not None and customer is not None else None,
        address=_place(visit, end.client_id),
        do=do_word(row.do) if row.do != "leave" or end.state != "moved_on" else "Nothing",
        look=row_look(end.state),
        text="" if end.state in SAID_IN_A_WORD and not end.not_put_back else row_text(end, row.do),
    )


def _revert_line(visit: Visit, names: _Names, row: RevertedRow) -> RevertLine:
    return RevertLine(
        name=names.of(row.client_id, row.customer_id),
        address=_place(visit, row.client_id),
        text=revert_text(row),
        is_done=row.is_carried_out,
        replaced=[
            (FIELD_LABELS[field], text_of(before), text_of(written))
            for field, (before, written) in row.replaced.items()
        ],
        kept_for=refusal_text(row.kept_for.code, row.kept_for.facts) if row.kept_for is not None else None,
        writes=[
            (side_name(side), FIELD_LABELS[field], text_of(value))
            for side, values in row.writes.items()
            for field, value in values.items()
        ],
    )


def _place(visit: Visit, client: ClientId | None) -> str:
    return visit.client_address(client) if client is not None else f"{visit.home}/customers"


async def _names(visit: Visit, of: Sequence[tuple[ClientId | None, CustomerId | None]]) -> _Names:
    """Look up what clients and customers are called now."""
    reads = visit.parts.read_model
    views = await reads.links.some(visit.firm, [client for client, _ in of if client is not None])
    customers = [customer for _, customer in of if customer is not None]
    known = await reads.surroundings.of(visit.firm, [], also=customers)
    rows = [known.customer(visit.firm, each) for each in customers]
    return _Names(
        clients={
            each.row.client_id: name
            for each in views
            if each.row.client is not None and (name := name_in(each.row.client.values))
        },
        customers={
            row.customer_id: name
            for row in rows
            if row is not None and row.customer is not None and (name := name_in(row.customer.values))
        },
    )

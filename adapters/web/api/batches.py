"""Batches: what people ask for in bulk, carried out row by row; how far each is; stopping one, and taking one back."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from adapters.batches.desk import BatchDesk, BatchRefusedError, Shown
from adapters.batches.seen import ROW_SEEN, row_seen
from adapters.bounded import ClientIdText, CustomerIdText, WholeNumber
from adapters.store.batch_ends import RowEnd
from adapters.store.batches import Batch
from adapters.store.cursors import cursor_of, number_key
from adapters.web.api.batch_shapes import (
    BatchAnswer,
    BatchesAnswer,
    BatchProgress,
    BatchShape,
    RevertedShape,
    RevertPreview,
    RevertRefused,
    RowShape,
    State,
)
from adapters.web.api.field_values import values_shape
from adapters.web.api.matching import draft_now
from adapters.web.api.operations import FIRM_PATH, Answer, Call, Operation, PageQuery
from adapters.web.api.replaced_shape import replaced_shapes
from adapters.web.auth.people import Role
from adapters.web.problems import UNREADABLE, Problem
from adapters.web.texts.batches import batch_refusal_text, fault_text, revert_text, row_text
from adapters.web.texts.refusals import refusal_text
from domain.batches import MOST_ROWS, BatchRow, first_fault
from domain.bounds import BATCH
from domain.ids import ClientId, CustomerId, FirmId
from domain.reasons import MOST_IN_A_REASON, cleaned
from domain.reverting import RevertedRow

PATH = FIRM_PATH + "/batches"
ONE = PATH + "/{batch}"


class RowBody(BaseModel):
    """One row. `match` takes both, `create_client` a customer, all others a client. The versions: as they were seen; absent: no check.

    `push` sends what is held, `take_theirs` takes the other side's value in its place, `leave_both` lets each side keep its own;
    `retry` sends what the other side would not take. None of these can be taken back.
    """

    model_config = ConfigDict(extra="forbid")

    do: Literal[
        "match",
        "create",
        "create_client",
        "leave",
        "unmatch",
        "push",
        "take_theirs",
        "leave_both",
        "retry",
    ]
    client_id: ClientIdText | None = None
    customer_id: CustomerIdText | None = None
    link_version: WholeNumber | None = None
    customer_sync_token: WholeNumber | None = None


class BatchBody(BaseModel):
    """Either `rows`, or `draft`: the `seen` of the draft, which is carried out if it is still the same."""

    model_config = ConfigDict(extra="forbid")

    rows: list[RowBody] | None = Field(None, min_length=1, max_length=MOST_ROWS)
    draft: str | None = Field(None, max_length=64)
    reason: str | None = Field(None, max_length=MOST_IN_A_REASON)


class RevertBody(BaseModel):
    """`put_values_back`: QuickBooks gets what the matches replaced, as the preview says. `reason`: a person's words, for the log.

    `seen`: the `seen` of each row of the preview, from all of its pages. A row that is not among them, since it has changed, is left as
    it is and is `moved_on` in the batch that is made; if no row is as it was seen, 409 `revert_moved`. Absent: no check.
    """

    model_config = ConfigDict(extra="forbid")

    put_values_back: bool = False
    seen: list[Annotated[str, Field(max_length=ROW_SEEN)]] | None = Field(None, max_length=MOST_ROWS)
    reason: str | None = Field(None, max_length=MOST_IN_A_REASON)


async def _begin(call: Call) -> Answer:
    body = call.body_as(BatchBody)
    if (body.rows is None) is (body.draft is None):
        raise Problem(422, "wrong_body", UNREADABLE, advice="Send either `rows` or `draft`.")
    # By the request's key, so that the same request is the same batch, also where its answer was lost.
    id_ = f"b-{call.intent_id[:20]}"
    batch = await call.parts.batches.one(id_)
    if batch is None:
        batch = await _new(call, id_, body)
    return Answer(status=202, body=await _answer(call, batch, PageQuery()), location=_place(call, batch))


async def _new(call: Call, id_: str, body: BatchBody) -> Batch:
    rows, forget = await _rows(call, body)
    if (fault := first_fault(rows)) is not None:
        number, why = fault
        raise Problem(
            422,
            "wrong_row",
            f"Row {number} can't be taken. {fault_text(why)}",
            facts={"row": number, "why": why},
        )
    with batch_problems():
        return await call.parts.batches.begin(
            id_,
            call.firm,
            rows,
            by=call.person.actor,
            at=call.parts.now(),
            reason=cleaned(body.reason),
            forget=forget,
        )


async def _rows(call: Call, body: BatchBody) -> tuple[list[BatchRow], list[str]]:
    """Give the rows that are asked for, and which choices they carry out."""
    if body.rows is not None:
        return [_row(each) for each in body.rows], []
    _, draft = await draft_now(call.parts, call.firm)
    to_do = draft.to_do
    if len(to_do) > MOST_ROWS:
        raise Problem(
            422, "too_many_rows", f"A batch has {MOST_ROWS:,} rows at most. Decide some of them later."
        )
    if draft.seen != body.draft:
        raise refusal(BatchRefusedError("draft_moved"))
    return [each.as_row() for each in to_do], [each.choice.row for each in to_do if each.choice is not None]


def _row(given: RowBody) -> BatchRow:
    return BatchRow(
        do=given.do,
        client_id=ClientId(given.client_id) if given.client_id is not None else None,
        customer_id=CustomerId(given.customer_id) if given.customer_id is not None else None,
        link_version=given.link_version,
        customer_sync_token=given.customer_sync_token,
    )


async def _list(call: Call) -> Answer:
    asked = call.query_as(PageQuery)
    page = await call.parts.batches.page(call.firm, cursor=asked.cursor, limit=asked.limit)
    return Answer(
        body=BatchesAnswer(batches=[batch_shape(each) for each in page.batches], cursor=page.cursor)
    )


async def _show(call: Call) -> Answer:
    return Answer(body=await _answer(call, await _known(call), call.query_as(PageQuery)))


async def _cancel(call: Call) -> Answer:
    batch = await _known(call)
    with batch_problems():
        await call.parts.batches.stop(batch, by=call.person.actor, at=call.parts.now())
    return Answer(body=await _answer(call, await _known(call), PageQuery()))


async def _revert_preview(call: Call) -> Answer:
    asked = call.query_as(PageQuery)
    batch = await _known(call)
    return Answer(
        body=await revert_preview(call.parts.batches, batch, call.parts.now(), asked.cursor, asked.limit)
    )


async def revert_preview(
    desk: BatchDesk, batch: Batch, at: datetime, cursor: str | None, limit: int | None
) -> RevertPreview:
    """Say what taking a batch back would do. `limit` None: all of its rows."""
    rows = await desk.to_revert(batch, at)
    refused = await desk.refusal_of_revert(batch, rows)
    first, end = _part(cursor, limit, len(rows))
    return RevertPreview(
        refused=_refused(refused) if refused is not None else None,
        unmatched=sum(each.outcome == "unmatched" for each in rows),
        restored=sum(each.outcome in ("restored", "question") for each in rows),
        with_values_back=sum(bool(each.values_back) for each in rows),
        rows=[_reverted(each) for each in rows[first:end]],
        cursor=cursor_of(end) if end < len(rows) else None,
    )


async def _revert(call: Call) -> Answer:
    batch, body = await _known(call), call.body_as(RevertBody)
    with batch_problems():
        made = await call.parts.batches.revert(
            f"b-{call.intent_id[:20]}",
            batch,
            by=call.person.actor,
            at=call.parts.now(),
            reason=cleaned(body.reason),
            put_values_back=body.put_values_back,
            seen=body.seen,
        )
    return Answer(status=202, body=await _answer(call, made, PageQuery()), location=_place(call, made))


async def _known(call: Call) -> Batch:
    return await known_batch(call.parts.batches, call.firm, call.batch)


async def known_batch(desk: BatchDesk, firm: FirmId, name: str) -> Batch:
    """Give a firm's batch, by its id or its number.

    Raises:
        Problem: 404, it has none of that name.
    """
    batch = await desk.named(firm, name) if BATCH.holds(name) else None
    if batch is None:
        raise Problem(404, "batch_unknown", "There is no such batch.")
    return batch


@contextmanager
def batch_problems() -> Iterator[None]:
    """Say why a batch is not begun, stopped or taken back.

    Raises:
        Problem: 409, with the reason.
    """
    try:
        yield
    except BatchRefusedError as refused:
        raise refusal(refused) from None


def refusal(refused: BatchRefusedError) -> Problem:
    """Say why a batch is not begun, stopped or taken back."""
    told = _refused(refused)
    return Problem(409, told.code, told.text, facts=dict(told.facts))


def _refused(refused: BatchRefusedError) -> RevertRefused:
    return RevertRefused(
        code=refused.code,
        text=batch_refusal_text(refused.code, refused.facts),
        facts=dict(refused.facts),
    )


def _place(call: Call, batch: Batch) -> str:
    return f"{PATH.format(firm=call.firm)}/{batch.id}"


def _part(cursor: str | None, limit: int | None, rows: int) -> tuple[int, int]:
    """Say from which row on, and up to which, a page goes. `limit` None: to the last."""
    first = max(number_key(cursor, 1)[0], 0) if cursor is not None else 0
    return first, first + limit if limit is not None else max(first, rows)


async def _answer(call: Call, batch: Batch, asked: PageQuery) -> BatchAnswer:
    return await batch_answer(call.parts.batches, batch, asked.cursor, asked.limit)


async def batch_answer(desk: BatchDesk, batch: Batch, cursor: str | None, limit: int | None) -> BatchAnswer:
    """Show a batch with some of its rows. `limit` None: with all of them."""
    first, end = _part(cursor, limit, batch.rows)
    shown = await desk.shown(batch, lambda states: range(len(states))[first:end])
    return BatchAnswer(
        batch=progress_shape(shown),
        rows=[_shape(number, row, its_end) for number, row, its_end in shown.part],
        cursor=cursor_of(end) if end < len(shown.rows) else None,
    )


def progress_shape(shown: Shown) -> BatchProgress:
    """Lay a batch out with how its rows stand."""
    return BatchProgress(
        **batch_shape(shown.batch).model_dump(),
        asked=shown.asked,
        over=shown.over,
        counts=dict(shown.counts),
    )


def batch_shape(batch: Batch) -> BatchShape:
    """Lay a batch out as a list has it."""
    return BatchShape(
        batch=batch.id,
        number=batch.number,
        state=state_of(batch),
        rows=batch.rows,
        asked_at=batch.asked_at,
        asked_by=batch.asked_by,
        reason=batch.reason,
        reverts=batch.reverts,
        stopped_at=batch.cancelled_at,
        stopped_by=batch.cancelled_by,
        ended_at=batch.ended_at,
    )


def state_of(batch: Batch) -> State:
    """Say how far a batch is."""
    if batch.cancelled_at is not None:
        return "stopped"
    return "ended" if batch.ended_at is not None else "under_way"


def _shape(number: int, row: BatchRow, end: RowEnd) -> RowShape:
    return RowShape(
        number=number,
        do=row.do,
        client_id=end.client_id,
        customer_id=row.customer_id,
        state=end.state,
        code=end.code,
        text=row_text(end, row.do),
        facts=dict(end.facts),
        position=end.position,
    )


def _reverted(row: RevertedRow) -> RevertedShape:
    return RevertedShape(
        number=row.number,
        client_id=row.client_id,
        customer_id=row.customer_id,
        outcome=row.outcome,
        text=revert_text(row),
        code=row.code,
        writes={side: values_shape(values) for side, values in row.writes.items() if values},
        stays=replaced_shapes(row.replaced),
        values_back=values_shape(row.values_back),
        seen=row_seen(row),
        kept_for=row.kept_for.code if row.kept_for is not None else None,
        kept_text=refusal_text(row.kept_for.code, row.kept_for.facts) if row.kept_for is not None else None,
    )


BATCHES = (
    Operation(
        method="POST",
        path=PATH,
        summary="Do many things at once; they are carried out row by row",
        handle=_begin,
        answer=BatchAnswer,
        role=Role.MANAGER,
        body=BatchBody,
    ),
    Operation(
        method="GET",
        path=PATH,
        summary="Batches of a firm, the newest first",
        handle=_list,
        answer=BatchesAnswer,
        query=PageQuery,
    ),
    Operation(
        method="GET",
        path=ONE,
        summary="One batch: how far it is, and what came of each row",
        handle=_show,
        answer=BatchAnswer,
        query=PageQuery,
    ),
    Operation(
        method="POST",
        path=ONE + "/cancel",
        summary="Stop a batch: ask for nothing more of it",
        handle=_cancel,
        answer=BatchAnswer,
        role=Role.MANAGER,
    ),
    Operation(
        method="GET",
        path=ONE + "/revert-preview",
        summary="What taking a batch back would do, row by row; nothing is changed",
        handle=_revert_preview,
        answer=RevertPreview,
        query=PageQuery,
    ),
    Operation(
        method="POST",
        path=ONE + "/revert",
        summary="Take a batch back, by another one",
        handle=_revert,
        answer=BatchAnswer,
        role=Role.MANAGER,
        body=RevertBody,
    ),
)

"""Batches: what people ask for in bulk, carried out row by row; how far each is; stopping one, and taking one back."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from adapters.batches.desk import BatchRefusedError, Shown
from adapters.bounded import ClientIdText, CustomerIdText, WholeNumber
from adapters.store.batch_ends import RowEnd, RowState
from adapters.store.batches import Batch
from adapters.store.cursors import cursor_of, number_key
from adapters.web.api.field_values import AddressShape, values_shape
from adapters.web.api.matching import draft_now
from adapters.web.api.operations import FIRM_PATH, Answer, Call, Operation, PageQuery
from adapters.web.api.replaced_shape import ReplacedShape, replaced_shapes
from adapters.web.auth.people import Role
from adapters.web.problems import UNREADABLE, Problem
from adapters.web.texts.batches import batch_refusal_text, fault_text, revert_text, row_text
from adapters.web.texts.refusals import refusal_text
from domain.batches import MOST_ROWS, BatchRow, Do, first_fault
from domain.codes import RefusalCode
from domain.fields import Field as ClientField
from domain.ids import ClientId, CustomerId, Side
from domain.reasons import MOST_IN_A_REASON, cleaned
from domain.restoring import ForeseenCode
from domain.reverting import RevertedRow, RevertOutcome

PATH = FIRM_PATH + "/batches"
ONE = PATH + "/{batch}"

State = Literal["under_way", "stopped", "ended"]


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
    """`put_values_back`: QuickBooks gets what the matches replaced, as the preview says. `reason`: a person's words, for the log."""

    model_config = ConfigDict(extra="forbid")

    put_values_back: bool = False
    reason: str | None = Field(None, max_length=MOST_IN_A_REASON)


class RowShape(BaseModel):
    """A row, and how it stands. `client_id`: also of a client that it made; `code`, `text`: of a refusal why, and what to do."""

    number: int
    do: Do
    client_id: str | None
    customer_id: str | None
    state: RowState
    code: str
    text: str
    facts: dict[str, str]
    position: str | None


class BatchShape(BaseModel):
    """A batch. `asked`: rows that ask for something; `over`: of so many nothing is left to be done; `reverts`: the batch that it takes back."""

    batch: str
    number: int
    state: State
    rows: int
    asked_at: datetime
    asked_by: str
    reason: str | None
    reverts: str | None
    stopped_at: datetime | None
    stopped_by: str | None
    ended_at: datetime | None


class BatchProgress(BatchShape):
    """A batch with how its rows stand."""

    asked: int
    over: int
    counts: dict[RowState, int]


class BatchAnswer(BaseModel):
    """A batch with some of its rows."""

    batch: BatchProgress
    rows: list[RowShape]
    cursor: str | None


class BatchesAnswer(BaseModel):
    """Batches of a firm, the newest first."""

    batches: list[BatchShape]
    cursor: str | None


class RevertedShape(BaseModel):
    """What taking back a row would do. Of an unmatch: `code`, what its restore comes to; `writes`, by the side where.

    Of a match: `stays`, what it wrote in QuickBooks and stands there, which is left where it is. `values_back`: what QuickBooks gets
    with `put_values_back`; `kept_for`, `kept_text`: why it can't be given that.
    """

    number: int
    client_id: str
    customer_id: str | None
    outcome: RevertOutcome
    text: str
    stays: list[ReplacedShape]
    values_back: dict[ClientField, str | AddressShape | None]
    kept_for: RefusalCode | None = None
    kept_text: str | None = None
    code: ForeseenCode | None = None
    writes: dict[Side, dict[ClientField, str | AddressShape | None]]


class RevertPreview(BaseModel):
    """What taking a batch back would do. `unmatched`, `restored`: to so many rows that; `with_values_back`: of so many, values can be put back."""

    unmatched: int
    restored: int
    with_values_back: int
    rows: list[RevertedShape]
    cursor: str | None


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
    try:
        return await call.parts.batches.begin(
            id_,
            call.firm,
            rows,
            by=call.person.actor,
            at=call.parts.now(),
            reason=cleaned(body.reason),
            forget=forget,
        )
    except BatchRefusedError as refused:
        raise refusal(refused) from None


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
    try:
        await call.parts.batches.stop(batch, by=call.person.actor, at=call.parts.now())
    except BatchRefusedError as refused:
        raise refusal(refused) from None
    return Answer(body=await _answer(call, await _known(call), PageQuery()))


async def _revert_preview(call: Call) -> Answer:
    asked = call.query_as(PageQuery)
    rows = await call.parts.batches.to_revert(await _known(call), call.parts.now())
    first = _first(asked)
    end = first + asked.limit
    return Answer(
        body=RevertPreview(
            unmatched=sum(each.outcome == "unmatched" for each in rows),
            restored=sum(each.outcome in ("restored", "question") for each in rows),
            with_values_back=sum(bool(each.values_back) for each in rows),
            rows=[_reverted(each) for each in rows[first:end]],
            cursor=cursor_of(end) if end < len(rows) else None,
        )
    )


async def _revert(call: Call) -> Answer:
    batch, body = await _known(call), call.body_as(RevertBody)
    try:
        made = await call.parts.batches.revert(
            f"b-{call.intent_id[:20]}",
            batch,
            by=call.person.actor,
            at=call.parts.now(),
            reason=cleaned(body.reason),
            put_values_back=body.put_values_back,
        )
    except BatchRefusedError as refused:
        raise refusal(refused) from None
    return Answer(status=202, body=await _answer(call, made, PageQuery()), location=_place(call, made))


async def _known(call: Call) -> Batch:
    batch = await call.parts.batches.one(call.batch)
    if batch is None or batch.firm_id != call.firm:
        raise Problem(404, "batch_unknown", "There is no such batch.")
    return batch


def refusal(refused: BatchRefusedError) -> Problem:
    """Say why a batch is not begun, stopped or taken back."""
    return Problem(
        409, refused.code, batch_refusal_text(refused.code, refused.facts), facts=dict(refused.facts)
    )


def _place(call: Call, batch: Batch) -> str:
    return f"{PATH.format(firm=call.firm)}/{batch.id}"


def _first(asked: PageQuery) -> int:
    return max(number_key(asked.cursor, 1)[0], 0) if asked.cursor is not None else 0


async def _answer(call: Call, batch: Batch, asked: PageQuery) -> BatchAnswer:
    shown = await call.parts.batches.shown(batch)
    first = _first(asked)
    end = first + asked.limit
    rows = zip(shown.rows[first:end], shown.ends[first:end], strict=True)
    return BatchAnswer(
        batch=progress_shape(shown),
        rows=[_shape(number, row, its_end) for number, (row, its_end) in enumerate(rows, first)],
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

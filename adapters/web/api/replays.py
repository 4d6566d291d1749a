"""Replays, for operators: acts of a firm taken back together, planned first."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from pydantic import BaseModel, ConfigDict, Field

from adapters.batches.desk import BatchDesk, is_number
from adapters.bounded import ActorText, BatchText, ClientIdText, EngineText, FirmText, Time, WholeNumber
from adapters.replays.desk import ReplayDesk, ReplayRefusedError, Shown, ShownRow, needs_count
from adapters.replays.planning import (
    MOST_ROWS,
    PlannerBusyError,
    PlanTooSlowError,
    TooManyActsError,
    UnknownFirmError,
    UnknownVersionError,
)
from adapters.store.cursors import cursor_of, number_key
from adapters.store.replay_ends import RowEnd
from adapters.store.replays import Replay
from adapters.web.api.batches import known_batch
from adapters.web.api.field_values import AddressShape, value_shape
from adapters.web.api.firms import FIRM_UNKNOWN
from adapters.web.api.operations import Answer, Call, Operation, PageQuery
from adapters.web.api.replay_shapes import (
    ActTakenBack,
    EndShape,
    ReplayAnswer,
    ReplaysAnswer,
    ReplayShape,
    RowShape,
    State,
)
from adapters.web.auth.people import Role
from adapters.web.auth.who_asks import may_act_for
from adapters.web.problems import Problem
from adapters.web.texts.batches import not_replayed_text
from adapters.web.texts.replays import end_text, planned_text, replay_refusal_text
from domain.acts import ActFilter
from domain.batches import UNMATCHES, Do
from domain.fields import Field as ClientField
from domain.fields import Values
from domain.ids import ClientId, EngineVersion, FirmId
from domain.reasons import MOST_IN_A_REASON, cleaned
from domain.replays import ReplayKind, minutes_of

PATH = "/api/v1/replays"
ONE = PATH + "/{replay}"


class PlanBody(BaseModel):
    """Which acts to take back: all that is named has to hold. `kind`: `unmatch`, or `restore`, which takes a replay back.

    `batch`: a replay's id, or the number or id of a batch with such acts; one of matches is reverted (`POST …/batches/{batch}/revert`).
    `engine`: the version of the program that decided, as timeline and activity name it; one that has decided nothing in the firm is refused.
    """

    model_config = ConfigDict(extra="forbid")

    firm: FirmText
    since: Time | None = None
    until: Time | None = None
    kind: ReplayKind = "unmatch"
    actor: ActorText | None = None
    batch: BatchText | None = None
    engine: EngineText | None = None
    ids: list[ClientIdText] | None = Field(None, max_length=MOST_ROWS)


class ApplyBody(BaseModel):
    """`confirm`: how many rows ask for something, where that is a large part of the firm."""

    model_config = ConfigDict(extra="forbid")

    reason: str = Field(max_length=MOST_IN_A_REASON)
    confirm: WholeNumber | None = None


async def _plan(call: Call) -> Answer:
    body = call.body_as(PlanBody)
    firm = FirmId(body.firm)
    may_act_for(call.parts, call.person, firm)
    batch = await batch_meant(call.parts.batches, firm, body.kind, body.batch)
    wanted = ActFilter(
        since=body.since,
        until=body.until,
        kind=body.kind,
        actor=body.actor,
        batch=batch,
        engine=EngineVersion(body.engine) if body.engine is not None else None,
        clients=tuple(ClientId(each) for each in dict.fromkeys(body.ids or ())),
    )
    with planning_problems():
        made = await call.parts.replays.plan(
            firm, body.kind, wanted, by=call.person.actor, at=call.parts.now()
        )
    return await _answer(call, made, PageQuery())


_TAKEN_BACK: Mapping[ReplayKind, tuple[Do, ...]] = {"unmatch": UNMATCHES, "restore": ("restore",)}
"""Rows of a batch whose acts a replay of a kind takes back."""


async def batch_meant(desk: BatchDesk, firm: FirmId, kind: ReplayKind, name: str | None) -> str | None:
    """Give the id that acts asked for together stand under. `name`: a replay's id, or a batch's id or number; None: none is meant.

    Raises:
        Problem: 404, the firm has no batch of this number; 409, the batch has no act of this kind.
    """
    if name is None:
        return None
    batch = await (known_batch(desk, firm, name) if is_number(name) else desk.named(firm, name))
    if batch is None:
        return name
    if (await desk.does(batch)).isdisjoint(_TAKEN_BACK[kind]):
        facts = {"batch": batch.id, "number": str(batch.number)}
        raise Problem(409, "batch_not_replayed", not_replayed_text(firm, batch.number, kind), facts=facts)
    return batch.id


@contextmanager
def planning_problems() -> Iterator[None]:
    """Say why there is no plan.

    Raises:
        Problem: 404 no such firm, or no such version in it, 422 too many acts, 503 too much to do.
    """
    try:
        yield
    except UnknownFirmError:
        raise Problem(404, "firm_unknown", FIRM_UNKNOWN) from None
    except UnknownVersionError as unknown:
        raise Problem(404, "version_unknown", str(unknown)) from None
    except TooManyActsError as many:
        raise Problem(422, "too_many_acts", str(many)) from None
    except PlannerBusyError:
        raise Problem(
            503,
            "planner_busy",
            "Other plans are being made right now. Try again in a moment.",
            headers={"Retry-After": "10"},
        ) from None
    except PlanTooSlowError:
        raise Problem(
            503,
            "plan_too_slow",
            "This plan took too long and was given up; nothing was changed. Name a shorter time, a person or a batch.",
            headers={"Retry-After": "60"},
        ) from None


async def _list(call: Call) -> Answer:
    asked = call.query_as(PageQuery)
    page = await call.parts.replays.page(call.person.firms, cursor=asked.cursor, limit=asked.limit)
    shapes = [listed_shape(each, await call.parts.replays.decided(each)) for each in page.replays]
    return Answer(body=ReplaysAnswer(replays=shapes, cursor=page.cursor))


async def _show(call: Call) -> Answer:
    return await _answer(call, await _known(call), call.query_as(PageQuery))


async def _apply(call: Call) -> Answer:
    body, replay = call.body_as(ApplyBody), await _known(call)
    reason = cleaned(body.reason)
    if reason is None:
        raise Problem(422, "wrong_body", "Say why: the reason stays in the log and on every timeline.")
    with replay_problems():
        await call.parts.replays.apply(
            replay, by=call.person.actor, reason=reason, count=body.confirm, at=call.parts.now()
        )
    answer = await _answer(call, await _known(call), PageQuery())
    return Answer(status=202, body=answer.body, location=f"{PATH}/{replay.id}")


async def _cancel(call: Call) -> Answer:
    replay = await _known(call)
    with replay_problems():
        await call.parts.replays.cancel(replay, by=call.person.actor, at=call.parts.now())
    return await _answer(call, await _known(call), PageQuery())


async def _known(call: Call) -> Replay:
    """Give the replay that the address names, if its firm is one of theirs."""
    replay = await known_replay(call.parts.replays, call.replay)
    if not call.person.may_see(replay.firm_id):
        raise _unknown()
    return replay


async def known_replay(desk: ReplayDesk, id_: str) -> Replay:
    """Give a replay.

    Raises:
        Problem: 404, there is none.
    """
    replay = await desk.one(id_)
    if replay is None:
        raise _unknown()
    return replay


def _unknown() -> Problem:
    return Problem(404, "replay_unknown", "There is no such replay.")


@contextmanager
def replay_problems() -> Iterator[None]:
    """Say why a plan is not applied or cancelled.

    Raises:
        Problem: 409.
    """
    try:
        yield
    except ReplayRefusedError as refused:
        sentence = replay_refusal_text(refused.code, refused.facts)
        raise Problem(409, refused.code, sentence, facts=dict(refused.facts)) from None


async def _answer(call: Call, replay: Replay, asked: PageQuery) -> Answer:
    return Answer(body=await replay_answer(call.parts.replays, replay, asked.cursor, asked.limit))


async def replay_answer(
    desk: ReplayDesk, replay: Replay, cursor: str | None, limit: int | None
) -> ReplayAnswer:
    """Show a replay with some of its rows, or with all."""
    (first,) = number_key(cursor, 1) if cursor is not None else (0,)
    shown = await desk.shown(replay, first=first, limit=limit)
    end = first + len(shown.rows)
    return ReplayAnswer(
        replay=replay_shape(replay, shown.decided),
        rows=rows_of(shown),
        cursor=cursor_of(end) if end < replay.rows else None,
    )


def rows_of(shown: Shown) -> list[RowShape]:
    """Lay rows out as the API answers them."""
    return [_row(each) for each in shown.rows]


def replay_shape(replay: Replay, decided: int) -> ReplayShape:
    """Lay a replay out as the API answers it."""
    return ReplayShape(
        plan=replay.id,
        rows=replay.rows,
        firm=replay.firm_id,
        kind=replay.kind,
        wanted=replay.wanted,
        named=len(replay.wanted.get("clients", ())),
        state=state_of(replay),
        outcomes=replay.counts,
        asked=replay.asked,
        decided=decided,
        requests=replay.requests,
        reads=replay.reads,
        minutes=round(minutes_of(replay.requests + replay.reads), 1),
        confirm=replay.asked if needs_count(replay) else None,
        made_at=replay.made_at,
        made_by=replay.made_by,
        applied_at=replay.applied_at,
        applied_by=replay.applied_by,
        reason=replay.reason,
        cancelled_at=replay.cancelled_at,
        cancelled_by=replay.cancelled_by,
    )


def listed_shape(replay: Replay, decided: int) -> ReplayShape:
    """Lay a replay out as a list of them has it: without the ids that were named, which may be thousands."""
    shape = replay_shape(replay, decided)
    wanted = {name: value for name, value in shape.wanted.items() if name != "clients"}
    return shape.model_copy(update={"wanted": wanted})


def state_of(replay: Replay) -> State:
    """Say how far a replay is."""
    if replay.cancelled_at is not None:
        return "cancelled"
    if replay.applied_at is None:
        return "planned"
    return "applying" if replay.ended_at is None else "applied"


def _row(shown: ShownRow) -> RowShape:
    row = shown.planned
    return RowShape(
        client_id=row.client_id,
        name=row.name if isinstance(row.name, str) else None,
        customer_id=row.customer_id,
        outcome=row.outcome,
        code=row.code,
        text=planned_text(row),
        facts=dict(row.facts),
        writes={side: _values(values) for side, values in row.writes.items() if values},
        asked=list(row.asked),
        takes_back=ActTakenBack(at=row.at, by=row.by) if row.at is not None else None,
        end=_end(shown.end) if shown.end is not None else None,
    )


def _end(end: RowEnd) -> EndShape:
    return EndShape(
        state=end.state,
        code=end.code,
        text=end_text(end),
        writes={side: _values(values) for side, values in end.writes.items()},
        position=end.position,
    )


def _values(values: Values) -> dict[ClientField, str | AddressShape | None]:
    return {field: value_shape(value) for field, value in values.items()}


REPLAYS = (
    Operation(
        method="POST",
        path=PATH,
        summary="Plan to take acts back; nothing is changed",
        handle=_plan,
        answer=ReplayAnswer,
        role=Role.OPERATOR,
        body=PlanBody,
    ),
    Operation(
        method="GET",
        path=PATH,
        summary="All replays",
        handle=_list,
        answer=ReplaysAnswer,
        role=Role.OPERATOR,
        query=PageQuery,
    ),
    Operation(
        method="GET",
        path=ONE,
        summary="One replay: its plan, and how each row has ended",
        handle=_show,
        answer=ReplayAnswer,
        role=Role.OPERATOR,
        query=PageQuery,
    ),
    Operation(
        method="POST",
        path=ONE + "/apply",
        summary="Carry a plan out, as it stands",
        handle=_apply,
        answer=ReplayAnswer,
        role=Role.OPERATOR,
        body=ApplyBody,
    ),
    Operation(
        method="POST",
        path=ONE + "/cancel",
        summary="Ask for nothing more of a plan",
        handle=_cancel,
        answer=ReplayAnswer,
        role=Role.OPERATOR,
    ),
)

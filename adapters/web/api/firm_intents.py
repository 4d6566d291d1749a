"""What a person can ask for about a whole firm, and what waits while its requests are paused."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from adapters.store.views import PendingView
from adapters.web.api.intents import Done, Refused, ask_about_firm
from adapters.web.api.operations import Answer, Call, Nothing, Operation
from adapters.web.api.refusals import refusal
from adapters.web.api.settings import FIRM
from adapters.web.auth.people import Role
from domain import fields
from domain.effects import AskedBy
from domain.inputs import Disconnect, FirmIntent, Pause, ReleaseHeld, Resume
from domain.reasons import MOST_IN_A_REASON

Build = Callable[[Call], FirmIntent]


class FirmReason(BaseModel):
    """`reason`: a person's words, for the log."""

    model_config = ConfigDict(extra="forbid")

    reason: str | None = Field(None, max_length=MOST_IN_A_REASON)


class Asked(BaseModel):
    """Taken in. `decided` False (202): it will be, and the log will say so."""

    decided: bool


class WorkShape(BaseModel):
    """One thing to do outside. `what` is its kind; `fields`: those that a write holds."""

    what: str
    client_id: str | None
    customer_id: str | None
    fields: list[fields.Field]
    asked_by: AskedBy | None
    since: datetime | None


class PendingQuery(BaseModel):
    """How much is shown."""

    limit: int = Field(50, ge=1, le=200)


class PendingAnswer(BaseModel):
    """What waits to be sent or asked: its beginning, and in how many clients and customers there is any.

    `paused_since`: no request starts, of this firm or of all; `paused_reason`: the words of `paused_by`.
    """

    work: list[WorkShape]
    rows: int
    paused_since: datetime | None
    paused_by: str | None
    paused_reason: str | None


async def _pending(call: Call) -> Answer:
    reads = call.parts.read_model
    page = await reads.pending.of_firm(call.firm, limit=call.query_as(PendingQuery).limit)
    firm = await reads.firms.row(call.firm)
    paused = firm.paused or (await reads.firms.everybody(call.parts.partition_of(call.firm))).paused
    return Answer(
        body=PendingAnswer(
            work=[_shape(work) for work in page.work],
            rows=page.rows,
            paused_since=paused.since if paused else None,
            paused_by=paused.by if paused else None,
            paused_reason=paused.reason if paused else None,
        )
    )


def _shape(work: PendingView) -> WorkShape:
    return WorkShape.model_validate(work, from_attributes=True)


def _pause(call: Call) -> FirmIntent:
    reason = call.body_as(FirmReason).reason
    return Pause(firm_id=call.firm, intent_id=call.intent_id, reason=reason)


def _resume(call: Call) -> FirmIntent:
    reason = call.body_as(FirmReason).reason
    return Resume(firm_id=call.firm, intent_id=call.intent_id, reason=reason)


def _release(call: Call) -> FirmIntent:
    return ReleaseHeld(firm_id=call.firm, intent_id=call.intent_id)


def _asking(build: Build) -> Callable[[Call], Awaitable[Answer]]:
    async def handle(call: Call) -> Answer:
        return await _ask(call, build(call))

    return handle


def _disconnect(call: Call) -> FirmIntent:
    return Disconnect(firm_id=call.firm, intent_id=call.intent_id)


async def _ask(call: Call, intent: FirmIntent) -> Answer:
    ended = await ask_about_firm(call, intent)
    if isinstance(ended, Refused):
        raise refusal(ended)
    if isinstance(ended, Done):
        return Answer(body=Asked(decided=True), position=ended.position)
    where = f"{FIRM.format(firm=call.firm)}/pending"
    return Answer(status=202, body=Asked(decided=False), position=ended.position, location=where)


def _operation(
    method: str,
    path: str,
    summary: str,
    handle: Callable[[Call], Awaitable[Answer]],
    body: type[BaseModel] = Nothing,
    *,
    all_firms: bool = False,
) -> Operation:
    return Operation(
        method=method,
        path=FIRM + path,
        summary=summary,
        handle=handle,
        answer=Asked,
        role=Role.MANAGER,
        body=body,
        all_firms=all_firms,
    )


FIRM_INTENTS = (
    _operation(
        "POST", "/pause", "Start no new request; decisions go on", _asking(_pause), FirmReason, all_firms=True
    ),
    _operation("POST", "/resume", "Let requests go on", _asking(_resume), FirmReason, all_firms=True),
    _operation("POST", "/held/release", "Send all that is held", _asking(_release)),
    _operation("DELETE", "/connection", "Disconnect; links are kept and sleep", _asking(_disconnect)),
    Operation(
        method="GET",
        path=FIRM + "/pending",
        summary="What waits to be sent or asked",
        handle=_pending,
        answer=PendingAnswer,
        query=PendingQuery,
    ),
)

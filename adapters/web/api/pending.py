"""What waits to be sent or asked, also while a pause keeps it waiting."""

from datetime import datetime

from pydantic import BaseModel, Field

from adapters.store.views import PendingView
from adapters.web.api.operations import FIRM_PATH, Answer, Call, Operation
from domain import fields
from domain.effects import AskedBy

PATH = FIRM_PATH + "/pending"


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


PENDING = (
    Operation(
        method="GET",
        path=PATH,
        summary="What waits to be sent or asked",
        handle=_pending,
        answer=PendingAnswer,
        query=PendingQuery,
    ),
)

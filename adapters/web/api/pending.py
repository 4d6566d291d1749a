"""What waits to be sent or asked, also while a pause keeps it waiting."""

from pydantic import BaseModel, Field

from adapters.store.read_model import ReadModel
from adapters.store.views import PendingView
from adapters.web.api.operations import FIRM_PATH, Answer, Call, Operation
from adapters.web.api.pending_shapes import PendingAnswer, WorkShape
from domain.ids import FirmId

PATH = FIRM_PATH + "/pending"


class PendingQuery(BaseModel):
    """How much is shown."""

    limit: int = Field(50, ge=1, le=200)


async def _pending(call: Call) -> Answer:
    reads, partition = call.parts.read_model, call.parts.partition_of(call.firm)
    return Answer(body=await pending_answer(reads, partition, call.firm, call.query_as(PendingQuery).limit))


async def pending_answer(reads: ReadModel, partition: int, firm_id: FirmId, limit: int) -> PendingAnswer:
    """Say what waits. `partition`: the firm's."""
    page = await reads.pending.of_firm(firm_id, limit=limit)
    firm = await reads.firms.row(firm_id)
    paused = firm.paused or (await reads.firms.everybody(partition)).paused
    return PendingAnswer(
        work=[_shape(work) for work in page.work],
        rows=page.rows,
        paused_since=paused.since if paused else None,
        paused_by=paused.by if paused else None,
        paused_reason=paused.reason if paused else None,
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

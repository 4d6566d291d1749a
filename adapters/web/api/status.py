"""Whether anybody decides, for operators: of all partitions, or of a firm's. It takes some seconds where inputs wait."""

from pydantic import BaseModel

from adapters.bounded import FirmText
from adapters.store.firm_list import FirmList
from adapters.web.api.firms import FIRM_UNKNOWN, firm_shape
from adapters.web.api.operations import Answer, Call, Operation
from adapters.web.api.status_shapes import DecidingShape, StatusAnswer
from adapters.web.auth.people import Role
from adapters.web.auth.who_asks import may_act_for
from adapters.web.problems import Problem
from domain.ids import FirmId
from domain.who_decides import AskWhoDecides, WhoDecides


class StatusQuery(BaseModel):
    """`firm`: look at this one and its partition alone."""

    firm: FirmText | None = None


async def _status(call: Call) -> Answer:
    parts, named = call.parts, call.query_as(StatusQuery).firm
    if named is None:
        return Answer(body=await status_of_all(parts.who_decides))
    firm = FirmId(named)
    may_act_for(parts, call.person, firm)
    partition = parts.partition_of(firm)
    return Answer(
        body=await status_of(parts.read_model.firm_list, parts.who_decides, firm, partition),
    )


async def status_of_all(ask: AskWhoDecides) -> StatusAnswer:
    """Look at all partitions."""
    return StatusAnswer(deciding=_shape(await ask(None)), firm=None)


async def status_of(firms: FirmList, ask: AskWhoDecides, firm: FirmId, partition: int) -> StatusAnswer:
    """Look at one firm, and its partition.

    Raises:
        Problem: 404, there is no such firm.
    """
    view = await firms.one(lambda _: partition, firm)
    if view is None:
        raise Problem(404, "firm_unknown", FIRM_UNKNOWN)
    return StatusAnswer(deciding=_shape(await ask((partition,))), firm=firm_shape(view))


def _shape(seen: WhoDecides) -> DecidingShape:
    without = seen.without_worker
    return DecidingShape(
        deciding="ok" if not without else "nobody" if len(without) == len(seen.partitions) else "some",
        workers=seen.workers,
        partitions_without_worker=list(without),
        undecided=dict(seen.undecided),
        partitions_standing_still=list(seen.standing_still),
    )


STATUS = (
    Operation(
        method="GET",
        path="/api/v1/status",
        summary="Whether anybody decides, and what waits undecided",
        handle=_status,
        answer=StatusAnswer,
        role=Role.OPERATOR,
        query=StatusQuery,
    ),
)

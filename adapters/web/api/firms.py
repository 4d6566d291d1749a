"""All firms at a glance, for operators."""

from adapters.store.views import FirmView
from adapters.web.api.firm_shapes import FirmConnectionShape, FirmsAnswer, FirmShape, PausedShape
from adapters.web.api.operations import Answer, Call, Operation, PageQuery
from adapters.web.auth.people import Role

FIRM_UNKNOWN = "No such firm is known here."


def firm_shape(view: FirmView) -> FirmShape:
    """Write one."""
    paused = view.paused
    return FirmShape(
        firm=view.firm_id,
        connection=FirmConnectionShape.model_validate(view, from_attributes=True),
        pending=view.pending,
        oldest_wait=view.oldest_wait,
        paused=PausedShape(
            since=paused.since, by=paused.by, reason=paused.reason, all_firms=view.paused_with_all
        )
        if paused
        else None,
        last_decision=view.last_decision,
    )


async def _firms(call: Call) -> Answer:
    asked, parts = call.query_as(PageQuery), call.parts
    page = await parts.read_model.firm_list.page(
        parts.partition_of, call.person.firms, cursor=asked.cursor, limit=asked.limit
    )
    return Answer(body=FirmsAnswer(firms=[firm_shape(view) for view in page.firms], cursor=page.cursor))


FIRMS = (
    Operation(
        method="GET",
        path="/api/v1/firms",
        summary="All firms: connection, what waits, pauses, the last decision",
        handle=_firms,
        answer=FirmsAnswer,
        role=Role.OPERATOR,
        query=PageQuery,
    ),
)

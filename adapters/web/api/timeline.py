"""What was decided about a client."""

from adapters.store.read_model import ReadModel
from adapters.store.views import HistoryLine
from adapters.web.api.clients import ONE, known_client
from adapters.web.api.field_values import value_shape
from adapters.web.api.operations import Answer, Call, Operation, PageQuery
from adapters.web.api.timeline_shapes import ChangeShape, LineShape, TimelineAnswer
from adapters.web.texts.refusals import refusal_in_the_log
from domain.decision import Verdict
from domain.ids import ClientId, FirmId


async def _timeline(call: Call) -> Answer:
    asked = call.query_as(PageQuery)
    reads = call.parts.read_model
    return Answer(body=await timeline_page(reads, call.firm, call.client, asked.cursor, asked.limit))


async def timeline_page(
    reads: ReadModel, firm: FirmId, client: ClientId, cursor: str | None, limit: int
) -> TimelineAnswer:
    """Give a page of it.

    Raises:
        Problem: 404, we never heard of the client.
    """
    timeline = await reads.links.timeline(firm, client, cursor=cursor, limit=limit)
    if not timeline.lines:
        await known_client(reads, firm, client)
    return TimelineAnswer(lines=[_line(line) for line in timeline.lines], cursor=timeline.cursor)


def _line(line: HistoryLine) -> LineShape:
    refused = line.verdict is Verdict.REFUSED
    return LineShape(
        version=line.version,
        time=line.time,
        actor=line.actor,
        reason=line.reason,
        verdict=line.verdict,
        code=line.code,
        text=refusal_in_the_log(line.code, line.facts) if refused else None,
        changes=[
            ChangeShape(
                what=change.what,
                side=change.side,
                field=change.field,
                before=value_shape(change.before),
                after=value_shape(change.after),
                whole_before=value_shape(change.whole_before),
                whole_after=value_shape(change.whole_after),
            )
            for change in line.changes
        ],
        facts=dict(line.facts),
        status=line.row.status,
        customer_id=line.row.customer_id,
        position=f"p{line.partition}:{line.offset}",
        engine=line.engine,
    )


TIMELINE = (
    Operation(
        method="GET",
        path=ONE + "/timeline",
        summary="What was decided about a client",
        handle=_timeline,
        answer=TimelineAnswer,
        query=PageQuery,
    ),
)

"""What was decided about a client."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel

from adapters.store.views import HistoryLine
from adapters.web.api.clients import ONE, known_client
from adapters.web.api.field_values import AddressShape, value_shape
from adapters.web.api.operations import Answer, Call, Operation, PageQuery
from adapters.web.texts.refusals import refusal_in_the_log
from domain.decision import Verdict
from domain.fields import Field


class ChangeShape(BaseModel):
    """A field that was seen to change on a side, sent to it, held, kept, or lost to the other side.

    `whole_before` and `whole_after`: all that stands in QuickBooks' field, where it holds more than the value, as
    several email addresses.
    """

    what: Literal["seen", "sent", "held", "kept", "lost"]
    side: Literal["canopy", "quickbooks"]
    field: Field
    before: str | AddressShape | None
    after: str | AddressShape | None
    whole_before: str | AddressShape | None = None
    whole_after: str | AddressShape | None = None


class LineShape(BaseModel):
    """One decision about a client. `text` explains a refusal; `reason`: in the words of `actor`; `position`: in the log."""

    version: int
    time: datetime
    actor: str | None
    reason: str | None
    verdict: Verdict
    code: str
    text: str | None
    changes: list[ChangeShape]
    facts: dict[str, str]
    status: str
    customer_id: str | None
    position: str


class TimelineAnswer(BaseModel):
    """What was decided about a client, the newest first."""

    lines: list[LineShape]
    cursor: str | None


async def _timeline(call: Call) -> Answer:
    asked = call.query_as(PageQuery)
    timeline = await call.parts.read_model.links.timeline(
        call.firm, call.client, cursor=asked.cursor, limit=asked.limit
    )
    if not timeline.lines:
        await known_client(call.parts.read_model, call.firm, call.client)
    return Answer(body=TimelineAnswer(lines=[_line(line) for line in timeline.lines], cursor=timeline.cursor))


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

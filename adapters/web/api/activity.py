"""What happened in a firm, whoever it was about: by time, actor, kind, client, batch and the version that decided."""

from datetime import datetime

from pydantic import BaseModel

from adapters.bounded import ActorText, BatchText, ClientIdText, CodeText, EngineText, Time
from adapters.store.views import FirmAct
from adapters.web.api.operations import FIRM_PATH, Answer, Call, Operation, PageQuery
from adapters.web.texts.refusals import refusal_in_the_log
from domain.acts import ActFilter
from domain.decision import Verdict
from domain.fields import Field
from domain.ids import ClientId, EngineVersion
from domain.rows import CustomerRow, LinkRow, Row


class ActivityQuery(PageQuery):
    """All that is named has to hold. `kind`: a decision's code, such as `unmatch`; `since` is taken in, `until` is not; `engine`: the version of the program that decided."""

    actor: ActorText | None = None
    kind: CodeText | None = None
    client: ClientIdText | None = None
    batch: BatchText | None = None
    engine: EngineText | None = None
    since: Time | None = None
    until: Time | None = None


class ActShape(BaseModel):
    """One decision. `text` explains a refusal; `reason`: in the words of `actor`; `position`: in the log.

    `client_id`, `client_name`: whom it was about; null: a customer, or the firm. `batch`: what it was asked for together with.
    `engine`: the version of the program that decided; null: nobody knows any more.
    """

    time: datetime
    actor: str | None
    reason: str | None
    kind: str
    verdict: Verdict
    text: str | None
    client_id: str | None
    client_name: str | None
    customer_id: str | None
    batch: str | None
    engine: str | None
    facts: dict[str, str]
    position: str


class ActivityAnswer(BaseModel):
    """What happened in the firm, the newest first."""

    acts: list[ActShape]
    cursor: str | None


async def _activity(call: Call) -> Answer:
    asked = call.query_as(ActivityQuery)
    wanted = ActFilter(
        since=asked.since,
        until=asked.until,
        kind=asked.kind,
        actor=asked.actor,
        batch=asked.batch,
        engine=EngineVersion(asked.engine) if asked.engine is not None else None,
        clients=(ClientId(asked.client),) if asked.client is not None else (),
    )
    page = await call.parts.read_model.activity.page(
        call.firm, wanted, cursor=asked.cursor, limit=asked.limit
    )
    return Answer(body=ActivityAnswer(acts=[_shape(act) for act in page.acts], cursor=page.cursor))


def _shape(act: FirmAct) -> ActShape:
    refused = act.verdict is Verdict.REFUSED
    client, name, customer = _about(act.row)
    return ActShape(
        time=act.time,
        actor=act.actor,
        reason=act.reason,
        kind=act.code,
        verdict=act.verdict,
        text=refusal_in_the_log(act.code, act.facts) if refused else None,
        client_id=client,
        client_name=name,
        customer_id=customer,
        batch=act.batch,
        engine=act.engine,
        facts=dict(act.facts),
        position=f"p{act.partition}:{act.offset}",
    )


def _about(row: Row) -> tuple[str | None, str | None, str | None]:
    """Give the client, its name and the customer."""
    match row:
        case LinkRow():
            name = row.client.values.get(Field.DISPLAY_NAME) if row.client is not None else None
            former = row.former.customer_id if row.former is not None else None
            return row.client_id, name if isinstance(name, str) else None, row.customer_id or former
        case CustomerRow():
            return None, None, row.customer_id
        case _:
            return None, None, None


ACTIVITY = (
    Operation(
        method="GET",
        path=FIRM_PATH + "/activity",
        summary="What happened in the firm",
        handle=_activity,
        answer=ActivityAnswer,
        query=ActivityQuery,
    ),
)

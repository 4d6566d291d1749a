"""All firms at a glance, for operators."""

from datetime import datetime

from pydantic import BaseModel

from adapters.store.views import FirmView
from adapters.web.api.operations import Answer, Call, Operation, PageQuery
from adapters.web.auth.people import Role


class FirmConnectionShape(BaseModel):
    """`status`: connected, disconnected or never_connected, `since` then. `reauthorise_since`: QuickBooks lets us in no longer."""

    status: str
    realm_id: str | None
    since: datetime | None
    reauthorise_since: datetime | None


class PausedShape(BaseModel):
    """No request starts. `all_firms`: all firms are paused together, and not this one by itself."""

    since: datetime
    by: str | None
    reason: str | None
    all_firms: bool


class FirmShape(BaseModel):
    """A firm. `pending`: clients and customers with something to be sent or asked; `oldest_wait`: since when the oldest change of it waits."""

    firm: str
    connection: FirmConnectionShape
    pending: int
    oldest_wait: datetime | None
    paused: PausedShape | None
    last_decision: datetime | None

    @classmethod
    def of(cls, view: FirmView) -> "FirmShape":
        """Write one."""
        paused = view.paused
        return cls(
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


class FirmsAnswer(BaseModel):
    """Firms by id."""

    firms: list[FirmShape]
    cursor: str | None


async def _firms(call: Call) -> Answer:
    asked, parts = call.query_as(PageQuery), call.parts
    page = await parts.read_model.firm_list.page(
        parts.partition_of, call.person.firms, cursor=asked.cursor, limit=asked.limit
    )
    return Answer(body=FirmsAnswer(firms=[FirmShape.of(view) for view in page.firms], cursor=page.cursor))


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

"""What is held of a firm: fields that were edited while a switch was off; and sending it."""

from pydantic import BaseModel

from adapters.web.api.client_shapes import HeldShape, held_shape
from adapters.web.api.firm_intents import firm_intent
from adapters.web.api.operations import FIRM_PATH, Answer, Call, Operation, PageQuery
from domain.fields import Field
from domain.inputs import ReleaseHeld
from domain.rows import LinkRow

PATH = FIRM_PATH + "/held"


class HeldClient(BaseModel):
    """One client, with its held fields by where they would go. `POST …/push` sends them."""

    client_id: str
    display_name: str | None
    customer_id: str | None
    version: int
    held: HeldShape


class HeldAnswer(BaseModel):
    """Clients by name; `total` counts all of the firm's. `cursor` None: the last page."""

    clients: list[HeldClient]
    total: int
    cursor: str | None


async def _held(call: Call) -> Answer:
    asked = call.query_as(PageQuery)
    page = await call.parts.read_model.held.page(call.firm, cursor=asked.cursor, limit=asked.limit)
    clients = [_shape(view.row) for view in page.clients]
    return Answer(body=HeldAnswer(clients=clients, total=page.total, cursor=page.cursor))


def _shape(row: LinkRow) -> HeldClient:
    name = row.client.values.get(Field.DISPLAY_NAME) if row.client else None
    return HeldClient(
        client_id=row.client_id,
        display_name=name if isinstance(name, str) else None,
        customer_id=row.customer_id,
        version=row.version,
        held=held_shape(row.held),
    )


def _release(call: Call) -> ReleaseHeld:
    return ReleaseHeld(firm_id=call.firm, intent_id=call.intent_id)


RELEASE_HELD = firm_intent("POST", PATH + "/release", "Send all that is held", _release)

HELD = (
    Operation(
        method="GET",
        path=PATH,
        summary="What is held because a switch was off",
        handle=_held,
        answer=HeldAnswer,
        query=PageQuery,
    ),
)

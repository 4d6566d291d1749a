"""What is held of a firm: fields that were edited while a switch was off, or the company disconnected; and sending it."""

from pydantic import BaseModel

from adapters.store.views import LinkView
from adapters.web.api.client_shapes import HeldShape, held_shape
from adapters.web.api.field_values import AddressShape, value_shape
from adapters.web.api.firm_intents import firm_intent
from adapters.web.api.operations import FIRM_PATH, Answer, Call, Operation, PageQuery
from domain.fields import Field, together
from domain.inputs import ReleaseHeld

PATH = FIRM_PATH + "/held"


class HeldQuery(PageQuery):
    """`drifted`: only what came to differ while the company was disconnected."""

    drifted: bool = False


class HeldField(BaseModel):
    """What stands in a held field on either side."""

    field: Field
    canopy: str | AddressShape | None
    quickbooks: str | AddressShape | None


class HeldClient(BaseModel):
    """One client, with its held fields by where they would go, and what stands in them. `drifted`: those held since the company was disconnected.

    `POST …/push` sends them, `…/take-theirs` takes the other side's values in their place, `…/leave-both` lets each side keep its own.
    """

    client_id: str
    display_name: str | None
    customer_id: str | None
    version: int
    client_version: int | None
    customer_sync_token: int | None
    held: HeldShape
    drifted: list[Field]
    fields: list[HeldField]


class HeldAnswer(BaseModel):
    """Clients by name; `total` counts all of the firm's. `cursor` None: the last page."""

    clients: list[HeldClient]
    total: int
    cursor: str | None


async def _held(call: Call) -> Answer:
    asked = call.query_as(HeldQuery)
    reads = call.parts.read_model
    marked = reads.drifted if asked.drifted else reads.held
    page = await marked.page(call.firm, cursor=asked.cursor, limit=asked.limit)
    clients = [_shape(view) for view in page.clients]
    return Answer(body=HeldAnswer(clients=clients, total=page.total, cursor=page.cursor))


def _shape(view: LinkView) -> HeldClient:
    row, customer = view.row, view.customer.customer if view.customer is not None else None
    ours, theirs = row.client.values if row.client else {}, customer.values if customer else {}
    name = ours.get(Field.DISPLAY_NAME)
    held = together(row.held.to_quickbooks, row.held.to_canopy)
    return HeldClient(
        client_id=row.client_id,
        display_name=name if isinstance(name, str) else None,
        customer_id=row.customer_id,
        version=row.version,
        client_version=row.client.version if row.client else None,
        customer_sync_token=customer.sync_token if customer else None,
        held=held_shape(row.held),
        drifted=list(row.drifted),
        fields=[
            HeldField(
                field=each, canopy=value_shape(ours.get(each)), quickbooks=value_shape(theirs.get(each))
            )
            for each in held
        ],
    )


def _release(call: Call) -> ReleaseHeld:
    return ReleaseHeld(firm_id=call.firm, intent_id=call.intent_id)


RELEASE_HELD = firm_intent("POST", PATH + "/release", "Send all that is held", _release)

HELD = (
    Operation(
        method="GET",
        path=PATH,
        summary="What is held because a switch was off, or the company disconnected",
        handle=_held,
        answer=HeldAnswer,
        query=HeldQuery,
    ),
)

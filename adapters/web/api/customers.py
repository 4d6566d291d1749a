"""The firm's QuickBooks customers: searching them, and asking for a Canopy client for one."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from adapters.bounded import PageCursor, ShortText
from adapters.store.views import CustomerView
from adapters.web.api.client_shapes import ClientAnswer
from adapters.web.api.clients import shown_client
from adapters.web.api.customer_shapes import CustomerShape, LinkedToShape
from adapters.web.api.field_values import value_shape
from adapters.web.api.firm_intents import Asked
from adapters.web.api.intents import Done, answered, ask
from adapters.web.api.operations import FIRM_PATH, Answer, Call, Operation
from adapters.web.auth.people import Role
from domain import fields
from domain.inputs import AddClient, UndoAddClient
from domain.reasons import MOST_IN_A_REASON, cleaned

PATH = FIRM_PATH + "/customers"


class CustomersQuery(BaseModel):
    """By which field, for what; `linked` absent: whether or not they have a client."""

    by: Literal["display_name", "email"] = "display_name"
    q: ShortText = ""
    linked: bool | None = None
    cursor: PageCursor | None = None
    limit: int = Field(50, ge=1, le=200)


class CustomersAnswer(BaseModel):
    """Customers in the order of what was searched by; without sub-customers and projects."""

    customers: list[CustomerShape]
    cursor: str | None


class AddBody(BaseModel):
    """`anyway`: also beside an unmatched client of the same name, which was shown."""

    model_config = ConfigDict(extra="forbid")

    anyway: bool = False


class UndoAddBody(BaseModel):
    """`reason`: a person's words, for the log."""

    model_config = ConfigDict(extra="forbid")

    reason: str | None = Field(None, max_length=MOST_IN_A_REASON)


async def _search(call: Call) -> Answer:
    asked = call.query_as(CustomersQuery)
    page = await call.parts.read_model.customers.page(
        call.firm, by=asked.by, q=asked.q, linked=asked.linked, cursor=asked.cursor, limit=asked.limit
    )
    shown = [shape for view in page.customers if (shape := customer_shape(view))]
    return Answer(body=CustomersAnswer(customers=shown, cursor=page.cursor))


def customer_shape(view: CustomerView) -> CustomerShape | None:
    """Show a customer; None: it is only heard of, and not read yet."""
    customer, to = view.row.customer, view.linked_to
    if customer is None:
        return None
    linked_to = LinkedToShape(client_id=to.client_id, display_name=to.display_name) if to else None
    values = {field.value: value_shape(customer.values.get(field)) for field in fields.Field}
    return CustomerShape.model_validate(
        {
            "customer_id": view.customer_id,
            "sync_token": customer.sync_token,
            "active": customer.active,
            "updated_at": customer.updated_at,
            "linked_to": linked_to,
            **values,
        }
    )


async def _create_client(call: Call) -> Answer:
    intent = AddClient(
        firm_id=call.firm,
        intent_id=call.intent_id,
        customer_id=call.customer,
        anyway=call.body_as(AddBody).anyway,
    )
    ended = await ask(call, intent)
    location = f"{PATH.format(firm=call.firm)}?linked=true"
    return answered(ended, await shown_client(call.parts, ended.link), location)


async def _undo_create_client(call: Call) -> Answer:
    body = call.body_as(UndoAddBody)
    intent = UndoAddClient(
        firm_id=call.firm, intent_id=call.intent_id, customer_id=call.customer, reason=cleaned(body.reason)
    )
    ended = await ask(call, intent)
    location = f"{PATH.format(firm=call.firm)}?linked=false"
    return answered(ended, Asked(decided=isinstance(ended, Done)), location)


CUSTOMERS = (
    Operation(
        method="GET",
        path=PATH,
        summary="Search customers",
        handle=_search,
        answer=CustomersAnswer,
        query=CustomersQuery,
    ),
    Operation(
        method="POST",
        path=PATH + "/{customer}/create-client",
        summary="Add a Canopy client for a customer",
        handle=_create_client,
        answer=ClientAnswer,
        body=AddBody,
        role=Role.MANAGER,
    ),
    Operation(
        method="POST",
        path=PATH + "/{customer}/undo-create-client",
        summary="Add no Canopy client for a customer after all, as long as none is linked with it",
        handle=_undo_create_client,
        answer=Asked,
        body=UndoAddBody,
        role=Role.MANAGER,
    ),
)

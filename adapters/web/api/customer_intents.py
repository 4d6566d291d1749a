"""What a person can ask for about one customer: a Canopy client for it."""

from pydantic import BaseModel, ConfigDict

from adapters.web.api.client_shapes import ClientAnswer
from adapters.web.api.clients import shown_client
from adapters.web.api.intents import Refused, UnderWay, ask_about_customer
from adapters.web.api.operations import Answer, Call, Operation
from adapters.web.api.refusals import refusal
from adapters.web.auth.people import Role
from domain.inputs import AddClient

CUSTOMERS_PATH = "/api/v1/firms/{firm}/customers"


class AddBody(BaseModel):
    """`anyway`: also beside an unmatched client of the same name, which was shown."""

    model_config = ConfigDict(extra="forbid")

    anyway: bool = False


async def _create_client(call: Call) -> Answer:
    intent = AddClient(
        firm_id=call.firm,
        intent_id=call.intent_id,
        customer_id=call.customer,
        anyway=call.body_as(AddBody).anyway,
    )
    ended = await ask_about_customer(call, intent)
    if isinstance(ended, Refused):
        raise refusal(ended)
    shown = await shown_client(call.parts, ended.link)
    if isinstance(ended, UnderWay):
        where = f"{CUSTOMERS_PATH.format(firm=call.firm)}?linked=true"
        return Answer(status=202, body=shown, position=ended.position, location=where)
    return Answer(body=shown, position=ended.position)


CUSTOMER_INTENTS = (
    Operation(
        method="POST",
        path=CUSTOMERS_PATH + "/{customer}/create-client",
        summary="Add a Canopy client for a customer",
        handle=_create_client,
        answer=ClientAnswer,
        body=AddBody,
        role=Role.MANAGER,
    ),
)

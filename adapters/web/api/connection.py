"""A firm's QuickBooks company: how it is connected, and letting go of it."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel

from adapters.web.api.firm_intents import firm_intent
from adapters.web.api.operations import FIRM_PATH, Answer, Call, Operation
from domain.ids import RealmId
from domain.inputs import Disconnect
from domain.obstacles import Obstacle

PATH = FIRM_PATH + "/connection"


class UnreadableShape(BaseModel):
    """A record of one side that can't be read, and so is not synced. `wrong`: names of fields, or that side's code."""

    side: Literal["canopy", "quickbooks"]
    id: str | None
    wrong: str
    since: datetime


class ConnectionAnswer(BaseModel):
    """`status`: connected, disconnected or never_connected. `listed`: all of both sides has been read once.

    `reauthorise_since`: QuickBooks lets us in no longer, because of `shut_by`; what is due waits until a person connects
    the company again, or until it lets us in by itself. `letters_waiting`: dead letters that were parked since nobody was
    connected to this company; null: not known just now.
    """

    status: str
    realm_id: str | None
    connected_at: datetime | None
    connected_by: str | None
    reauthorise_since: datetime | None
    shut_by: Obstacle | None
    listed: bool
    clients: int
    customers: int
    sub_customers: int
    unreadable: list[UnreadableShape]
    letters_waiting: int | None = 0


async def _connection(call: Call) -> Answer:
    view = await call.parts.read_model.firms.connection(call.firm)
    answer = ConnectionAnswer.model_validate(view, from_attributes=True)
    if view.realm_id is not None and view.status == "connected":
        answer.letters_waiting = await call.parts.desk.waiting_of(RealmId(view.realm_id))
    return Answer(body=answer)


def _disconnect(call: Call) -> Disconnect:
    return Disconnect(firm_id=call.firm, intent_id=call.intent_id)


CONNECTION = (
    Operation(
        method="GET",
        path=PATH,
        summary="The firm's QuickBooks company",
        handle=_connection,
        answer=ConnectionAnswer,
    ),
    firm_intent("DELETE", PATH, "Disconnect; links are kept, and stand still", _disconnect),
)

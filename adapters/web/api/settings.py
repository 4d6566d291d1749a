"""A firm's settings and its connection."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from adapters.web.api.intents import Refused, UnderWay, ask_about_firm
from adapters.web.api.operations import Answer, Call, Operation
from adapters.web.api.refusals import refusal
from adapters.web.auth.people import Role
from domain.inputs import ChangeSettings
from domain.obstacles import Obstacle
from domain.settings import Actions, ConflictPolicy, Settings

FIRM = "/api/v1/firms/{firm}"


class ActionsShape(BaseModel):
    """The two switches of one side."""

    model_config = ConfigDict(extra="forbid")

    creating: bool
    editing: bool


class SettingsShape(BaseModel):
    """The four switches, and who wins when both sides changed the same field."""

    model_config = ConfigDict(extra="forbid")

    actions_from_canopy: ActionsShape
    actions_from_qbo: ActionsShape
    conflicts: ConflictPolicy


class UnreadableShape(BaseModel):
    """A record of one side that can't be read, and so is not synced. `wrong`: names of fields, or that side's code."""

    side: Literal["canopy", "quickbooks"]
    id: str | None
    wrong: str
    since: datetime


class ConnectionAnswer(BaseModel):
    """`status`: connected, disconnected or never_connected. `listed`: all of both sides has been read once.

    `reauthorise_since`: QuickBooks lets us in no longer, because of `shut_by`; what is due waits until a person connects
    the company again, or until it lets us in by itself.
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


async def _settings(call: Call) -> Answer:
    row = await call.parts.read_model.firms.row(call.firm)
    return Answer(body=_shape(row.settings))


async def _change_settings(call: Call) -> Answer:
    wanted = call.body_as(SettingsShape)
    settings = Settings(
        actions_from_canopy=Actions(**wanted.actions_from_canopy.model_dump()),
        actions_from_qbo=Actions(**wanted.actions_from_qbo.model_dump()),
        conflicts=wanted.conflicts,
    )
    intent = ChangeSettings(firm_id=call.firm, intent_id=call.intent_id, settings=settings)
    ended = await ask_about_firm(call, intent)
    if isinstance(ended, Refused):
        raise refusal(ended)
    if isinstance(ended, UnderWay):
        return Answer(status=202, body=wanted, location=f"{FIRM.format(firm=call.firm)}/settings")
    return Answer(body=wanted, position=ended.position)


async def _connection(call: Call) -> Answer:
    view = await call.parts.read_model.firms.connection(call.firm)
    return Answer(body=ConnectionAnswer.model_validate(view, from_attributes=True))


def _shape(settings: Settings) -> SettingsShape:
    return SettingsShape.model_validate(settings, from_attributes=True)


FIRM_ROUTES = (
    Operation(
        method="GET",
        path=FIRM + "/settings",
        summary="What happens by itself",
        handle=_settings,
        answer=SettingsShape,
    ),
    Operation(
        method="PUT",
        path=FIRM + "/settings",
        summary="Say what happens by itself",
        handle=_change_settings,
        answer=SettingsShape,
        role=Role.MANAGER,
        body=SettingsShape,
    ),
    Operation(
        method="GET",
        path=FIRM + "/connection",
        summary="The firm's QuickBooks company",
        handle=_connection,
        answer=ConnectionAnswer,
    ),
)

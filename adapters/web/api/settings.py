"""A firm's settings: what happens by itself."""

from pydantic import BaseModel, ConfigDict

from adapters.web.api.intents import answered, ask
from adapters.web.api.operations import FIRM_PATH, Answer, Call, Operation
from adapters.web.auth.people import Role
from domain.inputs import ChangeSettings
from domain.settings import Actions, ConflictPolicy, Settings

PATH = FIRM_PATH + "/settings"


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
    return answered(await ask(call, intent), wanted, PATH.format(firm=call.firm))


def _shape(settings: Settings) -> SettingsShape:
    return SettingsShape.model_validate(settings, from_attributes=True)


SETTINGS = (
    Operation(
        method="GET",
        path=PATH,
        summary="What happens by itself",
        handle=_settings,
        answer=SettingsShape,
    ),
    Operation(
        method="PUT",
        path=PATH,
        summary="Say what happens by itself",
        handle=_change_settings,
        answer=SettingsShape,
        role=Role.MANAGER,
        body=SettingsShape,
    ),
)

"""A firm's settings as the API tells them, and how they were changed."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from domain.reasons import MOST_IN_A_REASON
from domain.settings import Actions, ConflictPolicy, Settings


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


class SettingsBody(SettingsShape):
    """`seen`: as they were when somebody looked; 409 `stale` if they are otherwise by now; absent: no check.

    `reason`: a person's words, for the log.
    """

    seen: SettingsShape | None = None
    reason: str | None = Field(None, max_length=MOST_IN_A_REASON)


class SettingsChangeShape(BaseModel):
    """One change: who, when, why, and the settings `before` and `after` it. `position`: its place in the log."""

    position: str
    time: datetime
    actor: str | None
    reason: str | None
    before: SettingsShape
    after: SettingsShape


class SettingsChangesAnswer(BaseModel):
    """Changes, the newest first."""

    changes: list[SettingsChangeShape]
    cursor: str | None


class SettingDifference(BaseModel):
    """One setting that would change. `setting`: `actions_from_canopy.editing`, or `conflicts`; `follows`: what is so from then on."""

    setting: str
    label: str
    now: str
    then: str
    follows: str


class PutBackPreview(BaseModel):
    """What putting settings back to what they were before a change would do: `then` is sent to `PUT /settings`, with `now` as `seen`.

    `differences`: none, where nothing would change. `held`: clients of which changes are held that would not be held any more; they stay
    held until somebody sends them.
    """

    change: SettingsChangeShape
    now: SettingsShape
    then: SettingsShape
    differences: list[SettingDifference]
    held: int


def settings_shape(settings: Settings) -> SettingsShape:
    """Tell settings."""
    return SettingsShape.model_validate(settings, from_attributes=True)


def settings_in(shape: SettingsShape) -> Settings:
    """Read settings."""
    return Settings(
        actions_from_canopy=Actions(**shape.actions_from_canopy.model_dump()),
        actions_from_qbo=Actions(**shape.actions_from_qbo.model_dump()),
        conflicts=shape.conflicts,
    )

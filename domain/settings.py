"""What a firm lets happen by itself. Switches hold automatic work only; what a person asks for goes through."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal, get_args

Switch = Literal[
    "actions_from_canopy.creating",
    "actions_from_canopy.editing",
    "actions_from_qbo.creating",
    "actions_from_qbo.editing",
]
"""One of the four switches, by its side and its name."""

SWITCHES: tuple[Switch, ...] = get_args(Switch)
HOLD: tuple[Switch, ...] = ("actions_from_canopy.editing", "actions_from_qbo.editing")
"""While one of these is off, edits are held."""


class ConflictPolicy(StrEnum):
    """Who wins when both sides changed the same field to different values."""

    LATER_WINS = "later_wins"
    CANOPY_WINS = "canopy_wins"
    QUICKBOOKS_WINS = "quickbooks_wins"
    ALWAYS_ASK = "always_ask"


@dataclass(frozen=True, slots=True, kw_only=True)
class Actions:
    """The two switches of one side: "Creating new clients in …" and "Editing clients in …"."""

    creating: bool = True
    editing: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The four switches of *Manage QBO Integration*, and the policy for conflicts."""

    actions_from_canopy: Actions = field(default_factory=Actions)
    actions_from_qbo: Actions = field(default_factory=Actions)
    conflicts: ConflictPolicy = ConflictPolicy.LATER_WINS

    def is_on(self, switch: Switch) -> bool:
        """Say whether a switch is on."""
        match switch:
            case "actions_from_canopy.creating":
                return self.actions_from_canopy.creating
            case "actions_from_canopy.editing":
                return self.actions_from_canopy.editing
            case "actions_from_qbo.creating":
                return self.actions_from_qbo.creating
            case "actions_from_qbo.editing":
                return self.actions_from_qbo.editing

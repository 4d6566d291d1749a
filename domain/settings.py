"""What a firm lets happen by itself. Switches hold automatic work only; what a person asks for goes through."""

from dataclasses import dataclass, field
from enum import StrEnum


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

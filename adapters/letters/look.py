"""Who looks at a dead letter, and what they see of it."""

from dataclasses import dataclass

import structlog

from adapters.letters.plan import Plan
from adapters.store.views import DeadLetterView
from domain.ids import FirmId
from domain.letters import LetterPlace, Original

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Operator:
    """Who asks. `firms`: the only ones that are theirs; None: all."""

    actor: str
    firms: frozenset[FirmId] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CameOf:
    """What became of a message that was sent again: decided so, or parked once more as `letters`."""

    verdict: str | None = None
    code: str | None = None
    at: str | None = None
    letters: tuple[LetterPlace, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """A letter as an operator sees it. `original` None: gone by retention. `plan` None: it is settled, or gone.

    `editable`: what somebody makes of it may be sent in its place.
    """

    view: DeadLetterView
    original: Original | None
    plan: Plan | None
    came_of: CameOf | None
    editable: bool


def note_values(actor: str, look: Look) -> None:
    """Note who asked for what clients' records hold, and nothing of it."""
    log.info("letter_values_shown", actor=actor, letter=str(look.view.place))

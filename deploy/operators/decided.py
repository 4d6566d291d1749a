"""What came of what an operator asked for, whichever way it was asked."""

from collections.abc import Mapping
from dataclasses import dataclass

from adapters.web.api.pending_shapes import PendingAnswer
from deploy.terminal import NotDecidedError
from domain.decision import Verdict
from domain.ids import FirmId


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """What the engine said to an intent. `at`: its place in the log."""

    verdict: Verdict
    code: str
    facts: Mapping[str, str]
    partition: int
    at: int

    @property
    def refused(self) -> bool:
        """Whether nothing is done."""
        return self.verdict is Verdict.REFUSED


DECIDED_SECONDS = 15.0
"""A worker that takes over from another one is there within less."""


def not_decided() -> NotDecidedError:
    """Say that nobody has decided it within so long."""
    return NotDecidedError(
        f"It is taken in, and will be decided once a worker runs; within {DECIDED_SECONDS:.0f} s none has. Don't ask again: "
        f"it would be done twice."
    )


@dataclass(frozen=True, slots=True)
class Erased:
    """What the engine said. `is_shown`: history and read model have followed."""

    decided: Decided
    is_shown: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Waits:
    """What is pending: of one firm its work, of all the number of rows by firm. `late`: shown as of some time ago."""

    firm: PendingAnswer | None = None
    by_firm: Mapping[FirmId, int] | None = None
    late: bool = False

"""What would come of sending a letter again, from reading it again now."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from domain.codes import ParkedCode
from domain.letters import GOES, Copy, Reading

PlanCode = Literal["goes_in", "uncertain", "nothing_to_send", "parked_again", "repeat", "too_old"]
Refusal = Literal[
    "letter_gone",
    "letter_settled",
    "letter_unknown",
    "letter_under_way",
    "not_editable",
    "nothing_to_send",
    "other_firm",
    "parked_again",
    "repeat",
    "sent_in_part",
    "too_old",
]

FAILED_WHEN_DECIDED: frozenset[str] = frozenset(
    {"decision_too_large", "decision_unwritable", "handling_failed"}
)
"""It could be read, and what followed failed. Whether it would again shows only when it is decided."""


class LetterRefusedError(Exception):
    """Nothing was done about a letter. `facts`: who has settled it, or what is wrong with it."""

    def __init__(self, code: Refusal, facts: Mapping[str, str] | None = None) -> None:
        super().__init__(code)
        self.code: Refusal = code
        self.facts = dict(facts or {})


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What would happen. `copies`: what would be sent, and where to. `reason`, `detail`: why (a part) is parked again."""

    code: PlanCode
    copies: tuple[Copy, ...] = ()
    reason: ParkedCode | None = None
    detail: str = ""
    skipped: int = 0

    @property
    def goes(self) -> bool:
        """Whether it would be sent."""
        return self.code in GOES

    def refuse(self) -> None:
        """Refuse what would come to nothing.

        Raises:
            LetterRefusedError: it would.
        """
        match self.code:
            case "goes_in" | "uncertain":
                return
            case refused:
                raise LetterRefusedError(refused, {"reason": self.reason or "", "detail": self.detail})


def plan_of(reading: Reading, parked_for: str, *, decided_before: bool) -> Plan:
    """Say what would come of it. `parked_for`: why it is a letter."""
    misfit = reading.misfit
    reason, detail = (misfit.reason, misfit.detail) if misfit is not None else (None, "")
    code: PlanCode = "goes_in"
    if not reading.copies:
        code = "nothing_to_send" if misfit is None else "parked_again"
    elif decided_before:
        code = "repeat"
    elif reading.too_old:
        code = "too_old"
    elif parked_for in FAILED_WHEN_DECIDED:
        code = "uncertain"
    return Plan(code=code, copies=reading.copies, reason=reason, detail=detail, skipped=reading.skipped)

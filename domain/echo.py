"""Which inputs only told us of our own writes, and were taken in without asking for anything: echoes absorbed.

Counted, never decided by: `apply` and `plan` see an echo as a value that is as agreed. A count that grows while the
writes do not is how a loop would begin.
"""

from collections.abc import Sequence
from typing import Literal

from domain.decision import Decision
from domain.ids import OURSELVES
from domain.inputs import Cause, ClientObserved, CustomerNotified, Input, Outcome
from domain.outcomes import CustomerRead
from domain.rows import CustomerRow, Row

Echo = Literal["client_event", "notice", "read"]
"""How an echo showed itself: Canopy's event of our own write; a notification that a read had answered; a read that found what we
knew (docs/adr/0021-a-read-answers-earlier-notifications.md)."""


def echo_in(given: Input, cause: Cause, decision: Decision, before: Sequence[Row | None]) -> Echo | None:
    """Say whether an input was an echo. `before`: the decision's rows as they stood."""
    match given:
        case ClientObserved() if cause.actor == OURSELVES:
            return None if _plans(decision, before) else "client_event"
        case CustomerNotified() if decision.code == "already_read":
            return "notice"
        case Outcome(result=CustomerRead()):
            return None if _plans(decision, before) or _shows_news(decision, before) else "read"
        case _:
            return None


def _plans(decision: Decision, before: Sequence[Row | None]) -> bool:
    known = {effect.id for row in before if row is not None for effect in row.pending}
    return any(effect.id not in known for row in decision.rows for effect in row.pending)


def _shows_news(decision: Decision, before: Sequence[Row | None]) -> bool:
    return any(
        isinstance(row, CustomerRow) and _values(row) != _values(old)
        for old, row in zip(before, decision.rows, strict=True)
    )


def _values(row: Row | None) -> object:
    customer = row.customer if isinstance(row, CustomerRow) else None
    return (customer.values, customer.active, customer.gone) if customer is not None else None

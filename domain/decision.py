"""What one input changed; a refusal is a decision too."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

from domain.codes import DecisionCode
from domain.fields import Field, Value
from domain.ids import RowKey
from domain.rows import Row


class Verdict(StrEnum):
    """How an input ended."""

    APPLIED = "applied"
    REFUSED = "refused"
    SKIPPED = "skipped"
    SUPERSEDED = "superseded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One line of the timeline: a field seen to change on a side, sent to it, held, or lost to the other side.

    `key`: the link that it is about; it stands with the record of that row. `whole_before` and `whole_after`: all that
    stands in QuickBooks' field, where that is more than its value.
    """

    key: RowKey
    what: Literal["seen", "sent", "held", "lost"]
    side: Literal["canopy", "quickbooks"]
    field: Field
    before: Value = None
    after: Value = None
    whole_before: Value = None
    whole_after: Value = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The rows to write, together or not at all. The first one is what the input was about.

    `facts` explain a refusal in ids, times and names of people: who holds the customer, since when. Of an answer they name the
    `choice`, of a value put back its `field`.
    """

    verdict: Verdict
    code: DecisionCode
    rows: tuple[Row, ...]
    changes: tuple[Change, ...] = ()
    facts: Mapping[str, str] = field(default_factory=dict)

"""What keeps a link or a field from being in step, and needs a person."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from domain.fields import Field
from domain.ids import CustomerId
from domain.outcomes import Holder

ProblemCode = Literal[
    "display_name_taken",
    "both_changed",
    "possible_duplicate",
    "customers_merged",
    "value_not_taken",
    "rejected_by_quickbooks",
    "rejected_by_canopy",
    "loop",
    "no_progress",
    "not_kept",
    "our_error",
]


UNCONFIRMED = "unconfirmed"
"""Stands for a side's code in `Problem.detail` where that side gave no answer to a create, and nobody can say whether it happened."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """What needs a person.

    `resume`: the status to go on from once it is settled. `fields`: those it is about and holds; none named: all.
    `detail`: the other side's code for it, of an error of ours, which, or the side that kept another value; never a value. `customer_id`: the customer that a question is about, where
    it is not the link's own. Of a taken name: `taken` is the name, `holders` has it (None: not asked yet, empty:
    unknown), `looked_up_at` when QuickBooks was asked last, `free` are names to choose from.
    """

    id: str
    code: ProblemCode
    since: datetime
    resume: Literal["not_synced", "creating", "matching", "synced"]
    fields: tuple[Field, ...] = ()
    detail: str | None = None
    customer_id: CustomerId | None = None
    taken: str | None = None
    holders: tuple[Holder, ...] | None = None
    looked_up_at: datetime | None = None
    free: tuple[str, ...] = ()

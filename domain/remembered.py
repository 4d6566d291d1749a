"""What a row remembers beside its values: who wrote and edited when, what is held, waits, was lost, erased or went back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Self

from domain.agreed import Agreed
from domain.fields import Field, Value, Values, nothing_by_field
from domain.ids import ClientId, CustomerId, RealmId, Side
from domain.obstacles import Obstacle
from domain.problem import ProblemCode
from domain.replacing import replace


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """When a rule wrote, and to which side."""

    at: datetime
    side: Side


@dataclass(frozen=True, slots=True, kw_only=True)
class Edited:
    """When a field was last seen to be changed by somebody else than us, and on which side."""

    at: datetime
    side: Side


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedAt:
    """When each side was first seen to differ from what was agreed; None: it does not."""

    client: datetime | None = None
    customer: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """Fields edited while a switch was off, or the company disconnected: not sent until a person says so."""

    to_quickbooks: tuple[Field, ...] = ()
    to_canopy: tuple[Field, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NotKept:
    """Fields that a side said it had saved, and answered with another value, when they were written last."""

    in_quickbooks: tuple[Field, ...] = ()
    in_canopy: tuple[Field, ...] = ()

    def on(self, side: Side) -> tuple[Field, ...]:
        """Give those of one side."""
        return self.in_quickbooks if side == "quickbooks" else self.in_canopy

    def replaced(self, side: Side, fields: tuple[Field, ...]) -> Self:
        """Put others in the place of one side's."""
        return (
            replace(self, in_quickbooks=fields) if side == "quickbooks" else replace(self, in_canopy=fields)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Former:
    """What an unmatch took apart: all that undo needs, for ever.

    `resume`: `matching` where the match had not been carried out yet, so that undoing the unmatch carries it out.
    `unconfirmed`: fields of a write under way at the unmatch, of which nobody could say whether it was done.
    `realm_id`: the company whose customer it is, where that is no longer the firm's.
    `because`: the words of the one who unmatched it, if they gave any. `uncompared`: as of the link.
    `not_put_back`: fields whose earlier value was to stand in QuickBooks again, which QuickBooks did not take.
    """

    customer_id: CustomerId
    agreed: Agreed
    unmatched_at: datetime
    unmatched_by: str | None
    resume: Literal["matching", "synced"] = "synced"
    unconfirmed: tuple[Field, ...] = ()
    realm_id: RealmId | None = None
    because: str | None = None
    uncompared: tuple[Field, ...] = ()
    not_put_back: tuple[Field, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What an answer settled, and what stood there before it: all that its undo needs. Whoever reads the log puts it in.

    `version`: the link's, as the answer left it. `question`: what was asked; `about`: the customer that it was asked about, where
    that was not the link's own; `detail`: as of the question. `customer_id`: whom the link had. Of each field that the answer was
    about: `stands` is what it let stand on both sides, `canopy` and `quickbooks` are what they had before; `agreed`,
    `changed_at` and `uncompared` are as of the link then.
    """

    version: int
    question: ProblemCode
    customer_id: CustomerId | None = None
    about: CustomerId | None = None
    detail: str | None = None
    stands: Values = field(default_factory=nothing_by_field)
    canopy: Values = field(default_factory=nothing_by_field)
    quickbooks: Values = field(default_factory=nothing_by_field)
    agreed: Agreed = field(default_factory=nothing_by_field)
    changed_at: Mapping[Field, ChangedAt] = field(default_factory=nothing_by_field)
    uncompared: tuple[Field, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftApart:
    """How it was before both sides were left as they are: all that the undo of that needs. Whoever reads the log puts it in.

    `version`: the link's, as that left it; `customer_id`: whom it had. Of the fields that were held: `stands` is what each side
    kept; `held`, `drifted`, `agreed`, `changed_at` and `uncompared` are as of the link before.
    """

    version: int
    customer_id: CustomerId
    held: Held
    stands: Agreed
    drifted: tuple[Field, ...] = ()
    agreed: Agreed = field(default_factory=nothing_by_field)
    changed_at: Mapping[Field, ChangedAt] = field(default_factory=nothing_by_field)
    uncompared: tuple[Field, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """The customer that a match took from another client, which gets it back if the match is not carried out.

    `instead_of`: this link's own customer, which went into it.
    """

    customer_id: CustomerId
    client_id: ClientId
    instead_of: CustomerId


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """It is tried again at `until`."""

    until: datetime
    why: Obstacle


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """A write to `side` that came to nothing so many times in a row, last at `at`. `content` names it, as a digest."""

    content: str
    side: Side
    times: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LostCreate:
    """A create of a customer with this display name, given up at `at`: nobody can say whether it happened."""

    name: Value
    planned_at: datetime
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Behind:
    """The other side shows an older record than we hold, and is looked at again. `looks`: how often it was by now.

    `told_gone`: that side has told of its deletion meanwhile, which is believed if the look finds nothing either.
    """

    looks: int = 0
    told_gone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """When, and by whom, all values that were held until then were taken out, here and in the past."""

    at: datetime
    by: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WentBack:
    """At `at` a record's versions went back, for the time number `times` lately, and what stands there was believed.

    What is not newer than `version` and was so by `until` is of before, and no news.
    """

    version: int
    until: datetime
    at: datetime
    times: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """The newest notification that a read has answered: its own time, and when one of that time was first taken in.

    `read_from`: the last read that was answered began later than this.
    """

    notice: datetime | None = None
    taken_in: datetime | None = None
    read_from: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeTold:
    """`notice`: the time of the notification of a merge; `heard_at`: when it was taken in.

    `token`: the one with which we knew the customer then, or else saw it first; None: never seen.
    """

    notice: datetime
    heard_at: datetime
    token: int | None = None


HeardBy = Literal["webhook", "sweep", "both"]


@dataclass(frozen=True, slots=True, kw_only=True)
class HeardOf:
    """By what we heard of the version of a customer that has this token."""

    token: int
    by: HeardBy


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """How many changes sweeps have found: `told`, which a notification told of before; `untold`, which none had.

    `late`: how many of the untold ones a notification told of after all.
    """

    told: int = 0
    untold: int = 0
    late: int = 0

    @property
    def missed(self) -> int:
        """How many changes no notification has ever told of."""
        return self.untold - self.late

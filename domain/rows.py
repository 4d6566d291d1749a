"""The state: firms, links and customers. A row changes only by being replaced, and the replacement is written.

`version` counts every record of a row. `decided_version` is the version that last changed what a person acts
on (status, customer, question or choice): an intent is stale only if that has moved on since it was shown.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal, Self

from domain.effects import CreateClient, CustomerWork, FirmWork, LinkWork, ReadClient, ReadCustomer, Write
from domain.fields import Field, Value, Values
from domain.ids import (
    ALL_FIRMS,
    ClientId,
    CustomerId,
    EffectId,
    FirmId,
    IntentId,
    RealmId,
    RowKey,
    Side,
    all_key,
    customer_key,
    firm_key,
    link_key,
)
from domain.intent_memory import IntentMemory
from domain.obstacles import Obstacle
from domain.outcomes import Holder
from domain.replacing import replace
from domain.settings import Settings
from domain.snapshots import Client, Customer

_NOTHING: Mapping[Field, Any] = {}
"""Stands in each row that has nothing there: no row is changed in place."""


def _nothing() -> Mapping[Field, Any]:
    return _NOTHING


class LinkStatus(StrEnum):
    """Where a link stands. `waiting` is no status of its own: it is read from `LinkRow.waiting`."""

    NOT_SYNCED = "not_synced"
    MATCHING = "matching"
    CREATING = "creating"
    UNMATCHING = "unmatching"
    SYNCED = "synced"
    NEEDS_ATTENTION = "needs_attention"


class Reason(StrEnum):
    """Why a link is not synced."""

    NEVER_MATCHED = "never_matched"
    LEFT_OUT = "left_out"
    CREATING_IS_OFF = "creating_is_off"
    CHOICE_UNKNOWN = "choice_unknown"
    UNMATCHED = "unmatched"
    CUSTOMER_GONE = "customer_gone"
    MATCH_STALE = "match_stale"
    CLIENT_DELETED = "client_deleted"
    DISCONNECTED = "disconnected"


def together(left: tuple[Field, ...], right: tuple[Field, ...]) -> tuple[Field, ...]:
    """Join two lists of fields, in the order of `Field`."""
    return tuple(field for field in Field if field in left or field in right)


@dataclass(frozen=True, slots=True)
class Pair:
    """The values of one field, on both sides, that we last knew to be in step."""

    client: Value
    customer: Value


Agreed = Mapping[Field, Pair]


class Alike(Mapping[Field, Pair]):
    """Pairs of values that are the same on both sides, in no more room than the values. Equal to a dict of those pairs."""

    __slots__ = ("_values",)

    def __init__(self, values: Values) -> None:
        self._values = values

    def __getitem__(self, key: Field) -> Pair:
        value = self._values[key]
        return Pair(value, value)

    def __iter__(self) -> Iterator[Field]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)


def without_empty(agreed: Agreed) -> Agreed:
    """Leave out what is empty on both sides."""
    return {f: pair for f, pair in agreed.items() if pair.client is not None or pair.customer is not None}


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
    stands: Values = field(default_factory=_nothing)
    canopy: Values = field(default_factory=_nothing)
    quickbooks: Values = field(default_factory=_nothing)
    agreed: Agreed = field(default_factory=_nothing)
    changed_at: Mapping[Field, ChangedAt] = field(default_factory=_nothing)
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
class LinkRow:
    """One client, and the customer that it is, was or will be matched with.

    `customer_id` is set as long as the customer is taken by this link, also while it is being unmatched.
    `choice`: what the Sync client toggle said, or a person since. `pushed`: fields that a person sent although
    their switch is off. `wanted`: values that a person chose for both sides, still to be written to Canopy.
    `drifted`: which fields are held since they came to differ while the company was disconnected. `edited`: the last edit on either side.
    `pending`: at most one write, and perhaps a look-up. `written_at`: when rules wrote lately, against a loop.
    `tried`: which writes came to nothing lately; `not_kept`: of which fields another value came back. `behind`: Canopy shows an older client; `went_back`: it did, and was believed.
    `client_times`: since when the client's present values stand, where they were seen to change; kept while nothing is
    linked too, for an undo that has to compare.
    `because`: the words of `actor`, who brought it where it stands, if they gave any.
    `uncompared`: fields in which nobody has seen yet what the customer holds into which the link's own one went.
    `taken`: whose customer it is being matched with, until that is done.
    `lost_create`: the last one whose customer may yet turn up, and is no new one then.
    `found_free`: the taken name that was tried again since a look-up had found nobody who has it.
    `shelved`: a question that came up before the client was archived, and may come up again once it is restored.
    `erased`: its person was erased; what was held before is gone for good, in its history too.
    `unmatched_from`: how far it had come before it was being unmatched; an undo meanwhile goes on from there.
    `undoing`: the answer whose values are being put back, in the fields that are.
    `asked`: the intents that were decided; None: none yet. `intents`: ids that a row before times were kept remembers.
    """

    firm_id: FirmId
    client_id: ClientId
    version: int = 0
    decided_version: int = 0
    status: LinkStatus = LinkStatus.NOT_SYNCED
    reason: Reason | None = Reason.CHOICE_UNKNOWN
    since: datetime | None = None
    actor: str | None = None
    because: str | None = None
    client: Client | None = None
    client_times: Mapping[Field, datetime] = field(default_factory=_nothing)
    customer_id: CustomerId | None = None
    choice: Literal["unknown", "on", "off"] = "unknown"
    create_asked_by: Literal["rule", "person"] | None = None
    agreed: Agreed = field(default_factory=_nothing)
    uncompared: tuple[Field, ...] = ()
    changed_at: Mapping[Field, ChangedAt] = field(default_factory=_nothing)
    held: Held = Held()
    drifted: tuple[Field, ...] = ()
    edited: Edited | None = None
    pushed: Held = Held()
    wanted: Values = field(default_factory=_nothing)
    written_at: tuple[Written, ...] = ()
    problem: Problem | None = None
    former: Former | None = None
    taken: Taken | None = None
    tried: tuple[Tried, ...] = ()
    not_kept: NotKept = NotKept()
    behind: Behind | None = None
    went_back: WentBack | None = None
    lost_create: LostCreate | None = None
    found_free: str | None = None
    shelved: Problem | None = None
    pending: tuple[LinkWork, ...] = ()
    waiting: Waiting | None = None
    intents: tuple[IntentId, ...] = ()
    asked: IntentMemory | None = None
    erased: Erased | None = None
    unmatched_from: Literal["creating", "matching", "synced"] | None = None
    undoing: Settled | None = None
    kind: Literal["link"] = "link"

    @property
    def write(self) -> Write | None:
        """The write that is pending."""
        return next((effect for effect in self.pending if isinstance(effect, Write)), None)

    @property
    def puts_values_back(self) -> bool:
        """Say whether it is being unmatched by a write that is still sent, and gives QuickBooks its earlier values."""
        write = self.write if self.status is LinkStatus.UNMATCHING else None
        return write is not None and write.stop_at is None

    @property
    def reads(self) -> tuple[ReadClient, ...]:
        """The look at the client that is pending; none or one. What it finds out is true of it, matched or not."""
        return tuple(effect for effect in self.pending if isinstance(effect, ReadClient))

    @property
    def looks_at_canopy(self) -> bool:
        """Say whether the client is being looked at, since Canopy contradicts what we hold."""
        return any(isinstance(effect, ReadClient) for effect in self.pending)

    @property
    def has_present_client(self) -> bool:
        """Say whether the client is there in Canopy: known, and neither archived nor deleted."""
        return self.client is not None and self.client.presence == "present"

    @property
    def resume(self) -> Literal["creating", "matching", "synced"]:
        """Say from where a question that is asked now goes on."""
        if self.status is LinkStatus.CREATING:
            return "creating"
        return "matching" if self.status is LinkStatus.MATCHING else "synced"

    def without_fulfilled(self, client: Client) -> Self:
        """Forget of what a person chose what the client now has."""
        left = {field: value for field, value in self.wanted.items() if client.values.get(field) != value}
        return replace(self, wanted=left) if left != self.wanted else self

    @property
    def key(self) -> RowKey:
        """`link/F/C`."""
        return link_key(self.firm_id, self.client_id)


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


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerRow:
    """What we know of one customer.

    `times`: since when its present values stand, where they were seen to change.
    `noticed_at`: the newest notification that no read has answered yet, by its own time, first taken in at `noticed_in`;
    `noticed_again`: one came after the pending read had begun, so that read may have missed it. `read_from`: the pending
    read begins later than this. `answered`: which notifications need no read.
    `arrival`: `open` while it is new and nobody can say yet whether it becomes a client. `problem`: why Canopy would
    not take it as a client. `merged_into`: the customer that it is now part of; `merge`: when we were told,
    kept when the customer turns out to be one of its own again, so that it is not told twice. `behind`: QuickBooks shows an older
    customer; `went_back`: it did, and was believed. `erased`: the person that it was linked with was; if QuickBooks tells of it
    again it is known again, and becomes no client by itself. `heard`: by what we heard of its last change by others.
    `lost_create`: the last create of a client for it of which nobody can say whether it happened; that client may yet turn up.
    `unwanted`: the create that a person took back while it may have been on its way: its client is not kept in step.
    """

    firm_id: FirmId
    customer_id: CustomerId
    version: int = 0
    customer: Customer | None = None
    times: Mapping[Field, datetime] = field(default_factory=_nothing)
    noticed_at: datetime | None = None
    noticed_in: datetime | None = None
    noticed_again: bool = False
    read_from: datetime | None = None
    answered: Answered | None = None
    arrival: Literal["open", "settled"] = "settled"
    problem: Problem | None = None
    merged_into: CustomerId | None = None
    merge: MergeTold | None = None
    behind: Behind | None = None
    went_back: WentBack | None = None
    pending: tuple[CustomerWork, ...] = ()
    erased: Erased | None = None
    heard: HeardOf | None = None
    lost_create: CreateClient | None = None
    unwanted: EffectId | None = None
    kind: Literal["customer"] = "customer"

    @property
    def reads(self) -> tuple[ReadCustomer, ...]:
        """The read that is pending; none or one."""
        return tuple(effect for effect in self.pending if isinstance(effect, ReadCustomer))

    @property
    def create(self) -> CreateClient | None:
        """The client that is being created for it."""
        return next((effect for effect in self.pending if isinstance(effect, CreateClient)), None)

    @property
    def creates(self) -> tuple[CreateClient, ...]:
        """The creates of a client for it whose client may yet turn up: the pending one, and the lost one."""
        return tuple(each for each in (self.create, self.lost_create) if each is not None)

    @property
    def key(self) -> RowKey:
        """`customer/F/ID`."""
        return customer_key(self.firm_id, self.customer_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """The firm's QuickBooks company. `customers_listed` and `clients_listed`: the first listings are in.

    `asleep_since`: it is disconnected. `back`: it was connected again, and until both sides are listed and compared,
    what drifted meanwhile is held. `reauthorise_since`: QuickBooks lets us in no longer, for the reason `shut_by`, until
    a person does something about it there; `probe_at`: when we look whether it does again, `probes`: how often we did.
    `replaces`: the company before, whose links are being let go.
    """

    realm_id: RealmId
    connected_at: datetime
    connected_by: str | None = None
    customers_listed: bool = False
    clients_listed: bool = False
    asleep_since: datetime | None = None
    asleep_by: str | None = None
    back: bool = False
    reauthorise_since: datetime | None = None
    shut_by: Obstacle = Obstacle.NOT_AUTHORISED
    probe_at: datetime | None = None
    probes: int = 0
    replaces: RealmId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Paused:
    """Since when no request starts, and who said so."""

    since: datetime
    by: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """A record of one side that no listing can read. `id`: that side's, if known; `wrong`: names of fields, or a code."""

    side: Side
    id: str | None
    wrong: str
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FirmRow:
    """A firm's settings, connection and firm-wide work. `connection` None: it never connected.

    `unreadable`: records of its two sides that listings could not read, so that they are not synced. `heard`: of its
    company's changes.
    """

    firm_id: FirmId
    version: int = 0
    settings: Settings = Settings()
    connection: Connection | None = None
    paused: Paused | None = None
    pending: tuple[FirmWork, ...] = ()
    intents: tuple[IntentId, ...] = ()
    unreadable: tuple[Unreadable, ...] = ()
    heard: Heard = Heard()
    asked: IntentMemory | None = None
    kind: Literal["firm"] = "firm"

    @property
    def key(self) -> RowKey:
        """`firm/F`."""
        return firm_key(self.firm_id)

    @property
    def is_connected(self) -> bool:
        """Say whether it is connected, so that links are kept in step: not while another company's are let go."""
        connection = self.connection
        return connection is not None and connection.asleep_since is None and connection.replaces is None

    @property
    def company_of_links(self) -> RealmId | None:
        """Name the company that linked customers are in: the one before, until all of its links are let go."""
        connection = self.connection
        return (connection.replaces or connection.realm_id) if connection is not None else None


@dataclass(frozen=True, slots=True, kw_only=True)
class AllFirmsRow:
    """What goes for all firms of one partition."""

    partition: int
    firm_id: FirmId = ALL_FIRMS
    version: int = 0
    paused: Paused | None = None
    pending: tuple[FirmWork, ...] = ()
    intents: tuple[IntentId, ...] = ()
    asked: IntentMemory | None = None
    kind: Literal["all"] = "all"

    @property
    def key(self) -> RowKey:
        """`all/P`."""
        return all_key(self.partition)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tombstone:
    """Stands in the log for a key that has no true row, where a record of it was not to be believed."""

    key: RowKey
    firm_id: FirmId
    version: int = 0
    kind: Literal["none"] = "none"


Row = FirmRow | LinkRow | CustomerRow | AllFirmsRow

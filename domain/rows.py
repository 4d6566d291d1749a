"""The state: firms, links and customers. A row changes only by being replaced, and the replacement is written.

`version` counts every record of a row. `decided_version` is the version that last changed what a person acts
on (status, customer, question or choice): an intent is stale only if that has moved on since it was shown.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Literal, Self

from domain.agreed import Agreed
from domain.effects import CreateClient, CustomerWork, LinkWork, ReadClient, ReadCustomer, Write
from domain.fields import Field, Values, nothing_by_field
from domain.firm_rows import AllFirmsRow, FirmRow
from domain.ids import ClientId, CustomerId, EffectId, FirmId, IntentId, RowKey, customer_key, link_key
from domain.intent_memory import IntentMemory
from domain.problem import Problem
from domain.remembered import (
    Answered,
    Behind,
    ChangedAt,
    Edited,
    Erased,
    Former,
    HeardOf,
    Held,
    LostCreate,
    MergeTold,
    NotKept,
    Settled,
    Taken,
    Tried,
    Waiting,
    WentBack,
    Written,
)
from domain.replacing import replace
from domain.snapshots import Client, Customer


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
    client_times: Mapping[Field, datetime] = field(default_factory=nothing_by_field)
    customer_id: CustomerId | None = None
    choice: Literal["unknown", "on", "off"] = "unknown"
    create_asked_by: Literal["rule", "person"] | None = None
    agreed: Agreed = field(default_factory=nothing_by_field)
    uncompared: tuple[Field, ...] = ()
    changed_at: Mapping[Field, ChangedAt] = field(default_factory=nothing_by_field)
    held: Held = Held()
    drifted: tuple[Field, ...] = ()
    edited: Edited | None = None
    pushed: Held = Held()
    wanted: Values = field(default_factory=nothing_by_field)
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
    def is_asked_who_keeps(self) -> bool:
        """Say whether a person is asked which client keeps the customer into which this one's own went."""
        return self.problem is not None and self.problem.code == "customers_merged"

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
    times: Mapping[Field, datetime] = field(default_factory=nothing_by_field)
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
class Tombstone:
    """Stands in the log for a key that has no true row, where a record of it was not to be believed."""

    key: RowKey
    firm_id: FirmId
    version: int = 0
    kind: Literal["none"] = "none"


Row = FirmRow | LinkRow | CustomerRow | AllFirmsRow

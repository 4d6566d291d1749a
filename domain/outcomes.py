"""What came of an effect. Closed: mypy lists every place that a new one would touch."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from domain.fields import Field
from domain.ids import ClientId, CustomerId
from domain.obstacles import Obstacle
from domain.snapshots import Client, Customer

HolderKind = Literal["customer", "vendor", "employee"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerSaved:
    """The write is done, and QuickBooks answered with the customer as it is now."""

    customer: Customer
    kind: Literal["customer_saved"] = "customer_saved"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientSaved:
    """The write is done, and Canopy answered with the client as it is now."""

    client: Client
    kind: Literal["client_saved"] = "client_saved"


@dataclass(frozen=True, slots=True, kw_only=True)
class NameTaken:
    """A customer, vendor or employee has the display name (Intuit, error 6240): only a person can choose."""

    kind: Literal["name_taken"] = "name_taken"


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """Who has a display name in QuickBooks."""

    name: str
    kind: HolderKind
    id: str
    active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldersFound:
    """Who has the names that were asked for. `unknown`: those that can't be asked for safely."""

    holders: tuple[Holder, ...]
    unknown: tuple[str, ...] = ()
    kind: Literal["holders_found"] = "holders_found"


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerMoved:
    """The customer was changed by somebody else since (error 5010); this is how it looks now."""

    customer: Customer
    kind: Literal["customer_moved"] = "customer_moved"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientMoved:
    """The client was changed by somebody else since (Canopy, 412); this is how it looks now."""

    client: Client
    kind: Literal["client_moved"] = "client_moved"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """The other side will not take it, and asking again would not help. `code` is that side's own."""

    code: str
    fields: tuple[Field, ...] = ()
    kind: Literal["rejected"] = "rejected"


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerRead:
    """How the customer looks now."""

    customer: Customer
    kind: Literal["customer_read"] = "customer_read"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientRead:
    """How the client looks now."""

    client: Client
    kind: Literal["client_read"] = "client_read"


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerGone:
    """QuickBooks does not know this customer (error 610)."""

    customer_id: CustomerId
    kind: Literal["customer_gone"] = "customer_gone"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientGone:
    """Canopy does not know this client (404)."""

    client_id: ClientId
    kind: Literal["client_gone"] = "client_gone"


@dataclass(frozen=True, slots=True, kw_only=True)
class UnreadableRecord:
    """A record of a page that can't be read, so nothing is known of it.

    `id`: the other side's, where it can be told. `wrong`: what is wrong with it, in names of fields and never in values, or
    the other side's code.
    """

    id: str | None
    wrong: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomersListed:
    """One page, at most 100; `cursor` None: the last one. It may hold fewer, or none, and go on.

    `as_of`: when it was answered, by QuickBooks' clock; None: that was not said.
    """

    customers: tuple[Customer, ...]
    cursor: str | None = None
    unreadable: tuple[UnreadableRecord, ...] = ()
    as_of: datetime | None = None
    kind: Literal["customers_listed"] = "customers_listed"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientsListed:
    """One page, at most 100; `cursor` None: the last one."""

    clients: tuple[Client, ...]
    cursor: str | None = None
    unreadable: tuple[UnreadableRecord, ...] = ()
    kind: Literal["clients_listed"] = "clients_listed"


@dataclass(frozen=True, slots=True, kw_only=True)
class StepDue:
    """An inner step's turn has come."""

    kind: Literal["step_due"] = "step_due"


@dataclass(frozen=True, slots=True, kw_only=True)
class NotDone:
    """A write that was stopped by an unmatch has certainly not happened."""

    kind: Literal["not_done"] = "not_done"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unconfirmed:
    """Nobody can say whether a write happened: not in time, where an unmatch stopped it; or not at all, of a new client in a Canopy without keys."""

    kind: Literal["unconfirmed"] = "unconfirmed"


FailedWhy = Literal["raised", "unwritable", "undecided"]
"""Carrying it out raised, again and again; its answer can't be written to the log; its answer can't be decided."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """A bug of ours: it is not tried again by itself, and nobody can say whether it happened."""

    why: FailedWhy
    kind: Literal["failed"] = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Deferred:
    """Still pending; the lane tries again at `until`."""

    until: datetime
    why: Obstacle
    kind: Literal["deferred"] = "deferred"


CustomerWriteResult = CustomerSaved | NameTaken | CustomerMoved | CustomerGone | Rejected
ClientWriteResult = ClientSaved | ClientMoved | ClientGone | Rejected
Result = (
    CustomerSaved
    | ClientSaved
    | NameTaken
    | HoldersFound
    | CustomerMoved
    | ClientMoved
    | Rejected
    | CustomerRead
    | ClientRead
    | CustomerGone
    | ClientGone
    | CustomersListed
    | ClientsListed
    | StepDue
    | NotDone
    | Unconfirmed
    | Failed
    | Deferred
)

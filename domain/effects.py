"""Work outside that a row asks for. It stands in the row, *pending*, until its outcome is back.

Once planned, an effect's body is frozen: a retry sends the same bytes under the same id, so QuickBooks'
`requestid` and Canopy's `Idempotency-Key` make it one request. A deliberate redo is a new effect.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from domain.fields import Values
from domain.ids import ClientId, CustomerId, EffectId
from domain.snapshots import ClientType
from domain.write_back import NOTHING_MORE, WriteBack

AskedBy = Literal["rule", "person"]
"""Switches hold what a rule asks for; what a person asks for goes through."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateCustomer:
    """Create a QuickBooks customer with these values. Answered by `CustomerSaved`, `NameTaken` or `Rejected`."""

    id: EffectId
    values: Values
    asked_by: AskedBy
    planned_at: datetime
    stop_at: datetime | None = None
    not_before: datetime | None = None
    kind: Literal["create_customer"] = "create_customer"


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateCustomer:
    """Change just these fields of a customer (a sparse update), if it still has this sync token.

    `write_back`: what stands beside these fields and is to stay. `whole`: the customer is read, and written with all of
    its fields, since it did not keep the value otherwise. `for_match` marks the overwrite that a person confirmed: it is carried out on what they saw, or not at all.
    """

    id: EffectId
    customer_id: CustomerId
    sync_token: int
    values: Values
    asked_by: AskedBy
    planned_at: datetime
    address_id: str | None = None
    write_back: WriteBack = NOTHING_MORE
    whole: bool = False
    for_match: bool = False
    stop_at: datetime | None = None
    not_before: datetime | None = None
    kind: Literal["update_customer"] = "update_customer"


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateClient:
    """Change just these fields of a Canopy client, if it still has this version (If-Match).

    `chosen`: a person chose these values for both sides, so QuickBooks gets them once Canopy has them.
    """

    id: EffectId
    client_id: ClientId
    client_version: int
    values: Values
    asked_by: AskedBy
    planned_at: datetime
    chosen: bool = False
    stop_at: datetime | None = None
    not_before: datetime | None = None
    kind: Literal["update_client"] = "update_client"


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateClient:
    """Create a Canopy client for a customer; stands in the customer's row. Answered by `ClientSaved` or `Rejected`.

    Its id goes along as the Idempotency-Key, which Canopy hands back as the `cause` of the event that follows. A Canopy that keeps no keys is asked once,
    and `Unconfirmed` where no answer says what came of it.
    """

    id: EffectId
    customer_id: CustomerId
    client_type: ClientType
    values: Values
    asked_by: AskedBy
    planned_at: datetime
    kind: Literal["create_client"] = "create_client"


@dataclass(frozen=True, slots=True, kw_only=True)
class FindHolder:
    """Ask QuickBooks which customers, vendors and employees have these names; the first is the one that was taken."""

    id: EffectId
    names: tuple[str, ...]
    kind: Literal["find_holder"] = "find_holder"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadClient:
    """Look at one client in Canopy, since what was told of it contradicts what we hold; not before `not_before`.

    Answered by `ClientRead` or `ClientGone`.
    """

    id: EffectId
    client_id: ClientId
    not_before: datetime | None = None
    kind: Literal["read_client"] = "read_client"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadCustomer:
    """Read one customer again, not before `not_before`: a change of ours may be under way and make it needless."""

    id: EffectId
    customer_id: CustomerId
    not_before: datetime | None = None
    kind: Literal["read_customer"] = "read_customer"


@dataclass(frozen=True, slots=True, kw_only=True)
class ListCustomers:
    """Read the next page of all customers, active or not, behind `cursor` (a number of rows; None: the start).

    `since` set: a sweep, which asks only for those changed since then, by QuickBooks' clock, and not before `not_before`.
    `began`: QuickBooks' time at its first page. `quiet`: how many sweeps in a row found nothing that no notification had told
    of (`domain/sweep_pace.py`); `missed`: an earlier page of this one did.
    """

    id: EffectId
    cursor: str | None = None
    since: datetime | None = None
    not_before: datetime | None = None
    began: datetime | None = None
    quiet: int = 0
    missed: bool = False
    kind: Literal["list_customers"] = "list_customers"


@dataclass(frozen=True, slots=True, kw_only=True)
class ListClients:
    """Read the next page of the firm's Canopy clients behind `cursor` (None: the start).

    `sweep`: all has been listed before, and this looks for what no event told of, not before `not_before`.
    """

    id: EffectId
    cursor: str | None = None
    sweep: bool = False
    not_before: datetime | None = None
    kind: Literal["list_clients"] = "list_clients"


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckCustomers:
    """Ask whether these linked customers, at most 100, are still there.

    Answered by `CustomersListed`, in one page, or by `Rejected`: no listing can tell of one that is gone. `after`: the
    last client whose customer is among them, behind whom the next ones follow (None: these are the last). Without customers nobody is asked, and it begins a round. Not before
    `not_before`: the next round, or the next customers after a refusal.
    """

    id: EffectId
    customer_ids: tuple[CustomerId, ...]
    after: ClientId | None = None
    not_before: datetime | None = None
    kind: Literal["check_customers"] = "check_customers"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanLinks:
    """An inner step: plan the next links of the firm again, behind `after`. A lane answers it at once.

    In steps, so that a switch over ten thousand links does not hold up the partition. `doing`: `release` sends what is
    held, as a person asked; `let_go` takes apart the links with a company that another one replaces, and
    `forget` takes away what was known of its customers. `not_before`: an error of ours came of it, and it rests.
    """

    id: EffectId
    after: str | None = None
    not_before: datetime | None = None
    doing: Literal["plan", "release", "let_go", "forget"] = "plan"
    kind: Literal["plan_links"] = "plan_links"


Write = CreateCustomer | UpdateCustomer | UpdateClient
"""The one write of a link. `stop_at` set: the link is being unmatched, so nothing is sent
again and whoever has it only looks whether it was done, until then. `not_before` set: the same came to nothing before,
and rests (`domain/progress.py`)."""

LinkWork = Write | FindHolder | ReadClient
CustomerWork = ReadCustomer | CreateClient
FirmWork = ListCustomers | ListClients | CheckCustomers | PlanLinks
Effect = LinkWork | CustomerWork | FirmWork
EffectKind = Literal[
    "create_customer",
    "update_customer",
    "update_client",
    "create_client",
    "find_holder",
    "read_client",
    "read_customer",
    "list_customers",
    "list_clients",
    "check_customers",
    "plan_links",
]

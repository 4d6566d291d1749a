"""How a client and a customer look at one moment, as their own side told us."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from domain.fields import Values
from domain.ids import ClientId, CustomerId
from domain.write_back import NOTHING_MORE, WriteBack

ClientType = Literal["individual", "business"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """A Canopy client. `version` grows with every change, so of two snapshots the higher is the newer."""

    client_id: ClientId
    version: int
    type: ClientType
    values: Values
    changed_at: datetime
    active: bool = True
    presence: Literal["present", "archived", "deleted"] = "present"


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """A QuickBooks customer. `sync_token` grows by one with every change and must be sent with the next one.

    Times are QuickBooks' own, in whole seconds (Intuit, MetaData). `job` marks sub-customers and projects,
    which are counted and never linked. `gone` is one that QuickBooks no longer knows (error 610). `write_back`: what it
    holds that `values` can't show.
    """

    customer_id: CustomerId
    sync_token: int
    values: Values
    created_at: datetime
    updated_at: datetime
    active: bool = True
    job: bool = False
    gone: bool = False
    address_id: str | None = None
    write_back: WriteBack = NOTHING_MORE


def never_seen(customer_id: CustomerId, at: datetime) -> Customer:
    """Give all that is known of a customer that is gone and that nobody ever saw: its id."""
    return Customer(customer_id=customer_id, sync_token=0, values={}, created_at=at, updated_at=at, gone=True)

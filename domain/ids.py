"""The names that things go by, kept apart by type so that one can't be handed over as another."""

from hashlib import sha256
from typing import Literal, NewType

FirmId = NewType("FirmId", str)
ClientId = NewType("ClientId", str)  # Canopy's
CustomerId = NewType("CustomerId", str)  # QuickBooks'; unique within one realm only
RealmId = NewType("RealmId", str)  # one QuickBooks company
EffectId = NewType("EffectId", str)
IntentId = NewType("IntentId", str)
RowKey = NewType("RowKey", str)
EngineVersion = NewType("EngineVersion", str)  # of this program, as a log record names it

OURSELVES = "system:client-sync"
"""Who acts when no person does; Canopy hands it back as `actor` in the event that follows a write of ours."""

ALL_FIRMS = FirmId("*")
"""Stands for all firms of a partition, where something goes for all of them."""

Side = Literal["canopy", "quickbooks"]


def firm_key(firm: FirmId) -> RowKey:
    """Name the row that holds a firm's settings, connection and firm-wide work."""
    return RowKey(f"firm/{_in_a_key(firm)}")


def link_key(firm: FirmId, client: ClientId) -> RowKey:
    """Name the row of one client and what it is, was or will be matched with."""
    return RowKey(f"link/{_in_a_key(firm)}/{client}")


def client_in(key: str) -> ClientId:
    """Name the client of a link's key: a firm in a key has no slash."""
    return ClientId(key.partition("/")[2].partition("/")[2])


def customer_key(firm: FirmId, customer: CustomerId) -> RowKey:
    """Name the row of what we know of one QuickBooks customer."""
    return RowKey(f"customer/{_in_a_key(firm)}/{customer}")


def all_key(partition: int) -> RowKey:
    """Name the row that holds what goes for all firms of one partition."""
    return RowKey(f"all/{partition}")


def is_row_of(key: str, firm: FirmId) -> bool:
    """Say whether a key names a row of this firm."""
    return key == firm_key(firm) or key.startswith(
        (link_key(firm, ClientId("")), customer_key(firm, CustomerId("")))
    )


def _in_a_key(firm: FirmId) -> str:
    """Write a firm so that its end can be told: two pairs of firm and record never come to one key.

    No firm that comes in has a slash; one that an older log holds may.
    """
    if "/" not in firm and "%" not in firm:  # quicker, and asked for a dozen times a decision
        return firm
    return firm.replace("%", "%25").replace("/", "%2F")


def effect_id(key: RowKey, version: int, kind: str) -> EffectId:
    """Name an effect after the row version that plans it: planning again gives the same name, a redo another.

    32 hex digits: QuickBooks takes request ids up to 50 characters, in a batch up to 36 (Intuit, Request ID).
    """
    return EffectId(sha256(f"{key}\n{version}\n{kind}".encode()).hexdigest()[:32])


def intent_id(firm: FirmId, idempotency_key: str) -> IntentId:
    """Name an intent after who asks and their idempotency key, so that asking twice is asking once."""
    return IntentId(sha256(f"{firm}\n{idempotency_key}".encode()).hexdigest()[:32])

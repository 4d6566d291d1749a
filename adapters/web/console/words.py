"""The product's words for fields, values and people."""

from dataclasses import dataclass
from typing import Literal

from domain.agreed import Agreed
from domain.fields import Address, Field, Value, Values
from domain.ids import CustomerId
from domain.rows import CustomerRow, LinkRow, Reason

Icon = Literal["synced", "working", "not_synced", "attention", "waiting", "held", "paused", "asleep", "cut"]

EMPTY = "—"


def stays_out(reason: Reason | None) -> str | None:
    """Say what Sync client is set to, of a client that stays out of QuickBooks by it; None: nothing is set."""
    match reason:
        case Reason.LEFT_OUT:
            return "Off: stays out of QuickBooks, also after edits, until somebody matches it."
        case Reason.CREATING_IS_OFF:
            return "Stays out of QuickBooks: “Creating new clients in Canopy” was off when it was added."
        case (
            None
            | Reason.NEVER_MATCHED
            | Reason.CHOICE_UNKNOWN
            | Reason.UNMATCHED
            | Reason.CUSTOMER_GONE
            | Reason.MATCH_STALE
            | Reason.CLIENT_DELETED
            | Reason.DISCONNECTED
        ):
            return None


def text_of(value: Value) -> str:
    """Write a value in one line; an empty one as a dash."""
    if isinstance(value, Address):
        place = " ".join(part for part in (value.region, value.postal_code) if part)
        lines = (value.line1, value.line2, value.city, place, value.country)
        return ", ".join(line for line in lines if line) or EMPTY
    return value or EMPTY


def name_in(values: Values) -> str | None:
    """Give the display name among a side's values."""
    name = values.get(Field.DISPLAY_NAME)
    return name if isinstance(name, str) else None


@dataclass(frozen=True, slots=True)
class NamedCustomer:
    """A customer by its name, as far as it is known, and its id."""

    customer_id: CustomerId
    name: str | None
    email: str | None = None


def agreed_customer(customer: CustomerId, agreed: Agreed) -> NamedCustomer:
    """Name a customer as both sides last agreed, without looking it up."""
    pair = agreed.get(Field.DISPLAY_NAME)
    name = pair.customer if pair is not None and isinstance(pair.customer, str) else None
    return NamedCustomer(customer, name)


def named(row: CustomerRow) -> NamedCustomer:
    """Name a customer as QuickBooks last showed it."""
    values = row.customer.values if row.customer else {}
    email = values.get(Field.EMAIL)
    return NamedCustomer(row.customer_id, name_in(values), email if isinstance(email, str) else None)


def customer_of(link: LinkRow, known: CustomerRow | None) -> NamedCustomer | None:
    """Name the customer that a link has; `known`: its row, if there is one."""
    if link.customer_id is None:
        return None
    if known is None or known.customer is None:
        return agreed_customer(link.customer_id, link.agreed)
    return named(known)


def customer_in_words(customer: CustomerId, agreed: Agreed, known: CustomerRow | None) -> str:
    """Name a customer within a sentence: by its name and id, or by its id alone."""
    found = (
        named(known)
        if known is not None and known.customer is not None
        else agreed_customer(customer, agreed)
    )
    return f"{found.name} ({customer})" if found.name is not None else f"customer {customer}"

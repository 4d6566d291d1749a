"""The product's words for statuses, fields, values and people."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from adapters.store.status import StatusWord
from domain.fields import Address, Field, Value, Values
from domain.ids import OURSELVES, CustomerId
from domain.rows import Agreed, Reason

Icon = Literal["synced", "working", "not_synced", "attention", "waiting"]

EMPTY = "—"


@dataclass(frozen=True, slots=True)
class StatusLook:
    """How a status is shown: never by its colour alone."""

    word: str
    icon: Icon


STATUS: Mapping[StatusWord, StatusLook] = {
    "synced": StatusLook("Synced", "synced"),
    "needs_attention": StatusLook("Needs attention", "attention"),
    "waiting": StatusLook("Waiting", "waiting"),
    "matching": StatusLook("Matching…", "working"),
    "creating": StatusLook("Creating…", "working"),
    "unmatching": StatusLook("Unmatching…", "working"),
    "not_synced": StatusLook("Not synced", "not_synced"),
}
"""In the order of the filters above the list."""

WORKING: tuple[StatusWord, ...] = ("matching", "creating", "unmatching")

STAYS_OUT: Mapping[Reason | None, str] = {
    Reason.LEFT_OUT: "Off: stays out of QuickBooks, also after edits, until somebody matches it.",
    Reason.CREATING_IS_OFF: "Stays out of QuickBooks: “Creating new clients in Canopy” was off when it was added.",
}

FIELD_LABELS: Mapping[Field, str] = {
    Field.DISPLAY_NAME: "Display name",
    Field.FIRST_NAME: "First name",
    Field.MIDDLE_NAME: "Middle name",
    Field.LAST_NAME: "Last name",
    Field.COMPANY_NAME: "Company",
    Field.EMAIL: "E-mail",
    Field.PHONE: "Phone",
    Field.MOBILE: "Mobile",
    Field.FAX: "Fax",
    Field.ADDRESS: "Address",
}

_SYSTEMS = {OURSELVES: "Client sync", "system:api": "An integration"}


def who(actor: str | None) -> str:
    """Name who did something, as far as the log does: people by their ids."""
    if actor is None:
        return "Somebody"
    if actor in _SYSTEMS:
        return _SYSTEMS[actor]
    name = actor.partition(":")[2] or actor
    return name.capitalize() if name.isalpha() and name.islower() else name


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

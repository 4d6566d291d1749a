"""Customers, and who else holds a name in QuickBooks, as the API writes them."""

from datetime import datetime

from pydantic import BaseModel

from adapters.web.api.field_values import FieldValues
from domain.outcomes import HolderKind


class LinkedToShape(BaseModel):
    """The client that a customer is linked with."""

    client_id: str
    display_name: str | None


class CustomerHead(BaseModel):
    """What of a customer is no field."""

    customer_id: str
    sync_token: int
    active: bool
    updated_at: datetime


class CustomerShape(FieldValues, CustomerHead):
    """A customer as QuickBooks last showed it."""

    linked_to: LinkedToShape | None


class HolderShape(BaseModel):
    """Who has the name in QuickBooks."""

    kind: HolderKind
    id: str
    active: bool


class NamedHolderShape(HolderShape):
    """The same, where a list names whom it is about."""

    name: str

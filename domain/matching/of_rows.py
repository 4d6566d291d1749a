"""Parties made of rows: what a client or customer shows, and why it can't be matched as things are."""

from domain.fields import Field
from domain.matching.party import Party, party
from domain.matching.reasons import Bar
from domain.outcomes import Holder
from domain.rows import CustomerRow, LinkRow
from domain.snapshots import Customer


def party_of_client(row: LinkRow) -> Party:
    """Make one of a client; of one that is only heard of, it has nothing."""
    client = row.client
    if client is None:
        return party(row.client_id, {}, bar=Bar.GONE)
    return party(row.client_id, client.values, business=client.type == "business", bar=_bar_of_client(row))


def party_of_customer(row: CustomerRow, *, is_matched: bool) -> Party:
    """Make one of a customer. `is_matched`: some client has it."""
    customer = row.customer
    if customer is None:
        return party(row.customer_id, {}, bar=Bar.GONE)
    return party(row.customer_id, customer.values, bar=_bar_of_customer(row, customer, is_matched=is_matched))


def party_of_holder(holder: Holder) -> Party | None:
    """Make one of a vendor or employee that has a client's name; its id says which. Customers are known otherwise."""
    match holder.kind:
        case "vendor":
            bar = Bar.VENDOR
        case "employee":
            bar = Bar.EMPLOYEE
        case "customer":
            return None
    return party(f"{holder.kind}/{holder.id}", {Field.DISPLAY_NAME: holder.name}, bar=bar)


def _bar_of_client(row: LinkRow) -> Bar | None:
    client = row.client
    if client is None or client.presence == "deleted":
        return Bar.GONE
    if row.customer_id is not None:
        return Bar.ALREADY_MATCHED
    return None if client.active and client.presence == "present" else Bar.INACTIVE


def _bar_of_customer(row: CustomerRow, customer: Customer, *, is_matched: bool) -> Bar | None:
    if customer.gone or row.merged_into is not None:
        return Bar.GONE
    if customer.job:
        return Bar.SUB_CUSTOMER
    if is_matched:
        return Bar.ALREADY_MATCHED
    return None if customer.active else Bar.INACTIVE

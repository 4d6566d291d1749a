"""Whether the person behind a client can be erased: only what no side brings back at once, and nobody is working on."""

import re

from domain.fields import Field
from domain.ids import CustomerId
from domain.known import Known
from domain.names import folded
from domain.refusals import Refusal
from domain.rows import CustomerRow, LinkRow, LinkStatus
from domain.snapshots import Client

SHORTEST_NAMED = 3
"""A shorter value stands in too many words by chance."""

_NAMES_PERSON = (
    Field.DISPLAY_NAME,
    Field.FIRST_NAME,
    Field.MIDDLE_NAME,
    Field.LAST_NAME,
    Field.COMPANY_NAME,
    Field.EMAIL,
    Field.PHONE,
    Field.MOBILE,
    Field.FAX,
)


def not_to_be_erased(known: Known, link: LinkRow, reason: str | None) -> Refusal | None:
    """Say why not; None: it can be. `reason`: in the words of who asks, which stay, so they must not name the person."""
    if link.erased is not None and not _holds_anything(known, link):
        return Refusal("already_erased", {"since": link.erased.at.isoformat()})
    if link.client is not None and link.client.presence != "deleted":
        return Refusal("client_present")
    if link.reads:
        return Refusal("client_being_read")
    # Still linked it may be: while QuickBooks is disconnected no link is taken apart, though its client is deleted.
    if link.status is LinkStatus.UNMATCHING or link.pending:
        return Refusal("write_under_way")
    customer = customer_of_person(known, link)
    if customer is not None and customer.pending:
        return Refusal("customer_being_read")
    return Refusal("reason_names_person") if _names(link.client, reason or "") else None


def customer_of_person(known: Known, link: LinkRow) -> CustomerRow | None:
    """Give the customer that the link has or had last; None: there was none, or another client has it, or had it last, too."""
    last = last_customer(known, link)
    row = known.customer(link.firm_id, last) if last is not None else None
    holder = known.link_of(link.firm_id, row.customer_id) if row is not None else None
    if row is None or (holder is not None and holder.client_id != link.client_id):
        return None
    others = [each for each in known.formerly_linked(link.firm_id, row.customer_id) if each != link.client_id]
    return None if others else row


def last_customer(known: Known, link: LinkRow) -> CustomerId | None:
    """Name the customer that the link has or had last; None: there was none, or it is of a company that is no longer the firm's."""
    if link.customer_id is not None or link.former is None:
        return link.customer_id
    firm = known.firm(link.firm_id)
    company = firm.company_of_links if firm is not None else None
    # Another company gives the same ids to others.
    return link.former.customer_id if link.former.realm_id in (None, company) else None


def _holds_anything(known: Known, link: LinkRow) -> bool:
    return bool(link.client is not None and link.client.values) or customer_of_person(known, link) is not None


def _names(client: Client | None, reason: str) -> bool:
    if client is None:
        return False
    said = folded(reason)
    values = (client.values.get(field) for field in _NAMES_PERSON)
    named = (folded(value) for value in values if isinstance(value, str))
    return any(
        len(value) >= SHORTEST_NAMED and re.search(rf"(?<!\w){re.escape(value)}(?!\w)", said)
        for value in named
    )

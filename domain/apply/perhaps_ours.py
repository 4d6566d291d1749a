"""A new client of which nobody said who made it, and which may be one that we asked Canopy for: until an answer says so.

Its event may come before that answer. A customer of its own would be a second one, also where the customer that it was made for
has another name by now (docs/adr/0010-our-own-client-is-known-by-its-cause.md).
"""

from domain.draft import Draft
from domain.effects import CreateClient, CreateCustomer
from domain.fields import Field
from domain.ids import CustomerId
from domain.names import folded
from domain.rows import CustomerRow, LinkRow, LinkStatus


def perhaps_made_for(draft: Draft, link: LinkRow, name: str) -> list[CustomerRow]:
    """Give the customers for which a client of this name was asked for, if no answer has said which one came of it."""
    if _is_a_persons(link):
        return []
    return [
        row
        for row in draft.customers_adding(link.firm_id, name)
        if _may_get_it(draft, row) and any(_may_be_done(draft, row, create, name) for create in row.creates)
    ]


def asks_whose_it_is(draft: Draft, link: LinkRow) -> bool:
    """Say whether the link is asked about a name, and may be a client that we asked for under that name: no edit settles that."""
    problem = link.problem
    if problem is None or problem.resume != "creating" or problem.taken is None:
        return False
    return bool(perhaps_made_for(draft, link, problem.taken))


def may_still_get(draft: Draft, link: LinkRow, customer: CustomerId) -> bool:
    """Say whether a client that we made for a customer can be linked with it: no person has chosen otherwise, and no other was begun."""
    if link.former is not None or link.customer_id is not None:
        return False
    write = link.write
    if write is not None and (draft.has_started(write) or not isinstance(write, CreateCustomer)):
        return False
    by_person = link.create_asked_by == "person"
    match link.status:
        case LinkStatus.NOT_SYNCED:
            return True
        case LinkStatus.CREATING:
            return not by_person
        case LinkStatus.NEEDS_ATTENTION:
            return not by_person or _is_asked_about(link, customer)
        case LinkStatus.MATCHING | LinkStatus.SYNCED | LinkStatus.UNMATCHING:
            return False


def _is_asked_about(link: LinkRow, customer: CustomerId) -> bool:
    holders = (link.problem.holders or ()) if link.problem is not None else ()
    return any(holder.kind == "customer" and holder.id == customer for holder in holders)


def _is_a_persons(link: LinkRow) -> bool:
    """Say whether Canopy named the person who made it. One who asked for its customer since need not be that."""
    return link.create_asked_by == "rule" and (link.actor or "").startswith("user:")


def _may_get_it(draft: Draft, row: CustomerRow) -> bool:
    gone = row.merged_into is not None or row.customer is None or row.customer.gone
    return not gone and draft.link_of(row.firm_id, row.customer_id) is None


def _may_be_done(draft: Draft, row: CustomerRow, create: CreateClient, name: str) -> bool:
    """Say whether it may have made a client of this name. What was not begun has made none."""
    if folded(create.values.get(Field.DISPLAY_NAME)) != folded(name):
        return False
    return create == row.lost_create or draft.has_started(create)

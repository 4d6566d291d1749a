"""Names that wait for each other: two clients swapped theirs, or crossed links were put right.

QuickBooks would refuse each as long as the other has it. So one customer makes way under a temporary name, which stands on
its timeline; the others then follow one after the other, as each name becomes free (`freed_names.py`).

QuickBooks may say yes and keep the name. Then it is asked once more, with all of the record, and kept again the next in
the ring makes way. Each tries once: what a side keeps is not asked for with every sweep.
"""

from collections.abc import Sequence

from domain.apply.freed_names import look_again_for
from domain.draft import Draft
from domain.effects import UpdateCustomer
from domain.fields import Field, Values
from domain.firm_rows import FirmRow
from domain.ids import CustomerId
from domain.names import LONGEST_NAME, folded
from domain.planned_writes import update_customer
from domain.rows import LinkRow
from domain.snapshots import Customer

MOST_IN_A_RING = 10

MAKING_WAY = " (being renamed)"
MOST_NAMED_SO = 9
"""How many may have the same name but for that: one is left over where a ring was broken off."""


def with_way_made(draft: Draft, firm: FirmRow, link: LinkRow) -> LinkRow:
    """Let the link's customer make way if the ring of names closes with it: its look-up was the last that was missing."""
    if Field.DISPLAY_NAME in link.not_kept.in_quickbooks or not _closes_a_ring(draft, link):
        return link
    return _making_way(draft, firm, link)


def after_making_way(draft: Draft, firm: FirmRow, link: LinkRow, effect: UpdateCustomer) -> LinkRow:
    """Go on where QuickBooks said yes to a temporary name and kept the one there was."""
    row = draft.customer_of(link)
    name = _name_of(row.customer if row is not None else None)
    sent = effect.values.get(Field.DISPLAY_NAME)
    if Field.DISPLAY_NAME not in link.not_kept.in_quickbooks or name is None or sent not in _temporary(name):
        return link
    if not effect.whole:
        return _making_way(draft, firm, link)
    look_again_for(draft, link.firm_id, name)
    return link


def _making_way(draft: Draft, firm: FirmRow, link: LinkRow) -> LinkRow:
    row = draft.customer_of(link)
    customer = row.customer if row is not None else None
    name = _name_of(customer)
    if customer is None or not customer.active or name is None or not firm.is_connected:
        return link
    if link.write is not None or link.problem is None or link.problem.taken is None:
        return link
    matching = link.problem.resume == "matching"
    # Before it is planned: what is planned stands on the timeline as sent.
    if not matching and not firm.settings.actions_from_canopy.editing:
        return link
    values = {Field.DISPLAY_NAME: _free_temporary(draft, link, name)}
    agreed = link.agreed.get(Field.DISPLAY_NAME)
    lost: Values = {} if agreed is not None and agreed.customer == name else {Field.DISPLAY_NAME: name}
    renamed = update_customer(
        draft, link, customer, values, asked_by="person" if matching else "rule", lost=lost
    )
    return renamed if renamed.write is not None else link


def _name_of(customer: Customer | None) -> str | None:
    name = customer.values.get(Field.DISPLAY_NAME) if customer is not None else None
    return name if isinstance(name, str) else None


def _temporary(name: str) -> Sequence[str]:
    ends = (MAKING_WAY, *(f" {number}{MAKING_WAY}" for number in range(2, MOST_NAMED_SO + 1)))
    return [name[: LONGEST_NAME - len(end)] + end for end in ends]


def _free_temporary(draft: Draft, link: LinkRow, name: str) -> str:
    """Give the first temporary name that no customer has; where all are taken, the last one, for QuickBooks to refuse."""
    names = _temporary(name)
    return next((each for each in names if not draft.customers_named(link.firm_id, each)), names[-1])


def _closes_a_ring(draft: Draft, link: LinkRow) -> bool:
    at = link
    for _ in range(MOST_IN_A_RING):
        after = _has_its_name(draft, at)
        if after is None or after.problem is None or after.problem.taken is None:
            return False
        if after.client_id == link.client_id:
            return at.client_id != link.client_id
        at = after
    return False


def _has_its_name(draft: Draft, link: LinkRow) -> LinkRow | None:
    """Give the link whose customer has the name that this one waits for, as we know that customer now."""
    problem = link.problem
    for holder in (problem.holders or ()) if problem is not None else ():
        row = draft.customer(link.firm_id, CustomerId(holder.id)) if holder.kind == "customer" else None
        if row is None or row.customer is None or problem is None:
            continue
        if folded(row.customer.values.get(Field.DISPLAY_NAME)) == folded(problem.taken):
            return draft.link_of(link.firm_id, row.customer_id)
    return None

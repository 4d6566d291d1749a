"""A person is erased: what the row of a client, and of the customer that it was linked with, hold of them goes."""

from domain.apply.unmatching import client_is_deleted
from domain.decision import Decision, Verdict
from domain.draft import Draft
from domain.erasure import client_without_values
from domain.known import survivor_of
from domain.link.erasable import customer_of_person, last_customer
from domain.remembered import Erased, Held, NotKept
from domain.replacing import replace
from domain.rows import CustomerRow, LinkRow, LinkStatus

AT_ONCE = 1000


def erase(draft: Draft, link: LinkRow) -> Decision:
    """Leave of both rows what says that there were a client and a customer, and what was decided about them."""
    erased = Erased(at=draft.now, by=draft.cause.actor)
    last, customer = last_customer(draft, link), customer_of_person(draft, link)
    apart = link if link.status is LinkStatus.NOT_SYNCED else client_is_deleted(draft, link)
    draft.put(_link(apart, erased))
    facts = {}
    if customer is not None:
        for row in (customer, *_merged_into(draft, customer, link)):
            draft.put(_customer(row, erased))
        facts = {"customer_id": customer.customer_id}
    elif last is not None:
        facts = {"customer_kept": last}
    return draft.decide(Verdict.APPLIED, "erase", link, **facts)


def _merged_into(draft: Draft, customer: CustomerRow, link: LinkRow) -> list[CustomerRow]:
    """List the customers that went into it, so that they are the same person's; without those that another client had last."""
    firm, after, found = customer.firm_id, None, []
    while page := draft.customers_after(firm, after, AT_ONCE):
        for own_id in page:
            row = draft.customer(firm, own_id)
            if (
                row is not None
                and row.merged_into is not None
                and survivor_of(draft, firm, own_id) == customer.customer_id
                and all(client == link.client_id for client in draft.formerly_linked(firm, own_id))
            ):
                found.append(row)
        after = page[-1]
    return found


def _link(link: LinkRow, erased: Erased) -> LinkRow:
    # Nothing is left to go back to: an undo would put back what nobody has agreed on.
    return replace(
        link,
        because=None,
        client=client_without_values(link.client),
        client_times={},
        former=None,
        agreed={},
        uncompared=(),
        changed_at={},
        held=Held(),
        drifted=(),
        pushed=Held(),
        wanted={},
        taken=None,
        tried=(),
        not_kept=NotKept(),
        lost_create=None,
        found_free=None,
        undoing=None,
        shelved=None,
        erased=erased,
    )


def _customer(row: CustomerRow, erased: Erased) -> CustomerRow:
    # Unknown, and not empty: a match or an undo would take nothing for what stands in QuickBooks.
    return replace(
        row,
        customer=None,
        times={},
        arrival="settled",
        problem=None,
        behind=None,
        went_back=None,
        lost_create=None,
        erased=erased,
    )

"""Two QuickBooks customers have become one: the link of the one that is no more moves to the one that stays.

Nothing is agreed then: the survivor's values were never compared with this client's. So what one side lacks is filled
from the other, and where both have something else, the firm's policy for conflicts decides
(docs/adr/0011-a-merge-agrees-on-nothing.md).
"""

from dataclasses import replace

from domain.apply.unmatching import match_is_stale
from domain.draft import Draft
from domain.ids import CustomerId
from domain.plan import plan
from domain.rows import CustomerRow, FirmRow, LinkRow, LinkStatus, Problem, Reason

MOST_MERGES = 10
"""How many merges in a row are followed to the customer that is left."""


def customers_merged(draft: Draft, firm: FirmRow, *, loser: CustomerId, survivor: CustomerId) -> None:
    """Take in that `loser` went into `survivor`."""
    if loser == survivor:
        return
    row = draft.customer(firm.firm_id, loser) or CustomerRow(firm_id=firm.firm_id, customer_id=loser)
    known = replace(row.customer, gone=True) if row.customer is not None else None
    draft.put(replace(row, merged_into=survivor, customer=known, arrival="settled"))
    link = draft.link_of(firm.firm_id, loser)
    if link is not None:
        _follow(draft, link, survivor)
        return
    for parted in draft.parted_from(firm.firm_id, loser):
        former = parted.former
        # We heard that the customer was gone before we heard what became of it; the same id in another company is
        # somebody else.
        if (
            parted.reason is Reason.CUSTOMER_GONE
            and former is not None
            and former.realm_id in (None, firm.company_of_links)
        ):
            _follow(draft, replace(parted, status=LinkStatus.SYNCED, reason=None, former=None), survivor)
            return


def survivor_of(draft: Draft, firm: FirmRow, customer: CustomerId) -> CustomerId:
    """Follow merges to the customer that is left."""
    for _ in range(MOST_MERGES):
        row = draft.customer(firm.firm_id, customer)
        if row is None or row.merged_into is None:
            break
        customer = row.merged_into
    return customer


def _follow(draft: Draft, link: LinkRow, survivor: CustomerId) -> None:
    holder = draft.link_of(link.firm_id, survivor)
    problem = link.problem
    if link.status is LinkStatus.MATCHING or (problem is not None and problem.resume == "matching"):
        draft.put(match_is_stale(draft, link))  # nobody has seen the values that it would overwrite now
    elif holder is None:
        moved = replace(link, customer_id=survivor, agreed={}, changed_at={}, since=draft.now)
        plan(draft, moved)
    elif holder.client_id != link.client_id and link.status is not LinkStatus.UNMATCHING:
        question = Problem(
            id=draft.effect_id(link.key, "customers_merged"),
            code="customers_merged",
            since=draft.now,
            resume="synced",
            customer_id=survivor,
        )
        draft.put(replace(link, problem=question, status=LinkStatus.NEEDS_ATTENTION, since=draft.now))

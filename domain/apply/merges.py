"""Two QuickBooks customers have become one: the link of the one that is no more moves to the one that stays.

Nothing is agreed then: the survivor's values were never compared with this client's. So what one side lacks is filled
from the other, and where both have something else, the firm's policy for conflicts decides
(docs/adr/0011-a-merge-agrees-on-nothing.md).
"""

from dataclasses import replace

from domain.apply.arrivals import ask_about_survivor, settle_arrival
from domain.apply.freed_names import look_again_for, name_given_up
from domain.apply.survivors import followed, survivor_of
from domain.draft import Draft
from domain.ids import CustomerId
from domain.plan import plan
from domain.rows import CustomerRow, FirmRow, LinkRow, LinkStatus, Reason


def customers_merged(draft: Draft, firm: FirmRow, *, loser: CustomerId, survivor: CustomerId) -> None:
    """Take in that `loser` went into `survivor`, which may have gone into yet another one by now."""
    if loser == survivor:
        return
    row = draft.customer(firm.firm_id, loser) or CustomerRow(firm_id=firm.firm_id, customer_id=loser)
    before = row.customer
    known = replace(before, gone=True) if before is not None else None
    row = replace(row, merged_into=survivor, customer=known, arrival="settled")
    draft.put(row)
    look_again_for(draft, firm.firm_id, name_given_up(before, None))
    ask_about_survivor(draft, firm.firm_id, loser, survivor_of(draft, firm.firm_id, loser))
    settle_arrival(draft, firm, row)
    link = draft.link_of(firm.firm_id, loser) or _parted(draft, firm, loser)
    if link is not None:
        plan(draft, followed(draft, link))


def _parted(draft: Draft, firm: FirmRow, loser: CustomerId) -> LinkRow | None:
    """Give the link back its customer if we heard that it was gone before we heard what became of it.

    The same id in another company is somebody else.
    """
    for parted in draft.parted_from(firm.firm_id, loser):
        former = parted.former
        if (
            parted.reason is Reason.CUSTOMER_GONE
            and former is not None
            and former.realm_id in (None, firm.company_of_links)
        ):
            return replace(
                parted, status=LinkStatus.SYNCED, reason=None, former=None, customer_id=former.customer_id
            )
    return None

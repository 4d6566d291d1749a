"""Two QuickBooks customers have become one: the link of the one that is no more moves to the one that stays.

Nothing is agreed then: the survivor's values were never compared with this client's. So what only it has stays in
QuickBooks, and where both have something else a person is asked
(docs/adr/0031-show-a-survivors-values-before-writing-them.md).
"""

from datetime import datetime

from domain.apply.arrivals import ask_about_survivor, settle_arrival
from domain.apply.freed_names import look_again_for, name_given_up
from domain.apply.survivors import followed
from domain.draft import Draft
from domain.effects import ReadCustomer
from domain.firm_rows import FirmRow
from domain.ids import CustomerId
from domain.known import MOST_MERGES, survivor_of
from domain.link.transitions import give_back_lost_customer, without_question
from domain.plan import plan, plan_who_may_keep
from domain.remembered import MergeTold
from domain.replacing import replace
from domain.rows import CustomerRow, LinkRow, Reason
from domain.snapshots import Customer


def customers_merged(
    draft: Draft, firm: FirmRow, *, loser: CustomerId, survivor: CustomerId, notice: datetime
) -> None:
    """Take in that `loser` went into `survivor`, which may have gone into yet another one by now.

    `notice`: the notification's own time, by which it is known when it comes a second time.
    """
    if loser == survivor:
        return
    row = draft.customer(firm.firm_id, loser) or CustomerRow(firm_id=firm.firm_id, customer_id=loser)
    before, told = row.customer, row.merge
    is_repeated = told is not None and notice <= told.notice
    if is_repeated and row.merged_into is None:
        return  # it is one of its own again since
    if told is not None and notice < told.notice:
        return  # it was one of its own again, and went into another one later
    oldest = _oldest_of_ring(draft, row, survivor, notice)
    if oldest is row:
        draft.put(replace(row, merge=MergeTold(notice=notice, heard_at=draft.now)))
        return  # others went into it later, so it was one of its own again
    if oldest is not None:
        _is_one_of_its_own(draft, oldest)
    known = replace(before, gone=True) if before is not None else None
    if told is None or not is_repeated:
        token = known.sync_token if known is not None else None
        told = MergeTold(notice=notice, heard_at=draft.now, token=token)
    row = replace(row, merged_into=survivor, merge=told, customer=known, arrival="settled")
    draft.put(row)
    look_again_for(draft, firm.firm_id, name_given_up(before, None))
    ask_about_survivor(draft, firm.firm_id, loser, survivor_of(draft, firm.firm_id, loser))
    settle_arrival(draft, firm, row)
    link = draft.link_of(firm.firm_id, loser) or _parted(draft, firm, loser)
    if link is not None:
        plan(draft, followed(draft, link))
    plan_who_may_keep(draft, firm.firm_id)


def may_be_itself_again(row: CustomerRow, seen: Customer) -> bool:
    """Say whether a customer that went into another one is shown active, and newer than when we heard of that.

    In QuickBooks it stays there, inactive, and a person can make it active again.
    """
    if row.merged_into is None or not seen.active or row.customer is None:
        return False
    token = row.merge.token if row.merge is not None else row.customer.sync_token
    return token is not None and seen.sync_token > token


def itself_again(draft: Draft, row: CustomerRow, seen: Customer) -> CustomerRow:
    """Take back that a customer went into another one, if a read shows it so that began after we heard of that.

    One that began before may show what stood there before the merge: then it is read once more.
    """
    told = row.merge
    if told is not None and told.token is None:
        row = replace(row, merge=replace(told, token=seen.sync_token))
    if not may_be_itself_again(row, seen):
        return row
    if told is not None and (row.read_from is None or row.read_from < told.heard_at):
        return replace(row, noticed_again=True)
    _lift_question(draft, row)
    return replace(row, merged_into=None)


def _oldest_of_ring(
    draft: Draft, row: CustomerRow, survivor: CustomerId, notice: datetime
) -> CustomerRow | None:
    """Give the customer that is left of a ring which this merge would close: the one that went into another first.

    It was made active again then, or nothing could have gone into it later. None: there is no ring.
    """
    oldest, earliest, current = row, notice, draft.customer(row.firm_id, survivor)
    for _ in range(MOST_MERGES):
        if current is None or current.merged_into is None:
            return None
        if current.merge is not None and current.merge.notice <= earliest:
            oldest, earliest = current, current.merge.notice
        if current.merged_into == row.customer_id:
            return oldest
        current = draft.customer(row.firm_id, current.merged_into)
    return None


def _is_one_of_its_own(draft: Draft, row: CustomerRow) -> None:
    """Take back that a customer went into another one; what it holds now is read."""
    _lift_question(draft, row)
    customer = replace(row.customer, gone=False) if row.customer is not None else None
    row = replace(row, merged_into=None, customer=customer)
    if row.reads:
        begun = any(draft.has_started(read) for read in row.reads)
        draft.put(replace(row, noticed_again=row.noticed_again or begun))
        return
    read = ReadCustomer(id=draft.effect_id(row.key, "read_customer"), customer_id=row.customer_id)
    draft.put(replace(row, read_from=draft.now, pending=(read, *row.pending)))


def _lift_question(draft: Draft, row: CustomerRow) -> None:
    """Stop asking who keeps the customer into which this one went."""
    link = draft.link_of(row.firm_id, row.customer_id)
    if link is not None and link.problem is not None and link.problem.code == "customers_merged":
        draft.put(without_question(link))


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
            return give_back_lost_customer(parted, former.customer_id)
    return None

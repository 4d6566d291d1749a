"""A QuickBooks customer was noticed or seen: by a notification, a read, a listing, or in the answer to a write."""

from datetime import datetime, timedelta
from itertools import islice
from typing import Literal

from domain.apply.arrivals import is_new, lift_questions, settle_arrival
from domain.apply.client_seen import seen, settle_problem
from domain.apply.freed_names import look_again_for, name_given_up
from domain.apply.hearing import read_after_notice
from domain.apply.merges import customers_merged, itself_again, may_be_itself_again
from domain.apply.notices import answered_by_read, is_answered, noticed, own_time, read_not_before
from domain.apply.unmatching import match_is_stale
from domain.decision import Decision, Verdict
from domain.draft import Draft
from domain.effects import ReadCustomer, UpdateCustomer
from domain.fields import Field, Values, differing
from domain.firm_rows import FirmRow
from domain.ids import CustomerId, FirmId
from domain.inputs import CustomerNotified
from domain.plan import plan
from domain.progress import source_changed
from domain.remembered import Behind
from domain.replacing import replace
from domain.rows import CustomerRow, LinkRow, LinkStatus
from domain.snapshots import Customer
from domain.went_back import customer_is_older, goes_back, rest_before

WAIT_FOR_OUTCOME = timedelta(seconds=30)
"""How long a notification waits for the outcome of a write of ours, which may be all that it tells of."""

MOST_RELEASED = 100
"""How many put-off reads one outcome lets go: a decision must fit into the log. The others wait out their time."""


def notice_customer(draft: Draft, firm: FirmRow, notified: CustomerNotified) -> Decision:
    """Take in that a customer changed: plan to read it, unless a read has answered that already."""
    connection = firm.connection
    if connection is None or connection.realm_id != notified.realm_id:
        return draft.decide(Verdict.SKIPPED, "other_realm", firm)
    # While the company before is let go, the rows are of its customers, and not of those that this tells of.
    merged = notified.deleted_id if connection.replaces is None else None
    if merged is not None:
        # Also while disconnected: no listing would tell of it later.
        notice = own_time(notified.time, draft.now)
        customers_merged(draft, firm, loser=merged, survivor=notified.customer_id, notice=notice)
    if not firm.is_connected:
        if merged is not None:
            return draft.decide(Verdict.APPLIED, "customer_noticed", firm)
        return draft.decide(Verdict.SKIPPED, "disconnected", firm)
    row = draft.customer(firm.firm_id, notified.customer_id) or CustomerRow(
        firm_id=firm.firm_id, customer_id=notified.customer_id
    )
    own = own_time(notified.time, draft.now)
    if is_answered(row, own, draft.now):
        verdict = Verdict.SKIPPED if notified.deleted_id is None else Verdict.APPLIED
        return draft.decide(verdict, "already_read", row)
    is_unknown = row.customer is None and notified.operation == "created"
    if is_unknown and notified.time > connection.connected_at and row.erased is None:
        row = replace(row, arrival="open")
    row = noticed(row, own, draft.now, begun=any(draft.has_started(read) for read in row.reads))
    if not row.reads:
        until = draft.now + WAIT_FOR_OUTCOME if write_under_way(draft, row) else read_not_before(row, own)
        row = _read(draft, row, not_before=until)
    draft.put(row)
    return draft.decide(Verdict.APPLIED, "customer_noticed", row)


def read_at_once(draft: Draft, firm: FirmRow, customer: CustomerId) -> None:
    """Ask for a customer as it is now, unless it is being asked for."""
    row = draft.customer(firm.firm_id, customer) or CustomerRow(firm_id=firm.firm_id, customer_id=customer)
    if not row.reads:
        draft.put(_read(draft, row, not_before=None))


def see_customer(
    draft: Draft,
    firm: FirmRow,
    customer: Customer,
    *,
    sent: Values | None = None,
    believed: bool = False,
) -> CustomerRow:
    """Replace the snapshot if this one is not older, or is `believed` all the same, and plan the link that has the customer.

    `sent`: what we wrote ourselves, which is no news when it comes back, nor is the customer that we created.
    """
    row = draft.customer(firm.firm_id, customer.customer_id) or CustomerRow(
        firm_id=firm.firm_id, customer_id=customer.customer_id
    )
    known = row.customer
    if customer_is_older(known, customer) and not believed:
        return row
    moved = differing(known.values, customer.values) if known is not None else ()
    times = {**row.times, **dict.fromkeys(moved, customer.updated_at)}
    back = may_be_itself_again(row, customer)
    row = replace(row, customer=customer, times=times)
    if sent is not None:
        row = replace(row, arrival="settled")
    elif known is None:
        # One whose person was erased may be told of again, and has been here before.
        new = row.erased is None and (row.arrival == "open" or is_new(firm, customer))
        row = replace(row, arrival="open" if new else "settled")
    elif moved and row.problem is not None and row.lost_create is None:
        row = replace(row, arrival="open", problem=None)  # what Canopy would not take has changed
    if ((known is not None and known.gone) or back) and not row.reads:
        # This answer may be older than the one that said that it is gone, or went into another one.
        row = _read(draft, row, not_before=None)
    draft.put(row)
    look_again_for(draft, firm.firm_id, name_given_up(known, customer))
    link = draft.link_of(firm.firm_id, customer.customer_id)
    if link is not None:
        draft.note(
            *seen(link, "quickbooks", known.values if known else {}, customer.values, moved, sent or {})
        )
        news = tuple(field for field in moved if field not in (sent or {}))
        if news:
            link = source_changed(link, "quickbooks")
        plan(draft, _after_edit(draft, firm, link, moved, news, believed=believed))
    settle_arrival(draft, firm, row)
    return draft.customer(firm.firm_id, customer.customer_id) or row


def customer_looked_at(
    draft: Draft, firm: FirmRow, row: CustomerRow, seen: Customer
) -> Literal["customer_read", "customer_is_older", "customer_went_back"]:
    """Take in the answer of a read; one that shows an older customer is asked for again, and in the end believed.

    Gives the code for what came of it.
    """
    known = row.customer
    if known is None or not customer_is_older(known, seen):
        draft.put(itself_again(draft, replace(row, behind=None), seen))
        see_customer(draft, firm, seen)
        read_after_notice(draft, row, seen)
        read_is_back(draft, draft.customer(row.firm_id, row.customer_id) or row)
        return "customer_read"
    # The first may only have been overtaken by the answer to a write.
    looks = row.behind.looks + 1 if row.behind is not None else 0
    if rest_before(looks, row.went_back, draft.now) is not None:
        draft.put(_look(draft, without_reads(row), looks))
        return "customer_is_older"
    back = goes_back(row.went_back, known.sync_token, known.updated_at, draft.now)
    draft.put(replace(row, behind=None, went_back=back))
    read_is_back(draft, see_customer(draft, firm, seen, believed=True))
    return "customer_went_back"


def look_if_older(draft: Draft, firm: FirmRow, seen: Customer, *, refused: bool = False) -> None:
    """Read a customer that was shown older than we hold it. `refused`: by the answer to a write of ours."""
    row = draft.customer(firm.firm_id, seen.customer_id)
    if row is None or not customer_is_older(row.customer, seen) or row.behind is not None:
        return
    if refused or not row.reads:
        draft.put(_look(draft, without_reads(row), 1 if refused else 0))


def _look(draft: Draft, row: CustomerRow, looks: int) -> CustomerRow:
    rest = rest_before(looks, row.went_back, draft.now)
    row = _read(draft, row, not_before=draft.now + rest if rest else None)
    return replace(row, behind=Behind(looks=looks), noticed_again=False)


def see_that_gone(draft: Draft, firm_id: FirmId, customer: CustomerId) -> None:
    """Remember that QuickBooks does not know this customer, so that nobody is offered it again."""
    row = draft.customer(firm_id, customer)
    if row is not None and row.customer is not None:
        draft.put(replace(row, customer=replace(row.customer, gone=True)))
        look_again_for(draft, firm_id, name_given_up(row.customer, None))
    lift_questions(draft, firm_id, customer)


def _after_edit(
    draft: Draft,
    firm: FirmRow,
    link: LinkRow,
    moved: tuple[Field, ...],
    news: tuple[Field, ...],
    *,
    believed: bool,
) -> LinkRow:
    """Settle what an edit settles. `news`: what of that was not sent by us, as a temporary name is."""
    to_be_matched = link.status is LinkStatus.MATCHING and link.write is None
    if news and (to_be_matched or (link.problem is not None and link.problem.resume == "matching")):
        return match_is_stale(draft, link)
    link = settle_problem(link, news)
    if believed:
        return link  # a backup takes back no choice of a person's
    sent_on = tuple(field for field in link.pushed.to_canopy if field not in moved)
    link = replace(link, pushed=replace(link.pushed, to_canopy=sent_on))
    if firm.settings.actions_from_qbo.editing:
        kept = tuple(field for field in link.held.to_canopy if field not in moved)
        link = replace(link, held=replace(link.held, to_canopy=kept))
    return link


def read_is_back(draft: Draft, row: CustomerRow) -> None:
    """Close the pending read; plan another if a notification came after it had begun."""
    missed = row.noticed_again
    row = replace(without_reads(answered_by_read(row)), noticed_again=False)
    until = draft.now + WAIT_FOR_OUTCOME if write_under_way(draft, row) else None
    draft.put(_read(draft, row, not_before=until) if missed else row)


def without_reads(row: CustomerRow) -> CustomerRow:
    """Take the pending read away."""
    return replace(row, pending=tuple(each for each in row.pending if not isinstance(each, ReadCustomer)))


def write_is_back(draft: Draft, firm_id: FirmId, customer: CustomerId | None) -> None:
    """Let go of the reads that waited for a write."""
    if customer is not None:
        _release(draft, draft.customer(firm_id, customer))
    if not draft.creates(firm_id):
        for row in tuple(islice(draft.put_off_reads(firm_id), MOST_RELEASED)):
            if not _updating(draft, row):
                _release(draft, row)


def _release(draft: Draft, row: CustomerRow | None) -> None:
    if row is None or row.behind is not None or not any(read.not_before for read in row.reads):
        return
    at_once = tuple(
        replace(each, not_before=None) if isinstance(each, ReadCustomer) else each for each in row.pending
    )
    # After a take-over all counts as begun, also a read whose time had not come: then it runs sooner than its row says.
    begun = any(draft.has_started(read) for read in row.reads)
    read_from = min(row.read_from or draft.now, draft.now) if begun else draft.now
    draft.put(replace(row, pending=at_once, read_from=read_from))


def _read(draft: Draft, row: CustomerRow, *, not_before: datetime | None) -> CustomerRow:
    effect = ReadCustomer(
        id=draft.effect_id(row.key, "read_customer"), customer_id=row.customer_id, not_before=not_before
    )
    return replace(row, read_from=not_before or draft.now, pending=(effect, *row.pending))


def write_under_way(draft: Draft, row: CustomerRow) -> bool:
    """Say whether a write of ours may be what the notification tells of: an update, or any create in the firm."""
    return _updating(draft, row) or draft.creates(row.firm_id)


def _updating(draft: Draft, row: CustomerRow) -> bool:
    link = draft.link_of(row.firm_id, row.customer_id)
    return link is not None and any(isinstance(effect, UpdateCustomer) for effect in link.pending)

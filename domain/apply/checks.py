"""Are the linked customers still there? No listing tells of one that is gone, and its notification may be lost.

A firm's links are gone through in rounds. Who is missing in an answer is read, since only QuickBooks' own word
for that one customer (error 610) says that it is gone.
"""

from datetime import datetime, timedelta

from domain.apply.customers import look_if_older, read_at_once, see_customer
from domain.apply.unreadable import with_unreadable
from domain.decision import Decision, Verdict
from domain.draft import Draft
from domain.effects import CheckCustomers
from domain.firm_rows import FirmRow
from domain.ids import ClientId, CustomerId, EffectId, FirmId
from domain.outcomes import CustomersListed
from domain.replacing import replace

CHECK_EVERY = timedelta(hours=24)
"""From the end of a round to the next: it only finds what no notification told of, and costs a request per 100 links."""

AFTER_A_REFUSAL = timedelta(hours=1)
"""How long nobody is asked about after QuickBooks would not answer: nothing waits for a check."""

CLIENTS_A_CHECK = 100
"""How many clients one check covers, so at most as many customers: what one answer of QuickBooks' holds unasked."""


def with_checks(draft: Draft, firm: FirmRow, first: datetime | None) -> FirmRow:
    """Let rounds begin, not before `first` (None: now), unless they have begun."""
    if any(isinstance(effect, CheckCustomers) for effect in firm.pending):
        return firm
    check = CheckCustomers(id=_name(draft, firm), customer_ids=(), not_before=first)
    return replace(firm, pending=(*firm.pending, check))


def customers_checked(draft: Draft, firm: FirmRow, done: CheckCustomers, page: CustomersListed) -> Decision:
    """Take in who is there, read who is missing, and go on to the next links, or to the next round."""
    for customer in page.customers:
        see_customer(draft, firm, customer)
        look_if_older(draft, firm, customer)
    there = {customer.customer_id for customer in page.customers}
    firm = with_unreadable(firm, "quickbooks", there, page.unreadable, draft.now, begins=False)
    told = {*there, *(each.id for each in page.unreadable)}
    for missing in done.customer_ids:
        if missing not in told and _is_wanted(draft, firm.firm_id, missing):
            read_at_once(draft, firm, missing)
    firm = _followed(firm, done, _next(draft, firm, done))
    draft.put(firm)
    return draft.decide(Verdict.APPLIED, "customers_checked", firm)


def check_refused(draft: Draft, firm: FirmRow, done: CheckCustomers) -> Decision:
    """Go on later with the next links; these have their turn in the next round."""
    follow = _next(draft, firm, done)
    firm = _followed(firm, done, replace(follow, not_before=follow.not_before or draft.now + AFTER_A_REFUSAL))
    draft.put(firm)
    return draft.decide(Verdict.APPLIED, "check_refused", firm)


def _next(draft: Draft, firm: FirmRow, done: CheckCustomers) -> CheckCustomers:
    begins = done.after is None and not done.customer_ids
    if begins or done.after is not None:
        clients = draft.clients_after(firm.firm_id, done.after, CLIENTS_A_CHECK)
        after = clients[-1] if len(clients) == CLIENTS_A_CHECK else None
        customers = _linked(draft, firm.firm_id, clients)
        if customers or after:
            return CheckCustomers(id=_name(draft, firm), customer_ids=customers, after=after)
    return CheckCustomers(id=_name(draft, firm), customer_ids=(), not_before=draft.now + CHECK_EVERY)


def _linked(draft: Draft, firm_id: FirmId, clients: tuple[ClientId, ...]) -> tuple[CustomerId, ...]:
    links = (draft.link(firm_id, client) for client in clients)
    customers = (link.customer_id for link in links if link is not None and link.customer_id is not None)
    return tuple(customer for customer in customers if _is_wanted(draft, firm_id, customer))


def _is_wanted(draft: Draft, firm_id: FirmId, customer: CustomerId) -> bool:
    """Say whether a client has this customer, and nothing says yet that it is gone."""
    row = draft.customer(firm_id, customer)
    known = row.customer if row is not None else None
    return draft.link_of(firm_id, customer) is not None and not (known is not None and known.gone)


def _followed(firm: FirmRow, done: CheckCustomers, follow: CheckCustomers) -> FirmRow:
    others = tuple(effect for effect in firm.pending if effect.id != done.id)
    return replace(firm, pending=(*others, follow))


def _name(draft: Draft, firm: FirmRow) -> EffectId:
    return draft.effect_id(firm.key, "check_customers")

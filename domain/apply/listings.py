"""Both sides are listed: whole, when a firm connects, and again and again for what nobody told us of (sweeps)."""

from datetime import datetime, timedelta

from domain.apply.checks import CHECK_EVERY, with_checks
from domain.apply.client_looks import look
from domain.apply.client_seen import take_client
from domain.apply.customers import look_if_older, see_customer, write_under_way
from domain.apply.freed_names import look_again_with_the_sweep
from domain.apply.hearing import swept
from domain.apply.steps import plan_links
from domain.apply.unreadable import with_unreadable
from domain.decision import Decision, Verdict
from domain.draft import Draft
from domain.effects import FirmWork, ListClients, ListCustomers
from domain.firm_rows import FirmRow
from domain.ids import EffectId
from domain.link.transitions import stay_apart
from domain.outcomes import ClientsListed, CustomersListed
from domain.plan import plan
from domain.replacing import replace
from domain.rows import CustomerRow, LinkRow, Reason
from domain.snapshots import Customer
from domain.sweep_pace import MOST_DOUBLINGS, SHORTEST
from domain.went_back import client_is_older

SWEEP_OVERLAP = timedelta(minutes=5)
"""How far back a sweep looks behind the one before: clocks differ, and QuickBooks has whole seconds."""


def customers_listed(draft: Draft, firm: FirmRow, done: ListCustomers, page: CustomersListed) -> Decision:
    """Take in one page of customers, and go on to the next, or to the next sweep."""
    untold = firm.heard.untold
    for customer in page.customers:
        firm = _see(draft, firm, customer, sweeps=done.since is not None)
    missed = done.missed or firm.heard.untold > untold
    read = {customer.customer_id for customer in page.customers}
    begins = done.cursor is None
    firm = with_unreadable(firm, "quickbooks", read, page.unreadable, draft.now, begins=begins)
    name = draft.effect_id(firm.key, "list_customers")
    if page.cursor:
        began = page.as_of if begins else done.began
        follow = replace(done, id=name, cursor=page.cursor, began=began, missed=missed)
        return _listed(draft, firm, done, follow)
    look_again_with_the_sweep(draft, firm.firm_id)
    return _listed(
        draft,
        _noted(firm, customers=True),
        done,
        replace(
            _next_sweep(draft, firm, done, page, name),
            quiet=0 if missed or done.since is None else min(done.quiet + 1, MOST_DOUBLINGS),
        ),
    )


def clients_listed(draft: Draft, firm: FirmRow, done: ListClients, page: ClientsListed) -> Decision:
    """Take in one page of clients, and go on. One whose event is still to come stays open for it."""
    for client in page.clients:
        known = draft.link(firm.firm_id, client.client_id)
        link = known or LinkRow(firm_id=firm.firm_id, client_id=client.client_id, since=draft.now)
        link = take_client(draft, firm, link, client)
        if client_is_older(link.client, client):
            link = look(draft, link)
        if link.reason is Reason.CHOICE_UNKNOWN:
            link = stay_apart(link, Reason.NEVER_MATCHED)
        plan(draft, link)
    read = {client.client_id for client in page.clients}
    begins = done.cursor is None
    firm = with_unreadable(firm, "canopy", read, page.unreadable, draft.now, begins=begins)
    name = draft.effect_id(firm.key, "list_clients")
    if page.cursor:
        return _listed(draft, firm, done, replace(done, id=name, cursor=page.cursor))
    sweep = ListClients(id=name, sweep=True, not_before=draft.now + SHORTEST)
    return _listed(draft, _noted(firm, clients=True), done, sweep)


def _see(draft: Draft, firm: FirmRow, customer: Customer, *, sweeps: bool) -> FirmRow:
    """Take in a customer of a page; gives the firm's row, in which a sweep counts what it finds."""
    before = draft.customer(firm.firm_id, customer.customer_id)
    ours = write_under_way(
        draft, before or CustomerRow(firm_id=firm.firm_id, customer_id=customer.customer_id)
    )
    see_customer(draft, firm, customer)
    look_if_older(draft, firm, customer)
    return swept(draft, firm, before, customer) if sweeps and not ours else firm


def _next_sweep(
    draft: Draft, firm: FirmRow, done: ListCustomers, last: CustomersListed, name: EffectId
) -> ListCustomers:
    """Look next for all that has changed since this one began, as QuickBooks' clock had it."""
    as_of = last.as_of if done.cursor is None else done.began
    connected_at = firm.connection.connected_at if firm.connection is not None else draft.now
    # A company that shut us out is asked sooner than this was due: whether it lets us in again.
    began = min(as_of or done.not_before or connected_at, draft.now)
    return ListCustomers(id=name, since=began - SWEEP_OVERLAP, not_before=draft.now + SHORTEST)


def _noted(firm: FirmRow, *, customers: bool = False, clients: bool = False) -> FirmRow:
    connection = firm.connection
    if connection is None:
        return firm
    return replace(
        firm,
        connection=replace(
            connection,
            customers_listed=connection.customers_listed or customers,
            clients_listed=connection.clients_listed or clients,
        ),
    )


def _listed(draft: Draft, firm: FirmRow, done: FirmWork, follow: FirmWork) -> Decision:
    """Plan what follows; once both first listings are in, all links are planned, and from then on checked."""
    before = draft.firm(firm.firm_id)
    pending = tuple(effect for effect in firm.pending if effect.id != done.id)
    firm = replace(firm, pending=(*pending, follow))
    if _is_listed(firm) and not (before is not None and _is_listed(before)):
        firm = plan_links(draft, firm)
    if _is_listed(firm):
        firm = with_checks(draft, firm, _first_check(draft, firm))
    draft.put(firm)
    return draft.decide(Verdict.APPLIED, "listed", firm)


def _first_check(draft: Draft, firm: FirmRow) -> datetime | None:
    """Look at once at what went on while the company was disconnected, of which nothing told us."""
    was_away = firm.connection is not None and firm.connection.back
    return None if was_away else draft.now + CHECK_EVERY


def _is_listed(firm: FirmRow) -> bool:
    connection = firm.connection
    return connection is not None and connection.customers_listed and connection.clients_listed

"""What came of work that a row asked for. One that nobody awaits any more is an observation, never dropped."""

from dataclasses import replace

from domain.apply.clients import take_client
from domain.apply.customers import read_is_back, see_customer
from domain.apply.firms import clients_listed, customers_listed, plan_links
from domain.apply.writes import write_came_back
from domain.decision import Decision, Verdict
from domain.draft import Draft
from domain.effects import ListClients, ListCustomers, PlanLinks
from domain.inputs import Outcome
from domain.outcomes import (
    ClientMoved,
    ClientSaved,
    ClientsListed,
    CustomerGone,
    CustomerMoved,
    CustomerRead,
    CustomerSaved,
    CustomersListed,
    StepDue,
)
from domain.plan import plan
from domain.rows import CustomerRow, FirmRow, LinkRow, Row
from domain.snapshots import Customer


def take_outcome(draft: Draft, firm: FirmRow, outcome: Outcome) -> Decision:
    """Hand an outcome to the row that awaits it."""
    row = draft.row(outcome.key)
    effect = next((e for e in row.pending if e.id == outcome.effect_id), None) if row is not None else None
    if row is None or effect is None:
        return _not_awaited(draft, firm, row or firm, outcome)
    if isinstance(row, LinkRow):
        return write_came_back(draft, firm, row, outcome.result)
    if isinstance(row, CustomerRow):
        return _read_came_back(draft, firm, row, outcome)
    match outcome.result, effect:
        case CustomersListed() as page, ListCustomers() as done:
            return customers_listed(draft, firm, done, page)
        case ClientsListed() as page, ListClients() as done:
            return clients_listed(draft, firm, done, page)
        case StepDue(), PlanLinks() as step:
            return plan_links(draft, firm, step)
        case _:
            return draft.decide(Verdict.SKIPPED, "no_such_answer", row)


def _read_came_back(draft: Draft, firm: FirmRow, row: CustomerRow, outcome: Outcome) -> Decision:
    match outcome.result:
        case CustomerRead(customer=customer):
            see_customer(draft, firm, customer)
            seen = draft.customer(firm.firm_id, row.customer_id) or row
            read_is_back(draft, seen)
            return draft.decide(Verdict.APPLIED, "customer_read", row)
        case CustomerGone():
            gone = replace(row.customer, gone=True) if row.customer is not None else None
            draft.put(replace(row, customer=gone, pending=(), noticed_at=None, noticed_again=False))
            link = draft.link_of(firm.firm_id, row.customer_id)
            if link is not None:
                plan(draft, link)
            return draft.decide(Verdict.APPLIED, "customer_gone", row)
        case _:
            return draft.decide(Verdict.SKIPPED, "no_such_answer", row)


def _gone_since(known: CustomerRow, seen: Customer) -> bool:
    """Tell an old answer, told twice, from a customer that is there again."""
    last = known.customer
    return last is not None and last.gone and seen.sync_token <= last.sync_token


def _not_awaited(draft: Draft, firm: FirmRow, about: Row, outcome: Outcome) -> Decision:
    """Take from it what was seen of either side."""
    match outcome.result:
        case (
            CustomerSaved(customer=customer)
            | CustomerRead(customer=customer)
            | CustomerMoved(customer=customer)
        ):
            known = draft.customer(firm.firm_id, customer.customer_id)
            if known is None or not _gone_since(known, customer):
                return draft.decide(Verdict.SKIPPED, "not_awaited", see_customer(draft, firm, customer))
        case ClientSaved(client=client) | ClientMoved(client=client):
            link = draft.link(firm.firm_id, client.client_id)
            if link is not None:
                plan(draft, take_client(draft, firm, link, client))
        case _:
            pass
    return draft.decide(Verdict.SKIPPED, "not_awaited", about)

"""What came of work that a row asked for. One that nobody awaits any more is an observation, never dropped."""

from domain.apply.added_clients import client_came_back
from domain.apply.arrivals import settle_arrival
from domain.apply.checks import check_refused, customers_checked
from domain.apply.client_looks import client_looked_at
from domain.apply.client_seen import take_client
from domain.apply.customers import customer_looked_at, read_is_back, see_customer
from domain.apply.deferrals import defer, let_in_again
from domain.apply.freed_names import look_again_for, name_given_up
from domain.apply.holders import holder_found
from domain.apply.listings import clients_listed, customers_listed
from domain.apply.our_errors import firm_work_failed, read_failed
from domain.apply.steps import take_step
from domain.apply.writes import write_came_back
from domain.decision import Decision, Verdict
from domain.draft import Draft
from domain.effects import (
    CheckCustomers,
    CreateClient,
    CreateCustomer,
    Effect,
    FindHolder,
    FirmWork,
    ListClients,
    ListCustomers,
    PlanLinks,
    ReadClient,
    ReadCustomer,
    UpdateClient,
    UpdateCustomer,
)
from domain.firm_rows import FirmRow
from domain.inputs import Outcome
from domain.outcomes import (
    ClientMoved,
    ClientRead,
    ClientSaved,
    ClientsListed,
    CustomerGone,
    CustomerMoved,
    CustomerRead,
    CustomerSaved,
    CustomersListed,
    Deferred,
    Failed,
    Rejected,
    Result,
    StepDue,
)
from domain.plan import plan
from domain.replacing import replace
from domain.rows import CustomerRow, LinkRow, Row
from domain.snapshots import Customer, never_seen
from domain.went_back import is_of_before


def take_outcome(draft: Draft, firm: FirmRow, outcome: Outcome) -> Decision:
    """Hand an outcome to the row that awaits it."""
    row = draft.row(outcome.key)
    effect = next((e for e in row.pending if e.id == outcome.effect_id), None) if row is not None else None
    if effect is None and isinstance(row, CustomerRow) and isinstance(outcome.result, ClientSaved):
        # Of a worker that was still asking when another one had to say that nobody knows.
        effect = next((create for create in row.creates if create.id == outcome.effect_id), None)
    if _is_another_companys(firm, effect, outcome):
        return draft.decide(Verdict.SKIPPED, "other_realm", firm)
    if row is None or effect is None:
        return _not_awaited(draft, firm, row or firm, outcome)
    if isinstance(outcome.result, Deferred):
        return defer(draft, firm, row, effect, outcome.result)
    match row, effect:
        case LinkRow(), FindHolder():
            return holder_found(draft, firm, row, effect, outcome.result)
        case LinkRow(), ReadClient():
            return client_looked_at(draft, firm, row, effect, outcome.result)
        case LinkRow(), CreateCustomer() | UpdateCustomer() | UpdateClient():
            return write_came_back(draft, firm, row, effect, outcome.result)
        case CustomerRow(), CreateClient():
            return client_came_back(draft, firm, row, effect, outcome.result)
        case CustomerRow(), ReadCustomer():
            return _read_came_back(draft, firm, row, effect, outcome.result)
        case FirmRow(), ListCustomers() | ListClients() | CheckCustomers() | PlanLinks():
            return _firm_work_came_back(draft, firm, effect, outcome.result)
        case _:
            return draft.decide(Verdict.SKIPPED, "no_such_answer", row)


def _is_another_companys(firm: FirmRow, effect: Effect | None, outcome: Outcome) -> bool:
    """Say whether it came of another QuickBooks company. What Canopy said goes for whichever is connected."""
    if firm.connection is None or outcome.realm_id in (None, firm.connection.realm_id):
        return False
    of_canopy = isinstance(effect, ReadClient | UpdateClient | CreateClient)
    return not of_canopy and not isinstance(outcome.result, ClientSaved | ClientMoved | ClientRead)


def _firm_work_came_back(draft: Draft, firm: FirmRow, effect: FirmWork, result: Result) -> Decision:
    match result, effect:
        case CustomersListed() as page, ListCustomers() as done:
            if firm.connection is not None and firm.connection.reauthorise_since is not None:
                firm = let_in_again(draft, firm, firm.connection)
            return customers_listed(draft, firm, done, page)
        case CustomersListed() as page, CheckCustomers() as check:
            return customers_checked(draft, firm, check, page)
        case Rejected(), CheckCustomers() as check:
            return check_refused(draft, firm, check)
        case ClientsListed() as page, ListClients() as done:
            return clients_listed(draft, firm, done, page)
        case StepDue(), PlanLinks() as step:
            return take_step(draft, firm, step)
        case Failed(), _:
            return firm_work_failed(draft, firm, effect)
        case _:
            return draft.decide(Verdict.SKIPPED, "no_such_answer", firm)


def _read_came_back(
    draft: Draft, firm: FirmRow, row: CustomerRow, effect: ReadCustomer, result: Result
) -> Decision:
    match result:
        case CustomerRead(customer=customer):
            code = customer_looked_at(draft, firm, row, customer)
            return draft.decide(Verdict.APPLIED, code, row)
        case CustomerGone():
            return _gone(draft, firm, row)
        case Failed():
            return read_failed(draft, row, effect)
        case _:
            return draft.decide(Verdict.SKIPPED, "no_such_answer", row)


def _gone(draft: Draft, firm: FirmRow, row: CustomerRow) -> Decision:
    link = draft.link_of(row.firm_id, row.customer_id)
    customer = replace(row.customer, gone=True) if row.customer is not None else None
    if customer is None and link is not None:
        # A merge gave it to the link, and it went before anybody saw it.
        customer = never_seen(row.customer_id, draft.now)
    look_again_for(draft, row.firm_id, name_given_up(row.customer, customer))
    row = replace(row, customer=customer, arrival="settled", behind=None)
    read_is_back(draft, row)
    settle_arrival(draft, firm, draft.customer(row.firm_id, row.customer_id) or row)
    if link is not None:
        plan(draft, link)
    return draft.decide(Verdict.APPLIED, "customer_gone", row)


def _is_of_before(known: CustomerRow, seen: Customer) -> bool:
    """Tell an old answer, told twice, from a customer that is there again or whose company went back."""
    last = known.customer
    gone_since = last is not None and last.gone and seen.sync_token <= last.sync_token
    return gone_since or is_of_before(known.went_back, seen.sync_token, seen.updated_at)


def _not_awaited(draft: Draft, firm: FirmRow, about: Row, outcome: Outcome) -> Decision:
    """Take from it what was seen of either side."""
    match outcome.result:
        case (
            CustomerSaved(customer=customer)
            | CustomerRead(customer=customer)
            | CustomerMoved(customer=customer)
        ):
            known = draft.customer(firm.firm_id, customer.customer_id)
            if known is None or not _is_of_before(known, customer):
                return draft.decide(Verdict.SKIPPED, "not_awaited", see_customer(draft, firm, customer))
        case ClientSaved(client=client) | ClientMoved(client=client):
            link = draft.link(firm.firm_id, client.client_id)
            if link is not None and not is_of_before(link.went_back, client.version, client.changed_at):
                plan(draft, take_client(draft, firm, link, client))
        case _:
            pass
    return draft.decide(Verdict.SKIPPED, "not_awaited", about)

"""What came of the one write that a link had pending."""

from typing import assert_never

from domain.apply.arrivals import has_its_client, settle_arrivals
from domain.apply.client_looks import look
from domain.apply.client_seen import client_is_gone, take_client
from domain.apply.customers import look_if_older, see_customer, see_that_gone, write_is_back
from domain.apply.freed_names import look_again_for
from domain.apply.name_rings import after_making_way
from domain.apply.not_kept import agreed_with_client, agreed_with_customer, not_kept, with_what_was_not_kept
from domain.apply.refused_writes import refused, stopped
from domain.apply.taken_names import display_name_of, name_sent
from domain.apply.undoing import answer_stands
from domain.apply.unmatching import customer_is_gone, finish, match_is_stale
from domain.apply.values_back import values_came_back
from domain.decision import Decision, Verdict
from domain.draft import Draft
from domain.effects import CreateCustomer, UpdateClient, UpdateCustomer, Write
from domain.firm_rows import FirmRow
from domain.ids import CustomerId
from domain.known import survivor_of
from domain.link.transitions import finish_match, give_up_create, link_new_customer
from domain.outcomes import (
    ClientGone,
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
    HoldersFound,
    NameTaken,
    NotDone,
    Rejected,
    Result,
    StepDue,
    Unconfirmed,
)
from domain.plan import plan, plan_who_may_keep
from domain.problem import UNCONFIRMED
from domain.progress import tried
from domain.remembered import LostCreate
from domain.replacing import replace
from domain.rows import LinkRow, LinkStatus, Reason
from domain.snapshots import Client, Customer
from domain.went_back import client_is_older


def write_came_back(draft: Draft, firm: FirmRow, link: LinkRow, effect: Write, result: Result) -> Decision:
    """Take in the outcome of a link's pending write, and plan what is next."""
    # Both snapshots are taken in while the write still stands pending, so that nothing is planned in between.
    link = _seen(draft, firm, link, effect, result)
    link = replace(link, waiting=link.waiting if link.looks_at_canopy else None)
    link = _settled(draft, firm, link, effect, result)
    if isinstance(result, CustomerSaved):
        link = replace(link, found_free=None)
    if isinstance(effect, CreateCustomer) and isinstance(result, Unconfirmed | Failed):
        name = display_name_of(effect.values)
        link = replace(link, lost_create=LostCreate(name=name, planned_at=effect.planned_at, at=draft.now))
    if link.status is not LinkStatus.NOT_SYNCED:
        # Also where a question came of it: that may be lifted in the same moment, and nothing would bound the next try.
        link = tried(link, effect, result, draft.now)
    plan(draft, link)
    if isinstance(result, CustomerSaved | Rejected):
        # Who waited to see what became of this name looks who has it now.
        look_again_for(draft, firm.firm_id, name_sent(effect))
    write_is_back(draft, firm.firm_id, _customer_of(effect, result))
    if isinstance(effect, CreateCustomer):
        # Of a customer that this might have made, it is known by now whether it did.
        plan_who_may_keep(draft, firm.firm_id)
    settle_arrivals(draft, firm)
    return draft.decide(Verdict.APPLIED, result.kind, link)


def _seen(draft: Draft, firm: FirmRow, link: LinkRow, effect: Write, result: Result) -> LinkRow:
    match result:
        case CustomerSaved(customer=customer) | CustomerMoved(customer=customer):
            see_customer(draft, firm, customer, sent=effect.values)
            if isinstance(effect, UpdateCustomer) and customer.sync_token <= effect.sync_token:
                look_if_older(draft, firm, customer, refused=True)
            return draft.latest(link)
        case ClientSaved(client=client) | ClientMoved(client=client):
            link = take_client(draft, firm, link, client, sent=effect.values)
            # A race with an event shows one older than we hold, but newer than what was sent.
            behind = isinstance(effect, UpdateClient) and client.version <= effect.client_version
            return (
                look(draft, link, refused=True) if behind and client_is_older(link.client, client) else link
            )
        case CustomerGone(customer_id=gone):
            see_that_gone(draft, firm.firm_id, gone)
            return link
        case _:
            return link


def _settled(draft: Draft, firm: FirmRow, link: LinkRow, effect: Write, result: Result) -> LinkRow:
    if link.status is LinkStatus.UNMATCHING:
        return _unmatched(draft, link, effect, result)
    link = replace(link, pending=tuple(each for each in link.pending if each.id != effect.id))
    if effect.stop_at is not None and link.problem is not None and link.problem.resume == "matching":
        return match_is_stale(draft, link)  # as was seen while this was under way
    return _with_outcome(draft, firm, link, effect, result)


def _with_outcome(draft: Draft, firm: FirmRow, link: LinkRow, effect: Write, result: Result) -> LinkRow:
    match result:
        case CustomerSaved(customer=customer):
            return _customer_saved(draft, firm, link, effect, customer)
        case ClientSaved(client=client) if isinstance(effect, UpdateClient) and effect.chosen:
            # QuickBooks is to have it too: to the merge, only the client has changed. Canopy may spell it its own way.
            missed = not_kept("canopy", effect.values, client.values)
            left = {f: v for f, v in link.wanted.items() if f not in effect.values or f in missed}
            link = replace(link, wanted=left)
            return with_what_was_not_kept(draft, link, effect, "canopy", client.values)
        case ClientSaved(client=client):
            return _client_saved(draft, link, effect, client)
        case CustomerMoved() if isinstance(effect, UpdateCustomer) and effect.for_match:
            return match_is_stale(draft, link)
        case CustomerMoved() | ClientMoved() | NotDone() | StepDue():
            return link
        case ClientGone():
            return client_is_gone(link)
        case CustomerGone(customer_id=gone):
            # Of one that went into another we know why: the link follows, or a person is asked.
            is_no_more = gone == link.customer_id and survivor_of(draft, firm.firm_id, gone) == gone
            return customer_is_gone(draft, link) if is_no_more else link
        case NameTaken() | Rejected() | Failed() if link.undoing is not None:
            return link if effect.stop_at is not None else answer_stands(draft, link)
        case NameTaken() | Rejected() | Failed():
            return refused(draft, firm, link, effect, result)
        case Unconfirmed() if isinstance(effect, CreateCustomer):
            # Undone in the moment in which the look gave up: creating anew might make a second customer.
            return stopped(draft, link, effect, "rejected_by_quickbooks", (), UNCONFIRMED)
        case (
            Unconfirmed()
            | CustomerRead()
            | ClientRead()
            | CustomersListed()
            | ClientsListed()
            | Deferred()
            | HoldersFound()
        ):
            return link  # answers of other kinds of work: planned again from what is known
        case _:
            assert_never(result)


def _customer_saved(draft: Draft, firm: FirmRow, link: LinkRow, effect: Write, customer: Customer) -> LinkRow:
    agreed = agreed_with_customer(link.agreed, effect.values, customer.values)
    if isinstance(effect, UpdateCustomer) and effect.customer_id != link.customer_id:
        return link  # it went into another one meanwhile
    if not isinstance(effect, CreateCustomer):
        link = replace(link, agreed=agreed)
        # A name may be made free first: what the match overwrites is still to come.
        done = link.status is LinkStatus.MATCHING and isinstance(effect, UpdateCustomer) and effect.for_match
        link = finish_match(link) if done else link
        link = with_what_was_not_kept(draft, link, effect, "quickbooks", customer.values)
        return after_making_way(draft, firm, link, effect) if isinstance(effect, UpdateCustomer) else link
    has_its_client(draft, link.firm_id, customer.customer_id, but=link.client_id)
    holder = draft.link_of(link.firm_id, customer.customer_id)
    if holder is not None and holder.client_id != link.client_id:
        # Somebody matched our new customer with another client before we knew that it is ours.
        return replace(give_up_create(link, Reason.NEVER_MATCHED), create_asked_by=None, since=draft.now)
    return link_new_customer(link, customer.customer_id, agreed, draft.now)


def _client_saved(draft: Draft, link: LinkRow, effect: Write, client: Client) -> LinkRow:
    agreed = agreed_with_client(link.agreed, effect.values, client.values)
    return with_what_was_not_kept(draft, replace(link, agreed=agreed), effect, "canopy", client.values)


def _unmatched(draft: Draft, link: LinkRow, effect: Write, result: Result) -> LinkRow:
    """Finish the unmatch: the write under way is done, not done, or nobody can say."""
    if isinstance(effect, UpdateCustomer) and effect.stop_at is None:
        return values_came_back(draft, link, effect, result)
    for_match = isinstance(effect, UpdateCustomer) and effect.for_match
    # A row of an older version did not note how far it had come.
    matched = not for_match if link.unmatched_from is None else link.unmatched_from == "synced"
    match result, effect:
        case CustomerSaved(customer=customer), CreateCustomer():
            agreed = agreed_with_customer({}, effect.values, customer.values)
            return finish(draft, replace(link, agreed=agreed), created=customer.customer_id)
        case CustomerSaved(customer=customer), _ if matched or for_match:
            agreed = agreed_with_customer(link.agreed, effect.values, customer.values)
            return finish(draft, replace(link, agreed=agreed))
        case ClientSaved(client=client), UpdateClient(chosen=False):
            agreed = agreed_with_client(link.agreed, effect.values, client.values)
            return finish(draft, replace(link, agreed=agreed))
        case Unconfirmed() | Failed(), _:
            return finish(draft, link, matched=matched, unconfirmed=tuple(effect.values))
        case _:
            return finish(draft, link, matched=matched)


def _customer_of(effect: Write, result: Result) -> CustomerId | None:
    if isinstance(result, CustomerSaved):
        return result.customer.customer_id
    return effect.customer_id if isinstance(effect, UpdateCustomer) else None

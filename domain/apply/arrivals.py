"""New customers: each becomes a client, becomes a question, or stays unmatched.

New is what was created after the connect. All else is shown and never created or matched by itself.
"""

from datetime import timedelta
from itertools import islice

from domain.apply.taken_names import display_name_of
from domain.draft import Draft
from domain.effects import AskedBy, CreateClient, CreateCustomer
from domain.fields import Field
from domain.firm_rows import FirmRow
from domain.ids import ClientId, CustomerId, FirmId
from domain.lane_policy import CREATED_BEFORE, created_since
from domain.limits import not_taken
from domain.link.transitions import ask, without_question
from domain.names import folded
from domain.replacing import replace
from domain.rows import CustomerRow, LinkRow, LinkStatus
from domain.snapshots import ClientType, Customer
from domain.switches import lets_through

TURNS_UP_WITHIN = timedelta(minutes=5)
"""How long after a create was given up a request of it may still be carried out; clocks differ too."""

MOST_SETTLED = 50
"""How many arrivals one decision settles: it must fit into the log. The next decision goes on."""


def is_new(firm: FirmRow, customer: Customer) -> bool:
    """Tell a customer created since the connect, by QuickBooks' own clock."""
    return firm.connection is not None and customer.created_at > firm.connection.connected_at


def settle_arrivals(draft: Draft, firm: FirmRow) -> int:
    """Look at new customers that nobody could say anything about yet; gives how many are settled now."""
    firm = draft.firm(firm.firm_id) or firm
    return sum(
        settle_arrival(draft, firm, row) for row in tuple(islice(draft.arriving(firm.firm_id), MOST_SETTLED))
    )


def settle_arrival(draft: Draft, firm: FirmRow, row: CustomerRow) -> bool:
    """Say what becomes of a new customer, if that can be said. True: it is settled, or no longer wanted."""
    if _is_away(row, row.customer):
        lift_questions(draft, firm.firm_id, row.customer_id)
    create = row.create
    if create is not None:
        return _withdrawn(draft, firm, row, create)
    customer = row.customer
    if row.arrival != "open" or customer is None or not _may_be_decided(firm):
        return False
    if draft.link_of(firm.firm_id, row.customer_id) is not None or not _can_be_a_client(row, customer):
        draft.put(replace(row, arrival="settled"))
        return True
    if _may_be_ours(draft, firm.firm_id, customer):
        return False  # this may be the very customer that we asked for; its outcome will tell
    like = _unlinked_named(draft, firm.firm_id, customer)
    if any(link.status is LinkStatus.CREATING for link in like):
        return False
    draft.put(replace(row, arrival="settled"))
    if not firm.settings.actions_from_qbo.creating or any(
        _asks_for_the_name(link, customer) for link in like
    ):
        return True
    if like:
        _ask(draft, like, row)
    elif not _was_lost(draft, firm.firm_id, customer):
        add_client(draft, replace(row, arrival="settled"), customer, "rule")
    return True


def add_client(draft: Draft, row: CustomerRow, customer: Customer, asked_by: AskedBy) -> CustomerRow:
    """Ask for a Canopy client with the customer's values; what Canopy would not take is shown, and not sent."""
    wrong = not_taken("canopy", customer.values)
    if wrong:
        problem = draft.question(
            row.key,
            "rejected_by_canopy",
            "not_synced",
            fields=tuple(wrong),
            detail=next(iter(wrong.values())).why,
        )
        row = replace(row, arrival="settled", problem=problem)
        draft.put(row)
        return row
    effect = CreateClient(
        id=draft.effect_id(row.key, "create_client"),
        customer_id=row.customer_id,
        client_type=_type_of(customer),
        values=customer.values,
        asked_by=asked_by,
        planned_at=draft.now,
    )
    row = replace(row, arrival="settled", problem=None, pending=(*row.pending, effect))
    draft.put(row)
    return row


def lift_questions(draft: Draft, firm: FirmId, customer: CustomerId, *, but: ClientId | None = None) -> None:
    """Take back the question whether a client is this customer, which somebody has by now."""
    for link in draft.asked_about(firm, customer):
        if link.client_id != but and link.problem is not None and link.problem.code == "possible_duplicate":
            draft.put(without_question(link))


def has_its_client(draft: Draft, firm: FirmId, customer: CustomerId, *, but: ClientId | None = None) -> None:
    """Take back what was asked about a customer that somebody has by now: whether others are it, and whether Canopy has its client.

    Nor is a client added for it, unless that has begun.
    """
    lift_questions(draft, firm, customer, but=but)
    row = draft.customer(firm, customer)
    if row is None:
        return
    if row.lost_create is not None:
        row = replace(row, lost_create=None, problem=None)
    draft.put(without_unstarted_create(draft, row))


def may_get_its_client(draft: Draft, firm: FirmId, customer: CustomerId) -> bool:
    """Say whether an answer that is still to come may give a customer a client: one that is being added, or for which it was made."""
    row = draft.customer(firm, customer)
    added = row.create if row is not None else None
    if row is not None and added is not None and draft.has_started(added):
        return row.unwanted != added.id
    known = row.customer if row is not None else None
    begun = (
        effect
        for link in draft.creating(firm)
        for effect in link.pending
        if isinstance(effect, CreateCustomer) and draft.has_started(effect)
    )
    if known is None:
        return next(begun, None) is not None  # once it is read, it can be told
    return any(known.created_at >= created_since(each) and _may_be_of(draft, each, known) for each in begun)


def without_unstarted_create(draft: Draft, row: CustomerRow) -> CustomerRow:
    """Take back the create of a client for a customer, unless it may be on its way."""
    left = (each for each in row.pending if not isinstance(each, CreateClient) or draft.has_started(each))
    return replace(row, pending=tuple(left))


def take_create_back(draft: Draft, row: CustomerRow) -> CustomerRow:
    """Add no client for a customer after all; what one that may be on its way makes is not wanted."""
    left = without_unstarted_create(draft, row)
    left = replace(left, unwanted=left.create.id if left.create is not None else None)
    draft.put(left)
    return left


def ask_about_survivor(draft: Draft, firm: FirmId, loser: CustomerId, survivor: CustomerId) -> None:
    """Let the question whether a client is this customer be about the one that it went into, if that looks the same."""
    row = draft.customer(firm, survivor)
    if row is None or _is_away(row, row.customer) or draft.link_of(firm, survivor) is not None:
        return
    for link in draft.asked_about(firm, loser):
        problem = link.problem
        if problem is not None and problem.code == "possible_duplicate" and looks_like(draft, link, row):
            name = draft.effect_id(link.key, problem.code)
            question = replace(problem, id=name, since=draft.now, customer_id=survivor)
            draft.put(ask(link, question))


def looks_like(draft: Draft, link: LinkRow, row: CustomerRow) -> bool:
    """Say whether a client has a customer's name, by what people see."""
    name = row.customer.values.get(Field.DISPLAY_NAME) if row.customer is not None else None
    return any(each.client_id == link.client_id for each in draft.clients_like(link.firm_id, name, None))


def _may_be_decided(firm: FirmRow) -> bool:
    connection = firm.connection
    return (
        firm.is_connected
        and connection is not None
        and connection.customers_listed
        and connection.clients_listed
    )


def _can_be_a_client(row: CustomerRow, customer: Customer) -> bool:
    return bool(folded(customer.values.get(Field.DISPLAY_NAME))) and not _is_away(row, customer)


def _is_away(row: CustomerRow, customer: Customer | None) -> bool:
    """Say whether nobody can be given it. One that went into another is gone, whatever QuickBooks still shows of it."""
    if row.merged_into is not None or customer is None:
        return True
    return customer.gone or customer.job or not customer.active


def _withdrawn(draft: Draft, firm: FirmRow, row: CustomerRow, create: CreateClient) -> bool:
    """Take back a create that has not started and that a switch holds now, or whose customer is no more."""
    held = not (firm.is_connected and lets_through(firm.settings, create))
    if draft.has_started(create) or not (held or _is_away(row, row.customer)):
        return False
    draft.put(replace(row, pending=tuple(each for each in row.pending if each.id != create.id)))
    return True


def client_of_the_same_name(draft: Draft, firm: FirmId, customer: Customer) -> LinkRow | None:
    """Give an unlinked client that nobody could tell from the one that would be made of a customer."""
    return next(iter(_unlinked_named(draft, firm, customer)), None)


def tell_who_shares_the_email(draft: Draft, link: LinkRow) -> None:
    """Say that another client without a customer has a new client's email: that alone makes them no double."""
    email = link.client.values.get(Field.EMAIL) if link.client is not None else None
    others = _unlinked(draft.clients_like(link.firm_id, None, email))
    shares = next((other for other in others if other.client_id != link.client_id), None)
    if shares is not None:
        draft.tell(shares_email_with=shares.client_id)


def _unlinked_named(draft: Draft, firm: FirmId, customer: Customer) -> list[LinkRow]:
    """Give the unlinked clients of a customer's name; one that shares its email too goes first."""
    name, email = customer.values.get(Field.DISPLAY_NAME), customer.values.get(Field.EMAIL)
    named = {link.client_id for link in draft.clients_like(firm, name, None)}
    return [link for link in _unlinked(draft.clients_like(firm, name, email)) if link.client_id in named]


def _unlinked(links: list[LinkRow]) -> list[LinkRow]:
    return [
        link
        for link in links
        if link.customer_id is None and link.client is not None and link.client.presence != "deleted"
    ]


def _may_be_ours(draft: Draft, firm: FirmId, customer: Customer) -> bool:
    """Compare with what was asked for, which may not be what the client is called by now."""
    return any(
        isinstance(effect, CreateCustomer) and _may_be_of(draft, effect, customer)
        for link in draft.creating(firm)
        for effect in link.pending
    )


def _may_be_of(draft: Draft, create: CreateCustomer, customer: Customer) -> bool:
    """Say whether a create may have made it. One that was edited since may have been called otherwise when it was made."""
    if folded(display_name_of(create.values)) == folded(customer.values.get(Field.DISPLAY_NAME)):
        return True
    begun = draft.has_started(create) and customer.created_at >= created_since(create)
    return begun and customer.sync_token > 0


def _was_lost(draft: Draft, firm: FirmId, customer: Customer) -> bool:
    """Say whether it is one that we created ourselves and gave up: its client has gone on, and needs no double."""
    return any(
        lost.planned_at - CREATED_BEFORE <= customer.created_at <= lost.at + TURNS_UP_WITHIN
        for lost in draft.lost_creates(firm, customer.values.get(Field.DISPLAY_NAME))
    )


def _asks_for_the_name(link: LinkRow, customer: Customer) -> bool:
    """Say whether a client is just being asked about that taken name: matching the holder is one of its choices."""
    problem = link.problem
    return (
        problem is not None
        and problem.code == "display_name_taken"
        and folded(problem.taken) == folded(customer.values.get(Field.DISPLAY_NAME))
    )


def _ask(draft: Draft, like: list[LinkRow], row: CustomerRow) -> None:
    """Ask about the client that is most like it and is not asked about something else."""
    for link in like:
        if link.status is LinkStatus.NOT_SYNCED and link.shelved is None:
            question = draft.question(
                link.key,
                "possible_duplicate",
                "not_synced",
                customer_id=row.customer_id,
            )
            archived = link.client is not None and link.client.presence == "archived"
            draft.put(replace(link, shelved=question) if archived else ask(link, question))
            return


def _type_of(customer: Customer) -> ClientType:
    """Take for a business what has a company's name and no person's."""
    named = customer.values.get(Field.FIRST_NAME) or customer.values.get(Field.LAST_NAME)
    return "business" if customer.values.get(Field.COMPANY_NAME) and not named else "individual"

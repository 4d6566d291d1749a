"""People at work in QuickBooks; of one pair, on both sides at once."""

from functools import partial
from zlib import crc32

from domain.fields import Field
from domain.ids import CustomerId, customer_key
from tests.simulation.acting import MOST_RECORDS, PLAIN, Acting, named
from tests.simulation.in_canopy import add_client

LOOKS, BETWEEN_LOOKS = 200, 0.05
"""How often somebody looks for a new customer, and after how many seconds again."""


def _any_customer(acting: Acting) -> CustomerId | None:
    customers = [c for c in acting.books.customers if c not in acting.books.merged]
    if acting.chance("linked customer") < 0.6:
        holders = acting.holders()
        first = sorted(set(holders.values()))[:4]
        customers = [c for c in customers if holders.get(c) in first] or customers
    return acting.pick("customer", customers) if customers else None


def add_customer(acting: Acting) -> None:
    """A person adds a customer."""
    if len(acting.books.customers) >= MOST_RECORDS:
        edit_customer(acting)
        return
    values = {
        Field.DISPLAY_NAME: acting.value(Field.DISPLAY_NAME),
        Field.PHONE: acting.value(Field.PHONE, 1),
    }
    customer = acting.books.add(values, f"{1000 + crc32(acting.act.name.encode())}")
    if customer is not None:
        acting.tell(f"Bo adds customer {customer.customer_id} {named(values)} in QuickBooks.")


def edit_customer(acting: Acting) -> None:
    """A person edits one or two fields of a customer."""
    customer = _any_customer(acting)
    if customer is None:
        return
    values = acting.values()
    changed = acting.books.edit(customer, values)
    if changed is not None:
        acting.tell(
            f"Bo edits customer {customer} to {named(values)} in QuickBooks (token {changed.sync_token})."
        )


def edit_customer_twice(acting: Acting) -> None:
    """A person saves twice; by QuickBooks' clock, which has whole seconds, at once."""
    customer = _any_customer(acting)
    if customer is None:
        return
    field = acting.one_of("plain", PLAIN)
    times = set()
    for n in range(2):
        values = {field: acting.value(field, n)}
        changed = acting.books.edit(customer, values)
        if changed is not None:
            times.add(changed.updated_at)
            acting.tell(f"Bo edits customer {customer} to {named(values)} in QuickBooks.")
    if len(times) == 1:
        acting.company.faults.happened("saved_twice_in_a_second")


def edit_both_sides(acting: Acting) -> None:
    """Two people change the same field of one pair, at nearly the same time."""
    pairs = [(c, k) for k, c in sorted(acting.holders().items()) if k in acting.books.customers]
    if not pairs:
        return
    client, customer = acting.pick("pair", pairs)
    field = acting.one_of("plain", PLAIN[:2])
    if acting.canopy.clients[client].presence == "present":
        values = {field: acting.value(field)}
        acting.canopy.edit(client, values)
        acting.tell(f"Dana edits client {client} to {named(values)} in Canopy.")
    values = {field: acting.value(field, 1)}
    acting.books.edit(customer, values)
    acting.tell(f"Bo edits customer {customer} to {named(values)} in QuickBooks.")


def switch_customer(acting: Acting) -> None:
    """A customer is made inactive, or active again."""
    asleep = [c for c, customer in acting.books.customers.items() if not customer.active]
    customer = acting.pick("asleep", asleep) if asleep else _any_customer(acting)
    if customer is not None and customer not in acting.books.merged:
        active = not acting.books.customers[customer].active
        acting.books.edit(customer, {}, active=active)
        acting.tell(f"Bo makes customer {customer} {'active' if active else 'inactive'} in QuickBooks.")


def take_customer_away(acting: Acting) -> None:
    """A customer is no more."""
    customer = _any_customer(acting)
    if customer is not None:
        acting.books.take_away(customer)
        acting.tell(f"Customer {customer} is gone from QuickBooks.")


def merge_customers(acting: Acting) -> None:
    """A person merges two customers."""
    customers = _unmerged(acting)
    if len(customers) > 2:
        loser, survivor = acting.pick("loser", customers), acting.pick("survivor", customers)
        if loser != survivor:
            _merge(acting, loser, survivor)


def merge_a_new_customer(acting: Acting) -> None:
    """A client is added, and a person merges another customer with the one that we make for it, as soon as that is there."""
    add_client(acting)
    _merge_a_new_one(acting, LOOKS)


def _merge_a_new_one(acting: Acting, looks: int) -> None:
    """Look for a customer whose create is not answered yet, more than once; mostly another one goes into it."""
    judge = acting.company.judge
    customers = _unmerged(acting)
    new = [each for each in customers if judge.writes.is_being_made(acting.firm, each)]
    others = [each for each in customers if each not in new]
    if new and others:
        made, other = acting.pick("new", new), acting.pick("other", others)
        loser, survivor = (other, made) if acting.chance("which") < 0.7 else (made, other)
        _merge(acting, loser, survivor)
        acting.company.faults.happened("merged_while_created")
    elif looks:
        acting.later(BETWEEN_LOOKS, partial(_merge_a_new_one, acting, looks - 1))


def _merge(acting: Acting, loser: CustomerId, survivor: CustomerId) -> None:
    acting.books.merge(loser, survivor)
    acting.tell(f"Bo merges customer {loser} into {survivor} in QuickBooks.")


def _unmerged(acting: Acting) -> list[CustomerId]:
    return [each for each in acting.books.customers if each not in acting.books.merged]


def quickbooks_goes_back(acting: Acting) -> None:
    """A backup of the company is restored, which lost what was done to a customer lately; somebody edits it then.

    Nothing that asks for changes would ever show one that nobody touches again; only the check of a day.
    """
    customer = _any_customer(acting)
    if customer is None or not acting.books.customers[customer].active:
        return
    older = [each for each in acting.books.past[customer][:-1] if each.active]
    if not older:
        return
    to = acting.one_of("older", older)
    if acting.books.go_back(customer, to):
        acting.company.faults.happened("quickbooks_went_back")
        acting.company.judge.goes_back(customer_key(acting.firm, customer))
        acting.tell(f"QuickBooks goes back: customer {customer} has token {to.sync_token} again.")
        acting.books.edit(customer, {Field.FAX: acting.value(Field.PHONE, 2)})


def add_vendor(acting: Acting) -> None:
    """A person adds a vendor, whose name no customer can have then."""
    name = str(acting.value(Field.DISPLAY_NAME))
    if acting.books.add_vendor(name):
        acting.tell(f"Bo adds vendor {name!r} in QuickBooks.")

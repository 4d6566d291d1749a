"""Each state that a link can be in, reached as it is in life: by what people and both sides do."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Literal

from domain.ids import ClientId, CustomerId, RealmId, Side
from domain.loop_guard import MOST_WRITES
from domain.outcomes import ClientMoved, CustomerGone, CustomerSaved, Failed, NameTaken, Rejected
from domain.progress import MOST_TRIES
from domain.remembered import Written
from tests.unit.domain.outside import fields
from tests.unit.domain.world import REALM, World

NAME = "Fiona Gallagher"
FREE, OTHERS = CustomerId("9"), CustomerId("8")
"""A customer that nobody is linked with, and one that client c-2 has."""


def unknown() -> World:
    """Nobody has told us of c-1 yet."""
    return with_others(World())


def with_others(world: World) -> World:
    """Let there be a free customer, and another client with a customer of its own."""
    world.know_customer(FREE, display_name="Terry Milkovich")
    world.know_customer(OTHERS, display_name="Debbie Gallagher")
    world.add_client("c-2", toggle=False, display_name="Debbie Gallagher")
    world.intent("match", "c-2", customer_id=OTHERS)
    world.settle()
    return world


def creating() -> World:
    world = unknown()
    world.add_client(toggle=True, display_name=NAME, email="fiona@example.com")
    return world


def left_out() -> World:
    world = unknown()
    world.add_client(toggle=False, display_name=NAME, email="fiona@example.com")
    return world


def never_matched() -> World:
    """It was there before the company was connected, and was listed."""
    world = World(connected=False)
    world.canopy.add("c-1", world.now, fields(display_name=NAME, email="fiona@example.com"))
    world.intent("connect", realm_id=REALM)
    world.settle()
    return with_others(world)


def creating_is_off() -> World:
    world = unknown()
    world.switch(from_canopy_creating=False)
    world.settle()
    world.add_client(toggle=True, display_name=NAME)
    return world


def choice_unknown() -> World:
    world = unknown()
    world.canopy.add("c-1", world.now, fields(display_name=NAME))
    world.edit_client(email="fiona@example.com")
    return world


def synced() -> World:
    world = creating()
    world.settle()
    return world


def unmatched() -> World:
    world = synced()
    world.intent("unmatch", "c-1")
    return world


def customer_gone() -> World:
    world = synced()
    customer = its_customer(world)
    del world.quickbooks.customers[customer]
    world.notify(customer, time=world.now)
    world.finish_read(customer, CustomerGone(customer_id=customer))
    return world


def matching() -> World:
    world = left_out()
    world.know_customer("7", display_name="F. Gallagher", phone="312")
    world.intent("match", "c-1", customer_id=CustomerId("7"))
    return world


def match_stale() -> World:
    world = matching()
    world.quickbooks.edit("7", world.now, fields(phone="999"))
    world.finish()
    return world


def client_deleted() -> World:
    world = synced()
    seen(world, "deleted")
    return world


def disconnected() -> World:
    """Another company was connected instead."""
    world = disconnected_company()
    world.quickbooks.customers.clear()
    world.intent("connect", realm_id=RealmId("realm-2"), replaces=True)
    world.settle()
    return world


def writing() -> World:
    world = synced()
    world.edit_client(email="new@example.com")
    world.begin(world.write())
    return world


def writing_to_canopy() -> World:
    world = synced()
    world.edit_customer(its_customer(world), email="new@example.com")
    world.begin(world.write())
    return world


def unmatching() -> World:
    world = writing()
    world.intent("unmatch", "c-1")
    return world


def giving_back() -> World:
    """It is unmatched, and QuickBooks is given a value from before the match."""
    world = synced()
    world.intent("unmatch", "c-1", values_back=fields(email="before@example.com"))
    return world


def held() -> World:
    world = synced()
    world.all_off()
    world.edit_client(email="new@example.com")
    return world


def archived() -> World:
    world = synced()
    seen(world, "archived")
    return world


def inactive() -> World:
    world = synced()
    world.edit_customer(its_customer(world), active=False)
    return world


def disconnected_company() -> World:
    world = synced()
    world.intent("disconnect")
    world.settle()
    return world


def display_name_taken() -> World:
    """A customer has the name, which we have not seen yet."""
    world = unknown()
    world.quickbooks.add(world.now, fields(display_name=NAME), "6")
    world.add_client(toggle=True, display_name=NAME, email="fiona@example.com")
    world.finish(result=NameTaken())
    world.settle()
    return world


def both_changed() -> World:
    world = synced()
    world.edit_client(email="canopy@example.com")
    world.quickbooks.edit(its_customer(world), world.now, fields(email="qbo@example.com"))
    world.finish()
    return world


def possible_duplicate() -> World:
    world = left_out()
    world.quickbooks.add(world.now, fields(display_name=NAME), "7")
    world.notify("7")
    world.settle()
    return world


def customers_merged() -> World:
    """Its customer went into the one that c-2 has."""
    world = synced()
    customer = its_customer(world)
    del world.quickbooks.customers[customer]
    world.notify(OTHERS, deleted=customer, time=world.now)
    world.settle()
    return world


def value_not_taken() -> World:
    world = unknown()
    world.add_client(toggle=True, display_name=NAME, phone="1" * 31)
    return world


def rejected_by_quickbooks() -> World:
    world = writing()
    world.finish(result=Rejected(code="2210"))
    return world


def rejected_by_canopy() -> World:
    world = writing_to_canopy()
    world.finish(result=Rejected(code="invalid_email"))
    return world


def our_error() -> World:
    world = writing()
    world.finish(result=Failed(why="raised"))
    return world


def loop() -> World:
    """Rules have written to and fro as often as they may."""
    world = synced()
    sides: tuple[Side, Side] = ("canopy", "quickbooks")
    often = tuple(
        Written(at=world.now + timedelta(milliseconds=n), side=sides[n % 2]) for n in range(MOST_WRITES)
    )
    world.table.put(replace(world.link(), written_at=often))
    world.edit_customer(its_customer(world), email="again@example.com")
    return world


def no_progress() -> World:
    """A value goes to Canopy, which refuses each version that it has itself named."""
    world = writing_to_canopy()
    for _ in range(MOST_TRIES):
        if (write := world.link().write) is not None:
            moved = ClientMoved(client=world.canopy.clients[ClientId("c-1")])
            world.deliver(world.link().key, world.begin(write), moved)
    return world


def not_kept() -> World:
    """A value goes to QuickBooks, which says twice that it saved it, and shows another."""
    world = writing()
    for _ in range(2):
        if (write := world.link().write) is not None:
            shown = world.quickbooks.edit(its_customer(world), world.now, {})
            world.deliver(world.link().key, world.begin(write), CustomerSaved(customer=shown))
    return world


def its_customer(world: World) -> CustomerId:
    """Give the customer that c-1 has, or had; else the free one."""
    link = world.table.link(world.firm.firm_id, ClientId("c-1"))
    if link is None:
        return FREE
    return link.customer_id or (link.former.customer_id if link.former is not None else FREE)


def seen(world: World, presence: Literal["present", "archived", "deleted"]) -> None:
    """Canopy says that c-1 is archived, there again, or deleted."""
    before = world.canopy.clients[ClientId("c-1")]
    now = replace(before, version=before.version + 1, presence=presence)
    world.canopy.clients[now.client_id] = now
    happened = {"present": "restored", "archived": "archived", "deleted": "deleted"}[presence]
    world.hear(now, happened)


GROUPS: Mapping[str, Mapping[str, Callable[[], World]]] = {
    "Not synced": {
        "unknown": unknown,
        "never_matched": never_matched,
        "left_out": left_out,
        "creating_is_off": creating_is_off,
        "choice_unknown": choice_unknown,
        "unmatched": unmatched,
    },
    "Not synced any more": {
        "customer_gone": customer_gone,
        "match_stale": match_stale,
        "client_deleted": client_deleted,
        "disconnected": disconnected,
    },
    "A write is under way": {
        "matching": matching,
        "creating": creating,
        "unmatching": unmatching,
        "unmatching, values go back": giving_back,
        "synced, writing to QuickBooks": writing,
        "synced, writing to Canopy": writing_to_canopy,
    },
    "Synced": {
        "synced": synced,
        "held": held,
        "client archived": archived,
        "customer inactive": inactive,
        "company disconnected": disconnected_company,
    },
    "Needs attention: about values": {
        "display_name_taken": display_name_taken,
        "value_not_taken": value_not_taken,
        "rejected_by_quickbooks": rejected_by_quickbooks,
        "rejected_by_canopy": rejected_by_canopy,
        "our_error": our_error,
    },
    "Needs attention: a question": {
        "both_changed": both_changed,
        "possible_duplicate": possible_duplicate,
        "customers_merged": customers_merged,
        "loop": loop,
        "no_progress": no_progress,
        "not_kept": not_kept,
    },
}
"""The states by the table in which they stand."""

"""What we wrote comes back to us, before or after we know that it is done, and plans nothing."""

from itertools import permutations

import pytest

from domain.effects import UpdateClient, UpdateCustomer
from domain.fields import Field
from domain.ids import ClientId, CustomerId
from domain.outcomes import CustomerRead, CustomerSaved
from domain.rows import LinkStatus
from tests.unit.domain.outside import changed, fields
from tests.unit.domain.world import World


def synced() -> World:
    """Give a world with one synced client, c-1 and 58."""
    world = World()
    world.add_client(toggle=True, display_name="Fiona Gallagher", email="fiona@example.com")
    world.settle()
    return world


@pytest.mark.parametrize("order", tuple(permutations(("outcome", "notification", "read"))))
def test_our_create_coming_back_plans_nothing(order: tuple[str, ...]) -> None:
    """Outcome, notification and read in any order: one customer, one link, no other write."""
    world = World()
    world.add_client(toggle=True, display_name="Fiona Gallagher")
    create = world.write()
    outcome = world.carry_out(create)

    for step in order:
        if step == "outcome":
            world.deliver(world.link().key, create, outcome)
        elif step == "notification":
            world.notify("58")
        elif (row := world.table.customer(world.firm.firm_id, CustomerId("58"))) is not None and row.pending:
            world.finish_read("58")
    world.settle()

    assert world.link().status is LinkStatus.SYNCED
    assert world.writes == 1


@pytest.mark.parametrize("echo_first", [True, False])
def test_our_update_of_a_customer_coming_back_plans_nothing(echo_first: bool) -> None:
    """The notification of our own write costs a read, and leads to no other write, before or after the outcome."""
    world = synced()
    world.edit_client(email="new@example.com")
    update = world.write()
    outcome = world.carry_out(update)
    if echo_first:
        world.notify("58")
        world.finish_read("58")
        world.deliver(world.link().key, update, outcome)
    else:
        world.deliver(world.link().key, update, outcome)
        world.notify("58")

    assert world.settle() == (0 if echo_first else 1)
    assert world.writes == 2
    assert world.link().changed_at == {}


@pytest.mark.parametrize("echo_first", [True, False])
def test_our_update_of_a_client_coming_back_plans_nothing(echo_first: bool) -> None:
    """Canopy's event about our own write leads to no other write, before or after the outcome."""
    world = synced()
    world.edit_customer("58", email="new@example.com")
    update = world.write()
    assert isinstance(update, UpdateClient)
    outcome = world.carry_out(update)
    echo = world.canopy.clients[ClientId("c-1")]
    if echo_first:
        world.hear(echo)
        world.deliver(world.link().key, update, outcome)
    else:
        world.deliver(world.link().key, update, outcome)
        world.hear(echo)

    assert world.settle() == 0
    assert world.writes == 2
    assert world.link().changed_at == {}


@pytest.mark.parametrize("echo_first", [True, False])
def test_our_own_echo_is_no_edit_on_the_timeline(echo_first: bool) -> None:
    """What we sent is on the timeline as sent, not as seen a second time."""
    world = synced()
    world.edit_customer("58", email="new@example.com")
    update = world.write()
    outcome = world.carry_out(update)
    echo = world.canopy.clients[ClientId("c-1")]
    before = len(world.decisions)
    if echo_first:
        world.hear(echo)
        world.deliver(world.link().key, update, outcome)
    else:
        world.deliver(world.link().key, update, outcome)
        world.hear(echo)

    assert [change for decision in world.decisions[before:] for change in decision.changes] == []


def test_what_quickbooks_makes_of_our_values_is_no_edit() -> None:
    """QuickBooks trims; the trimmed value is agreed with what was sent, and goes nowhere."""
    world = synced()
    world.edit_client(phone=" 312 ")
    update = world.write()
    assert isinstance(update, UpdateCustomer)
    world.begin(update)
    trimmed = world.quickbooks.edit("58", world.now, fields(phone="312"))

    world.deliver(world.link().key, update, CustomerSaved(customer=trimmed))

    assert world.settle() == 0
    assert world.link().changed_at == {}


def test_an_edit_between_our_write_and_its_outcome_is_not_mistaken_for_our_own() -> None:
    """A person edits right after our write; the read shows theirs before we hear of ours: theirs goes to Canopy."""
    world = synced()
    world.edit_client(email="ours@example.com")
    update = world.write()
    outcome = world.carry_out(update)
    world.edit_customer("58", email="theirs@example.com")

    world.deliver(world.link().key, update, outcome)

    assert world.write().values == fields(email="theirs@example.com")
    world.settle()
    assert world.canopy.clients[ClientId("c-1")].values[Field.EMAIL] == "theirs@example.com"


def test_an_older_read_after_our_write_overwrites_nothing() -> None:
    """A read that began before our write answers after it: its sync token is older, so it is no news."""
    world = synced()
    before = world.quickbooks.customers[CustomerId("58")]
    world.notify("58", time=world.now)
    (read,) = world.customer("58").pending
    world.begin(read)
    world.edit_client(email="new@example.com")
    world.finish()

    world.deliver(world.customer("58").key, read, CustomerRead(customer=before))

    known = world.customer("58").customer
    assert known is not None
    assert known.values == changed(before.values, fields(email="new@example.com"))
    assert world.writes == 2
    world.settle()
    assert world.writes == 2

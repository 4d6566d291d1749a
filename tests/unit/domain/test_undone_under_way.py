"""An unmatch that is undone while a write is under way: the link goes on from where it was, however far it had come."""

from collections.abc import Callable

import pytest

from domain.effects import Write
from domain.fields import Field
from domain.ids import ClientId, CustomerId
from domain.rows import LinkRow, LinkStatus
from tests.unit.domain.test_echo import synced
from tests.unit.domain.test_name_rings import matched_rightly
from tests.unit.domain.test_taken_names import choose, taken
from tests.unit.domain.world import World


def creating() -> World:
    """Its customer is being created."""
    world = World()
    world.add_client(toggle=True, display_name="Fiona Gallagher")
    return world


def creating_under_a_chosen_name() -> World:
    """The name that a person chose goes to Canopy first."""
    world = taken()
    world.settle()
    choose(world, "Fiona of Chicago")
    return world


def matching() -> World:
    """Canopy's values are being written."""
    world = World()
    world.know_customer("7", display_name="Fi", email="fi@example.com")
    world.add_client(toggle=False, display_name="Fiona Gallagher", email="fi@example.com", phone="312")
    world.intent("match", "c-1", customer_id=CustomerId("7"))
    return world


def matching_under_a_chosen_name() -> World:
    """The client's name was taken, and the one that a person chose goes to Canopy first."""
    world = matching()
    world.quickbooks.vendors.add("Fiona Gallagher")
    world.settle()
    choose(world, "Fiona of Chicago")
    return world


def making_way() -> World:
    """The customer that it is being matched with makes way under a temporary name."""
    world = matched_rightly()
    while not any(_is_temporary(link.write) for link in world.links()):
        key, effect = next((row.key, each) for row in world.links() for each in row.pending)
        world.deliver(key, effect, world.carry_out(effect))
    return world


def edited_in_canopy() -> World:
    """An edit is on its way to QuickBooks."""
    world = synced()
    world.edit_client(phone="312")
    return world


def edited_in_quickbooks() -> World:
    """An edit is on its way to Canopy."""
    world = synced()
    world.edit_customer("58", phone="312")
    return world


def _is_temporary(write: Write | None) -> bool:
    return write is not None and str(write.values.get(Field.DISPLAY_NAME)).endswith("(being renamed)")


def _writing(world: World) -> LinkRow:
    return next(link for link in world.links() if link.write is not None)


def _ends(world: World) -> object:
    return (
        [(link.status, link.reason, link.customer_id, link.agreed) for link in world.links()],
        {each: client.values for each, client in world.canopy.clients.items()},
        {each: customer.values for each, customer in world.quickbooks.customers.items()},
    )


@pytest.mark.parametrize("carried_out", [True, False])
@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize(
    "begun",
    [
        creating,
        creating_under_a_chosen_name,
        matching,
        matching_under_a_chosen_name,
        making_way,
        edited_in_canopy,
        edited_in_quickbooks,
    ],
)
def test_it_ends_as_if_nobody_had_unmatched(
    begun: Callable[[], World], known: bool, carried_out: bool
) -> None:
    """Undone before it is known what became of the write, or after: that it was carried out, or was not yet."""
    undisturbed = begun()
    undisturbed.settle()

    world = begun()
    link = _writing(world)
    client = str(ClientId(link.client_id))
    assert link.write is not None
    write = world.begin(link.write)
    if carried_out:
        result = world.carry_out(write)
    world.intent("unmatch", client)
    if known and carried_out:
        world.deliver(link.key, write, result)
    if world.link(client).former is None and world.link(client).status is LinkStatus.NOT_SYNCED:
        assert begun is creating_under_a_chosen_name  # it had no customer yet: there is nothing to put back
        return
    world.intent("restore", client)
    if not known and carried_out:
        world.deliver(link.key, write, result)
    world.settle()

    assert _ends(world) == _ends(undisturbed)

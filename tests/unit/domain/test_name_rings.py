"""Names that wait for each other end where they belong, without a person and without a detour in Canopy."""

import pytest

from domain.fields import Field
from domain.ids import ClientId, CustomerId
from domain.rows import LinkStatus
from tests.unit.domain.world import World


def synced(*names: str) -> World:
    """Clients with these names, each with a customer of its own."""
    world = World()
    for number, name in enumerate(names, start=1):
        world.add_client(f"c-{number}", toggle=True, display_name=name)
    world.settle()
    return world


def name_of(world: World, client: str) -> object:
    """Give the display name of a client's customer."""
    customer = world.link(client).customer_id
    assert customer is not None
    return world.quickbooks.customers[customer].values[Field.DISPLAY_NAME]


def temporary_names(world: World) -> list[object]:
    """Give the temporary names that the timeline says were sent."""
    sent = [
        change.after
        for decision in world.decisions
        for change in decision.changes
        if change.what == "sent" and change.field is Field.DISPLAY_NAME
    ]
    return [name for name in sent if str(name).endswith(" (being renamed)")]


@pytest.mark.parametrize(
    "names", [("Ann", "Bea"), ("Ann", "Bea", "Cleo"), ("Ann", "Bea", "Cleo", "Dee", "Eve")]
)
def test_names_that_went_round_are_all_written(names: tuple[str, ...]) -> None:
    """Each client takes its neighbor's name; in the end each customer has its client's."""
    world = synced(*names)
    wanted = (*names[1:], names[0])
    for number, name in enumerate(wanted, start=1):
        world.edit_client(f"c-{number}", display_name=name)

    world.settle()

    clients = [f"c-{number}" for number in range(1, len(names) + 1)]
    assert [name_of(world, each) for each in clients] == list(wanted)
    assert {world.link(each).status for each in clients} == {LinkStatus.SYNCED}
    assert [world.canopy.clients[ClientId(each)].values[Field.DISPLAY_NAME] for each in clients] == list(
        wanted
    )


def test_the_temporary_name_stands_on_the_timeline() -> None:
    """Nobody is to wonder where it came from."""
    world = synced("Ann", "Bea")
    world.edit_client("c-1", display_name="Bea")
    world.edit_client("c-2", display_name="Ann")
    world.settle()

    assert temporary_names(world) == ["Bea (being renamed)"]


def test_crossed_links_are_put_right_by_the_two_matches() -> None:
    """Each was matched with the other's customer, whose name it overwrote; both are unmatched and matched rightly."""
    world = World()
    for number, name in enumerate(("Ann", "Bea"), start=1):
        world.know_customer(f"7{number}", display_name=f"{name} Costa")
        world.add_client(f"c-{number}", toggle=False, display_name=name)
    for client, customer in (("c-1", "72"), ("c-2", "71")):
        world.intent("match", client, customer_id=CustomerId(customer))
    world.settle()
    for client in ("c-1", "c-2"):
        world.intent("unmatch", client)
    world.settle()

    for client, customer in (("c-1", "71"), ("c-2", "72")):
        world.intent("match", client, customer_id=CustomerId(customer))
    world.settle()

    assert [world.link(each).status for each in ("c-1", "c-2")] == [LinkStatus.SYNCED] * 2
    assert [name_of(world, each) for each in ("c-1", "c-2")] == ["Ann", "Bea"]


def test_nobody_makes_way_for_a_name_that_is_just_taken() -> None:
    """The holder has the name that its client wants: no ring, and a person is asked."""
    world = synced("Ann", "Bea")
    world.edit_client("c-1", display_name="Bea")
    world.settle()

    assert world.link("c-1").status is LinkStatus.NEEDS_ATTENTION
    assert [name_of(world, each) for each in ("c-1", "c-2")] == ["Ann", "Bea"]


def test_nobody_makes_way_where_editing_is_off() -> None:
    """The switch holds a temporary name as it holds any other; the timeline does not say that it was sent."""
    world = synced("Ann", "Bea")
    world.edit_client("c-1", display_name="Bea")
    world.settle()
    world.edit_client("c-2", display_name="Ann")
    world.finish("c-2")
    world.switch(from_canopy_editing=False)
    world.settle()

    assert [name_of(world, each) for each in ("c-1", "c-2")] == ["Ann", "Bea"]
    assert temporary_names(world) == []

"""Names that wait for each other end where they belong, without a person and without a detour in Canopy."""

import pytest

from domain.fields import Field
from domain.ids import ClientId, CustomerId
from domain.outcomes import CustomerSaved, NotDone
from domain.rows import LinkRow, LinkStatus, Reason
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


def test_a_temporary_name_that_somebody_has_is_not_asked_for() -> None:
    """It was left over where a ring was broken off: an unmatch came between."""
    world = synced("Ann", "Bea")
    for number, name in enumerate(("Ann", "Bea", "Ann 2", "Bea 2"), start=3):
        world.know_customer(f"9{number}", display_name=f"{name} (being renamed)")
    world.edit_client("c-1", display_name="Bea")
    world.edit_client("c-2", display_name="Ann")
    world.settle()

    assert [name_of(world, each) for each in ("c-1", "c-2")] == ["Bea", "Ann"]
    assert temporary_names(world) == ["Bea 3 (being renamed)"]


def matched_rightly() -> World:
    """Each of two was matched with the other's customer, whose name it overwrote; both are unmatched, and the right matches asked for."""
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
    return world


def test_crossed_links_are_put_right_by_the_two_matches() -> None:
    """Each overwrites the name of its own customer, though the other one has it."""
    world = matched_rightly()
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


@pytest.mark.parametrize("saved", [True, False])
def test_a_temporary_name_under_way_is_seen_to_its_end_though_the_match_is_stale(saved: bool) -> None:
    """The customer is no longer as the person saw it: the match is taken back, once nothing is on its way any more."""
    world = matched_rightly()
    while not any(_makes_way(world.link(each)) for each in ("c-1", "c-2")):
        key, effect = next((row.key, each) for row in world.links() for each in row.pending)
        world.deliver(key, effect, world.carry_out(effect))
    link = next(link for link in world.links() if _makes_way(link))
    write = world.begin(link.pending[0])
    assert link.customer_id is not None
    result = world.carry_out(write) if saved else NotDone()

    world.edit_customer(link.customer_id, phone="555")

    assert [effect.id for effect in world.link(link.client_id).pending] == [write.id]
    world.deliver(link.key, write, result)
    assert world.link(link.client_id).reason is Reason.MATCH_STALE


def settle_keeping(world: World, keeps: dict[str, int]) -> list[str]:
    """Carry out all that is pending; QuickBooks says yes and keeps the name of these clients' customers, so many times.

    Give the clients of the writes with a temporary name, in their order.
    """
    asked: list[str] = []
    while work := [(row.key, each) for row in world.table for each in row.pending if world.is_due(each)]:
        key, effect = work[0]
        link = next((link for link in world.links() if link.key == key), None)
        if link is None or not _makes_way(link) or link.write != effect:
            world.deliver(key, effect, world.carry_out(effect))
            continue
        asked.append(link.client_id)
        assert link.customer_id is not None
        if keeps.get(link.client_id, 0) >= asked.count(link.client_id):
            world.begin(effect)
            shown = world.quickbooks.edit(link.customer_id, world.now, {})
            world.deliver(key, effect, CustomerSaved(customer=shown))
        else:
            world.deliver(key, effect, world.carry_out(effect))
    return asked


@pytest.mark.parametrize(
    ("keeps", "asked", "names"),
    [
        ({"c-2": 1}, ["c-2", "c-2"], ["Bea", "Ann"]),
        ({"c-2": 2}, ["c-2", "c-2", "c-1"], ["Bea", "Ann"]),
        ({"c-2": 9, "c-1": 9}, ["c-2", "c-2", "c-1", "c-1"], ["Ann", "Bea"]),
    ],
)
def test_a_temporary_name_that_is_not_kept_is_sent_whole_and_then_another_makes_way(
    keeps: dict[str, int], asked: list[str], names: list[str]
) -> None:
    """At once, and each at most twice: what the sweeps find later is not written once more."""
    world = synced("Ann", "Bea")
    world.edit_client("c-1", display_name="Bea")
    world.edit_client("c-2", display_name="Ann")

    assert settle_keeping(world, keeps) == asked
    assert [name_of(world, each) for each in ("c-1", "c-2")] == names
    for _ in range(3):
        world.later(minutes=24 * 60)
        assert settle_keeping(world, keeps) == []


def _makes_way(link: LinkRow) -> bool:
    write = link.write
    name = write.values.get(Field.DISPLAY_NAME) if write is not None else None
    return str(name).endswith(" (being renamed)")

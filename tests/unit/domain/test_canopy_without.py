"""A Canopy that can do less than we ask of it: what the engine still does right, and what it says where it can't know."""

from dataclasses import dataclass

import pytest

from domain.effects import CreateClient, UpdateClient
from domain.fields import Field
from domain.ids import OURSELVES, ClientId
from domain.outcomes import ClientSaved
from domain.rows import LinkStatus
from domain.snapshots import Client
from tests.unit.domain.outside import fields
from tests.unit.domain.test_arrivals import appears, create_of
from tests.unit.domain.world import World


def synced() -> World:
    """Give a world with one synced client, c-1 and 58."""
    world = World()
    world.add_client(toggle=True, display_name="Fiona Gallagher", phone="1", email="f@example.com")
    world.settle()
    return world


def overwritten(world: World) -> Client:
    """Let a person edit in Canopy, and then our change be made without a look at the version; gives their edit."""
    world.edit_customer("58", phone="2")
    update = world.write()
    assert isinstance(update, UpdateClient)
    theirs = world.canopy.edit("c-1", world.now, fields(phone="3", email="new@example.com"))
    world.begin(update)
    ours = world.canopy.edit("c-1", world.now, update.values)
    world.deliver(world.link().key, update, ClientSaved(client=ours))
    return theirs


@pytest.mark.parametrize("told", ["after", "never"])
def test_without_versions_an_edit_beside_ours_goes_on_and_one_below_ours_is_on_the_timeline(
    told: str,
) -> None:
    """Both sides end equal; what a person wrote into the very field that we wrote into is superseded, with its value."""
    world = synced()
    theirs = overwritten(world)
    late = world.hear(theirs, actor="user:dana") if told == "after" else None
    world.settle()

    assert (
        world.canopy.clients[ClientId("c-1")].values
        == world.quickbooks.customers[world.customer("58").customer_id].values
    )
    assert world.canopy.clients[ClientId("c-1")].values[Field.EMAIL] == "new@example.com"
    assert world.canopy.clients[ClientId("c-1")].values[Field.PHONE] == "2"
    if late is not None:
        assert (late.verdict, late.code) == ("superseded", "older_version")


@pytest.mark.parametrize("order", ["event first", "answer first"])
@pytest.mark.parametrize("actor", [OURSELVES, "system:api", None], ids=["ours", "api", "nobody"])
def test_without_causes_a_client_of_ours_never_becomes_a_second_customer(
    order: str, actor: str | None
) -> None:
    """Whoever Canopy says it was; at worst a person is asked who it is."""
    world = World()
    appears(world, display_name="Frank")
    create, key = create_of(world), world.customer("7").key
    answer = world.carry_out(create)
    assert isinstance(answer, ClientSaved)
    if order == "answer first":
        world.deliver(key, create, answer)
    world.hear(answer.client, "created", True, actor=actor)
    if order == "event first":
        world.deliver(key, create, answer)
    world.settle()

    assert len(world.quickbooks.customers) == 1
    link = world.link(answer.client.client_id)
    if order == "event first" and actor != OURSELVES:
        assert link.problem is not None
        assert (
            link.problem.code == "display_name_taken"
        )  # whose holder is the customer itself: one click matches them
    else:
        assert link.customer_id == "7"


@dataclass
class Twice:
    """What came of a create that was done twice."""

    world: World
    first: Client
    second: Client


def created_twice() -> Twice:
    """Let a create be done, its answer be lost, and the same be done again by who knows no keys."""
    world = World()
    appears(world, display_name="Frank")
    create, key = create_of(world), world.customer("7").key
    assert isinstance(create, CreateClient)
    world.begin(create)
    first = world.canopy.add("c-lost", world.now, create.values)
    second = world.canopy.add("c-again", world.now, create.values)
    world.deliver(key, create, ClientSaved(client=second))
    return Twice(world, first, second)


def test_without_idempotency_a_client_may_be_made_twice_and_the_other_one_stays_apart() -> None:
    """It is listed as not synced, and never becomes a customer; a person archives it."""
    twice = created_twice()
    world = twice.world
    world.hear(twice.first, "created", True, actor=OURSELVES, cause="the same effect")
    world.settle()

    assert world.link("c-again").customer_id == "7"
    assert world.link("c-lost").status is LinkStatus.NOT_SYNCED
    assert len(world.quickbooks.customers) == 1


def test_without_idempotency_a_repeated_change_is_made_once() -> None:
    """The second one meets another version, which holds what was sent."""
    world = synced()
    world.edit_customer("58", phone="2")
    update = world.write()
    assert isinstance(update, UpdateClient)
    world.begin(update)
    world.canopy.update(update, world.now)
    again = world.canopy.update(update, world.now)
    world.deliver(world.link().key, update, again)
    world.settle()

    assert isinstance(again, ClientSaved)
    assert world.canopy.clients[ClientId("c-1")].version == 2
    assert world.link().status is LinkStatus.SYNCED

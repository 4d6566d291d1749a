"""Whenever we hear of a merge, a link ends with the customer that is left, and nobody is made a client of one that is not."""

from collections.abc import Sequence
from datetime import datetime
from itertools import permutations

import pytest

from domain.effects import CreateClient
from domain.fields import Field
from domain.ids import CustomerId
from domain.outcomes import CustomerGone
from domain.rows import LinkStatus
from tests.unit.domain.outside import fields
from tests.unit.domain.test_arrivals import appears, create_of
from tests.unit.domain.world import World

CHAIN = (("1", "2"), ("2", "3"), ("3", "4"))


def linked_with_the_first() -> World:
    """A client is linked with customer 1, and there are three more."""
    world = World()
    world.add_client(toggle=False, display_name="Fiona")
    for number in "1234":
        world.know_customer(number, display_name=f"Fiona {number}")
    world.intent("match", "c-1", customer_id=CustomerId("1"))
    world.settle()
    return world


def merged(world: World, loser: str, survivor: str) -> None:
    """A person merges two customers in QuickBooks."""
    world.quickbooks.edit(loser, world.now, {}, active=False)
    world.quickbooks.edit(survivor, world.now, {})


@pytest.mark.parametrize("order", [*permutations(CHAIN)])
@pytest.mark.parametrize("twice", [False, True])
def test_a_link_follows_merges_to_the_last_in_whatever_order_and_however_often_they_are_told(
    order: tuple[tuple[str, str], ...], *, twice: bool
) -> None:
    """Between them all that is pending is done, so that each may find the last one gone."""
    world = linked_with_the_first()
    for loser, survivor in CHAIN:
        merged(world, loser, survivor)
    for loser, survivor in (*order, *order) if twice else order:
        world.notify(survivor, deleted=loser)
        world.settle()

    assert world.link().customer_id == "4"


@pytest.mark.parametrize("order", [*permutations(CHAIN)])
def test_a_link_whose_customer_was_found_gone_follows_too(order: tuple[tuple[str, str], ...]) -> None:
    """The read may be faster than any notice."""
    world = linked_with_the_first()
    for loser, survivor in CHAIN:
        merged(world, loser, survivor)
    world.notify("1")
    world.finish_read("1", CustomerGone(customer_id=CustomerId("1")))
    assert world.link().reason == "customer_gone"

    for loser, survivor in order:
        world.notify(survivor, deleted=loser)
        world.settle()

    assert world.link().customer_id == "4"


def test_a_merge_that_is_told_while_the_company_is_disconnected_is_followed() -> None:
    """No listing would tell of it."""
    world = linked_with_the_first()
    world.intent("disconnect")
    world.settle()
    merged(world, "1", "2")
    world.notify("2", deleted="1")
    world.intent("connect", realm_id=world.firm.connection.realm_id)  # type: ignore[union-attr]
    world.settle()

    assert world.link().customer_id == "2"


def test_a_customer_that_we_create_and_that_is_merged_before_we_hear_of_it_gives_way_to_the_survivor() -> (
    None
):
    """The answer to the create comes last, and nothing of it is agreed with the other one."""
    world = World()
    world.know_customer("7", display_name="Frank", phone="7")
    world.add_client(toggle=True, display_name="Fiona", fax="1")
    write = world.write()
    created = world.carry_out(write)
    (ours,) = (each for each in world.quickbooks.customers if each != "7")
    merged(world, ours, "7")
    world.notify("7", deleted=ours)

    world.deliver(world.link().key, write, created)
    world.settle()

    assert world.link().customer_id == "7"
    assert world.link().problem is not None  # both have a name of their own
    assert world.quickbooks.customers[CustomerId("7")].values[Field.FAX] == "1"


def test_a_customer_that_we_create_and_that_is_merged_into_a_linked_one_is_a_question() -> None:
    """As if we had heard of the merge later."""
    world = linked_with_the_first()
    world.add_client("c-2", toggle=True, display_name="Fi")
    write = world.write("c-2")
    created = world.carry_out(write)
    (ours,) = (each for each in world.quickbooks.customers if each not in "1234")
    merged(world, ours, "1")
    world.notify("1", deleted=ours)

    world.deliver(world.link("c-2").key, write, created)
    world.settle()

    problem = world.link("c-2").problem
    assert problem is not None
    assert (problem.code, problem.customer_id) == ("customers_merged", "1")
    assert (world.link().status, world.link().customer_id) == ("synced", "1")


@pytest.mark.parametrize("by", ["answer", "event"])
def test_a_client_that_is_made_for_a_customer_merged_meanwhile_gets_the_survivor(by: str) -> None:
    """Its create was under way, so it is there."""
    world = World()
    world.know_customer("8", display_name="Frank")
    appears(world, "7", display_name="Fiona", phone="7")
    create = create_of(world)
    added = world.carry_out(create)
    (client,) = world.canopy.clients.values()
    merged(world, "7", "8")
    world.notify("8", deleted="7")

    if by == "answer":
        world.deliver(world.customer("7").key, create, added)
    else:
        world.hear(client, "created", cause=create.id)
    world.settle()

    assert world.link(client.client_id).customer_id == "8"
    assert world.quickbooks.customers[CustomerId("8")].values[Field.PHONE] == "7"


def to_be_a_client(asked_by: str) -> World:
    """A client is to be made for customer 7, and nobody has begun."""
    world = World()
    world.know_customer("8", display_name="Frank")
    if asked_by == "rule":
        appears(world, "7", display_name="Fiona")
    else:
        world.know_customer("7", display_name="Fiona")
        world.intent("add_client", customer_id=CustomerId("7"))
    assert create_of(world).asked_by == asked_by
    return world


@pytest.mark.parametrize("asked_by", ["rule", "person"])
@pytest.mark.parametrize("how", ["merged", "gone", "inactive"])
def test_no_client_is_made_for_a_customer_that_is_no_more_before_it_is_begun(asked_by: str, how: str) -> None:
    """A pause, a full queue or a switch may have held it up for long."""
    world = to_be_a_client(asked_by)
    if how == "merged":
        merged(world, "7", "8")
        world.notify("8", deleted="7")
    else:
        world.quickbooks.edit("7", world.now, {}, active=False)
        world.notify("7")
        (read,) = world.customer("7").reads
        gone = CustomerGone(customer_id=CustomerId("7")) if how == "gone" else world.carry_out(read)
        world.deliver(world.customer("7").key, read, gone)

    assert world.customer("7").create is None
    assert world.links() == []


def test_a_customer_that_is_shown_again_after_its_merge_was_heard_becomes_no_client() -> None:
    """The merge was the first that we heard of it, and a read of before it comes last."""
    world = World()
    world.know_customer("8", display_name="Frank")
    new = world.quickbooks.add(world.now, fields(display_name="Fiona"), "7")
    world.notify("7")
    (read,) = world.customer("7").reads
    seen = world.carry_out(read)
    assert new.created_at > world.firm.connection.connected_at  # type: ignore[union-attr]
    merged(world, "7", "8")
    world.notify("8", deleted="7")
    world.deliver(world.customer("7").key, read, seen)

    assert [effect for row in world.table for effect in row.pending if isinstance(effect, CreateClient)] == []


def test_a_match_with_a_customer_that_is_merged_is_taken_back_even_while_it_asks_something() -> None:
    """Nobody has seen what the survivor holds."""
    world = World()
    world.add_client(toggle=False, display_name="Fiona")
    world.know_customer("7", display_name="Fi")
    world.know_customer("8", display_name="Fiona")
    world.intent("match", "c-1", customer_id=CustomerId("7"))
    world.settle()
    assert world.link().status is LinkStatus.NEEDS_ATTENTION
    merged(world, "7", "8")
    world.notify("8", deleted="7")

    assert (world.link().status, world.link().reason) == ("not_synced", "match_stale")


STORIES = {
    "with itself": (("1", "1"),),
    "to and fro": (("1", "2"), ("2", "1")),
    "a ring": (("1", "2"), ("2", "3"), ("3", "1")),
    "a ring beside": (("1", "2"), ("2", "3"), ("3", "2")),
    "a ring that is left": (("1", "2"), ("2", "1"), ("1", "3"), ("3", "4")),
    "to and fro, twice": (("1", "2"), ("2", "1"), ("1", "2"), ("2", "1")),
    "a chain and itself": (("1", "2"), ("2", "2"), ("2", "3"), ("3", "4")),
}
"""Merges as people did them in QuickBooks, one after the other; who went away before was made active again."""

ORDERS = [
    (name, order)
    for name, story in STORIES.items()
    for many in range(1, len(story) + 1)
    for order in permutations(range(many))
]


def who_is_left(story: Sequence[tuple[str, str]], first: str) -> str:
    """Follow the merges in the order in which they were done."""
    for loser, survivor in story:
        first = survivor if first == loser else first
    return first


def done(world: World, story: Sequence[tuple[str, str]]) -> list[datetime]:
    """People merge, a minute apart; gives when."""
    times = []
    for loser, survivor in story:
        world.later(minutes=1)
        world.quickbooks.edit(loser, world.now, {}, active=False)
        world.quickbooks.edit(survivor, world.now, {}, active=True)
        times.append(world.now)
    return times


@pytest.mark.parametrize(("name", "order"), ORDERS)
@pytest.mark.parametrize("how", ["once", "twice", "late"])
def test_whatever_is_told_of_merges_the_link_ends_with_the_customer_that_is_left(
    name: str, order: tuple[int, ...], how: str
) -> None:
    """In whatever order; `late`: what is under way is done only after all was told."""
    story = STORIES[name][: len(order)]
    world = linked_with_the_first()
    times = done(world, story)
    for n in (*order, *order) if how == "twice" else order:
        loser, survivor = story[n]
        world.notify(survivor, deleted=loser, time=times[n])
        if how != "late":
            world.settle()
    world.settle()

    assert (world.link().customer_id, world.link().reason) == (who_is_left(story, "1"), None)
    assert world.link().problem is None or world.link().problem.code == "both_changed"  # type: ignore[union-attr]


@pytest.mark.parametrize(("name", "order"), ORDERS)
def test_two_clients_whose_customers_went_into_each_other_are_asked_about_once_at_most(
    name: str, order: tuple[int, ...]
) -> None:
    """A question ends with its cause, and the client that is not asked has the one that is left."""
    story = STORIES[name][: len(order)]
    world = linked_with_the_first()
    world.add_client("c-2", toggle=False, display_name="Debbie")
    world.intent("match", "c-2", customer_id=CustomerId("2"))
    world.settle()
    times = done(world, story)
    for n in order:
        world.notify(story[n][1], deleted=story[n][0], time=times[n])
        world.settle()

    left = {who_is_left(story, "1"), who_is_left(story, "2")}
    asked = [
        link for link in world.links() if link.problem is not None and link.problem.code == "customers_merged"
    ]
    others = [link for link in world.links() if link not in asked]
    assert {link.customer_id for link in others} == left
    assert len(asked) == 2 - len(left)


@pytest.mark.parametrize("heard", ["before", "after"])
@pytest.mark.parametrize("order", [*permutations(range(3))])
def test_our_own_new_customer_that_went_to_and_fro_is_followed_before_and_after_its_answer(
    order: tuple[int, ...], heard: str
) -> None:
    """Into 2, back again, and into 3."""
    world = World()
    for number in "23":
        world.know_customer(number, display_name=f"Frank {number}")
    world.add_client(toggle=True, display_name="Fiona", fax="1")
    write = world.write()
    created = world.carry_out(write)
    (ours,) = (each for each in world.quickbooks.customers if each not in "23")
    story = ((ours, "2"), ("2", ours), (ours, "3"))
    if heard == "after":
        world.deliver(world.link().key, write, created)
    times = done(world, story)
    for n in order:
        world.notify(story[n][1], deleted=story[n][0], time=times[n])
    if heard == "before":
        world.deliver(world.link().key, write, created)
    world.settle()

    assert world.link().customer_id == "3"

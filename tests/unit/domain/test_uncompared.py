"""After a merge nobody has seen what the survivor holds beside the client: nothing of it is written into Canopy by itself."""

import pytest

from domain.agreed import Pair
from domain.fields import Field
from domain.ids import ClientId, CustomerId
from domain.settings import ConflictPolicy
from tests.unit.domain.test_echo import synced
from tests.unit.domain.test_put_back import merge
from tests.unit.domain.world import World

WAYS = ("followed", "restored", "found_gone")
NEVER_BY_ITSELF = [policy for policy in ConflictPolicy if policy is not ConflictPolicy.CANOPY_WINS]


def merged_into_a_free_one(way: str, policy: ConflictPolicy = ConflictPolicy.LATER_WINS) -> World:
    """The customer that the client has, or had, went into one that no client has, long after Canopy's last edit."""
    world = synced()
    world.switch(conflicts=policy)
    world.edit_client(phone="ours", mobile="ours")
    world.settle()
    world.know_customer("7", display_name="Frank", fax="theirs", mobile="another")
    if way == "restored":
        world.intent("unmatch", "c-1")
    if way == "found_gone":
        gone = world.quickbooks.customers.pop(CustomerId("58"))
        world.notify("58", time=world.now)
        world.finish_read("58")
        world.quickbooks.customers[CustomerId("58")] = gone
    world.later(minutes=60)
    merge(world, "58", "7")
    world.quickbooks.customers.pop(CustomerId("58"))  # its name is free
    if way == "restored":
        world.settle()
        world.intent("restore", "c-1")
    return world


@pytest.mark.parametrize("way", WAYS)
def test_what_only_the_survivor_has_stays_in_quickbooks(way: str) -> None:
    """And what only Canopy has goes there, as by a match."""
    world = merged_into_a_free_one(way)
    before = world.canopy.clients[ClientId("c-1")]
    world.settle()

    assert world.link().customer_id == "7"
    assert world.canopy.clients[ClientId("c-1")] == before
    survivor = world.quickbooks.customers[CustomerId("7")].values
    assert (survivor[Field.PHONE], survivor[Field.FAX]) == ("ours", "theirs")
    assert world.link().agreed[Field.FAX] == Pair(None, "theirs")


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("policy", NEVER_BY_ITSELF)
def test_where_both_have_something_else_a_person_is_asked(way: str, policy: ConflictPolicy) -> None:
    """The survivor was changed last by the merge itself, which says nothing of its values."""
    world = merged_into_a_free_one(way, policy)
    world.settle()

    problem = world.link().problem
    assert problem is not None
    assert (problem.code, problem.fields) == ("both_changed", (Field.DISPLAY_NAME, Field.MOBILE))
    assert world.canopy.clients[ClientId("c-1")].values[Field.DISPLAY_NAME] == "Fiona Gallagher"
    assert world.quickbooks.customers[CustomerId("7")].values[Field.DISPLAY_NAME] == "Frank"


@pytest.mark.parametrize("way", WAYS)
def test_a_firm_in_which_canopy_always_wins_is_not_asked(way: str) -> None:
    """Then nothing is written into Canopy."""
    world = merged_into_a_free_one(way, ConflictPolicy.CANOPY_WINS)
    world.settle()

    assert world.link().problem is None
    assert world.quickbooks.customers[CustomerId("7")].values[Field.DISPLAY_NAME] == "Fiona Gallagher"


@pytest.mark.parametrize("choice", ["canopy", "quickbooks"])
def test_once_a_person_has_said_whose_stays_the_two_are_kept_in_step_as_ever(choice: str) -> None:
    """An edit of what stayed in QuickBooks alone is an edit like any other."""
    world = merged_into_a_free_one("restored")
    world.settle()
    problem = world.link().problem
    assert problem is not None
    world.intent("answer", "c-1", question=problem.id, choice=choice)
    world.settle()
    world.later(minutes=60)
    world.edit_customer("7", fax="edited")
    world.settle()

    assert (world.link().status, world.link().uncompared) == ("synced", ())
    client, customer = world.canopy.clients[ClientId("c-1")], world.quickbooks.customers[CustomerId("7")]
    assert client.values == customer.values
    assert client.values[Field.FAX] == "edited"


def test_taking_the_link_apart_and_undoing_that_settles_no_question() -> None:
    """What nobody has seen is still not written into Canopy, whenever it was edited."""
    world = merged_into_a_free_one("followed")
    world.settle()
    world.intent("unmatch", "c-1")
    world.later(minutes=60)
    world.edit_customer("7", display_name="Francis")
    world.intent("restore", "c-1")
    world.settle()

    problem = world.link().problem
    assert problem is not None
    assert problem.fields == (Field.DISPLAY_NAME, Field.MOBILE)
    assert world.canopy.clients[ClientId("c-1")].values[Field.DISPLAY_NAME] == "Fiona Gallagher"


def test_what_is_cleared_in_canopy_while_it_is_asked_about_is_not_filled_again() -> None:
    """The survivor's value stays where it is."""
    world = merged_into_a_free_one("followed")
    world.settle()
    world.edit_client(mobile=None)
    world.settle()

    assert Field.MOBILE not in world.canopy.clients[ClientId("c-1")].values
    assert world.quickbooks.customers[CustomerId("7")].values[Field.MOBILE] == "another"

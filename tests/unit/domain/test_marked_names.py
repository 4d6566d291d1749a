"""QuickBooks leaves " (deleted)" behind the name of a customer that is made active again: our next write of it takes it off."""

from dataclasses import replace

import pytest

from domain.agreed import Pair
from domain.fields import Field
from domain.ids import CustomerId
from domain.match_review import reviewed
from domain.write_back import WriteBack
from tests.unit.domain.test_echo import synced
from tests.unit.domain.world import World

MARKED = WriteBack(marked_name="Fiona Gallagher (deleted)")


def made_active_again(world: World, customer: str) -> None:
    """A person makes it inactive and active again; QuickBooks leaves its mark."""
    for active in (False, True):
        world.later(minutes=1)
        world.edit_customer(customer, active=active)
        world.settle()
    seen = world.quickbooks.customers[CustomerId(customer)]
    world.quickbooks.customers[CustomerId(customer)] = replace(seen, write_back=MARKED)
    world.later(minutes=1)
    world.edit_customer(customer)


def test_the_mark_is_no_edit_and_never_reaches_canopy() -> None:
    """Nothing is written because of it alone."""
    world = synced()
    writes = world.writes
    made_active_again(world, "58")
    world.settle()

    assert (world.writes, world.link().status) == (writes, "synced")


@pytest.mark.parametrize("name", ["Fiona  Gallagher", "Fiona Gallagher (deleted)", "Fiona Gallag\u200bher"])
def test_an_edit_that_writes_the_name_takes_the_mark_off_though_both_mean_the_same(name: str) -> None:
    """Else the edit would count as there already, and the mark would stay for good."""
    world = synced()
    made_active_again(world, "58")
    world.edit_client(display_name=name)

    write = world.write()
    assert write.values == {Field.DISPLAY_NAME: name}
    (line,) = (change for change in world.decisions[-1].changes if change.what == "sent")
    assert line.whole_before == "Fiona Gallagher (deleted)"
    world.settle()
    assert world.link().agreed[Field.DISPLAY_NAME].client == name
    assert world.settle() == 0


def test_a_match_takes_it_off_and_its_review_says_so() -> None:
    """By the same rule."""
    world = World()
    world.add_client(toggle=False, display_name="Fiona Gallagher")
    world.know_customer("7", display_name="Fiona Gallagher")
    made_active_again(world, "7")
    client, customer = world.link().client, world.customer("7").customer
    assert client is not None
    assert customer is not None
    (line,) = reviewed(client, customer)
    assert (line.now, line.after, line.fate) == (
        "Fiona Gallagher (deleted)",
        "Fiona Gallagher",
        "overwritten",
    )

    world.intent("match", "c-1", customer_id=CustomerId("7"))
    assert world.write().values == {Field.DISPLAY_NAME: "Fiona Gallagher"}
    world.settle()
    assert world.link().agreed[Field.DISPLAY_NAME] == Pair("Fiona Gallagher", "Fiona Gallagher")


def test_a_name_that_another_customer_has_by_now_is_asked_about_and_not_sent_again() -> None:
    """The mark can't be taken off, and the question is not lifted by the name that stands before it."""
    world = synced()
    made_active_again(world, "58")
    world.quickbooks.vendors.add("Fiona  Gallagher")
    world.edit_client(display_name="Fiona  Gallagher")
    world.settle()

    problem = world.link().problem
    assert problem is not None
    assert (problem.code, problem.fields) == ("display_name_taken", (Field.DISPLAY_NAME,))

"""A side that says yes and keeps another value: written in another way once, then asked about, and never called in step."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from adapters.web.api.client_shapes import is_in_step
from domain.effects import UpdateCustomer, Write
from domain.fields import Address, Field, Value
from domain.ids import ClientId, CustomerId, Side
from domain.outcomes import ClientSaved, CustomerSaved
from domain.problem import Problem
from domain.remembered import NotKept
from tests.unit.domain.world import World

HELD: Mapping[Field, tuple[Value, Value]] = {
    **dict.fromkeys(Field, ("before", "after")),
    Field.EMAIL: ("before@example.com", "after@example.com"),
    **dict.fromkeys((Field.PHONE, Field.MOBILE, Field.FAX), ("312 555 0100", "312 555 0199")),
    Field.ADDRESS: (Address(line1="1 High St", line2="Rear"), Address(line1="1 High St")),
}
"""Of each field a value, and another one."""


def synced(**values: Value) -> World:
    """Give a world with one synced client, c-1 and 58, that has these values."""
    world = World()
    world.add_client(toggle=True, display_name="Fiona Gallagher")
    world.edit_client("c-1", **values)
    world.settle()
    return world


def ignored_by_quickbooks(world: World, **kept: Value) -> Write:
    """QuickBooks answers that it saved the write, and shows the customer as it was, but for what it `kept`."""
    write = world.write()
    world.begin(write)
    shown = world.quickbooks.edit(
        CustomerId("58"), world.now, {Field(name): value for name, value in kept.items()}
    )
    world.deliver(world.link().key, write, CustomerSaved(customer=shown))
    return write


def ignored_by_canopy(world: World) -> Write:
    """Canopy answers so."""
    write = world.write()
    world.begin(write)
    world.deliver(world.link().key, write, ClientSaved(client=world.canopy.edit("c-1", world.now, {})))
    return write


def question(world: World) -> Problem:
    """Give the question that is asked; nothing is sent meanwhile."""
    link = world.link()
    assert link.write is None
    assert not is_in_step(link)
    assert link.problem is not None
    assert link.problem.code == "not_kept"
    return link.problem


@pytest.mark.parametrize("value", [None, "42"])
def test_what_quickbooks_ignores_is_written_whole_and_then_asked_about(value: Value) -> None:
    """An update of single fields is known to leave what it should clear."""
    world = synced(mobile="41")
    world.edit_client(mobile=value)

    first = ignored_by_quickbooks(world)
    assert not is_in_step(world.link())
    second = ignored_by_quickbooks(world)

    assert isinstance(first, UpdateCustomer)
    assert isinstance(second, UpdateCustomer)
    assert (first.whole, second.whole) == (False, True)
    assert second.values == first.values == {Field.MOBILE: value}
    assert (question(world).fields, question(world).detail) == ((Field.MOBILE,), "quickbooks")


@pytest.mark.parametrize("cleared", [False, True])
@pytest.mark.parametrize("side", ["quickbooks", "canopy"])
@pytest.mark.parametrize("field", Field)
def test_of_no_field_and_on_no_side_is_an_ignored_value_called_in_step(
    field: Field, side: Side, *, cleared: bool
) -> None:
    """Another value or none: it is tried once more, and then a person says what stays."""
    if cleared and field is Field.DISPLAY_NAME:
        return  # neither side has a record without one
    before, after = HELD[field]
    world = synced(**{field.value: before})
    edited: Any = {field.value: None if cleared else after}
    if side == "quickbooks":
        world.edit_client(**edited)
    else:
        world.edit_customer("58", **edited)

    for _ in range(2):
        assert not is_in_step(world.link())
        if side == "quickbooks":
            ignored_by_quickbooks(world)
        else:
            ignored_by_canopy(world)

    assert (question(world).fields, question(world).detail) == ((field,), side)
    world.later(minutes=60)
    world.settle()
    assert not is_in_step(world.link())


def test_what_is_kept_when_it_is_written_whole_is_in_step() -> None:
    """And the next write is an ordinary one again."""
    world = synced(mobile="41")
    world.edit_client(mobile=None)
    ignored_by_quickbooks(world)

    world.settle()

    assert is_in_step(world.link())
    assert Field.MOBILE not in world.quickbooks.customers[CustomerId("58")].values
    assert world.link().not_kept == NotKept()
    world.edit_client(mobile="43")
    write = world.write()
    assert isinstance(write, UpdateCustomer)
    assert not write.whole


def test_only_what_was_not_kept_is_written_again() -> None:
    """The other field is agreed on."""
    world = synced(mobile="41", fax="1")
    world.edit_client(mobile=None, fax="2")
    ignored_by_quickbooks(world, fax="2")

    assert world.write().values == {Field.MOBILE: None}


def test_another_spelling_of_it_is_kept() -> None:
    """QuickBooks writes phones and countries its own way."""
    world = synced(mobile="41", address=Address(line1="1 High St", country="US"))
    world.edit_client(mobile="(312) 555-0100", address=Address(line1="2 High St", country="US"))
    ignored_by_quickbooks(world, mobile="312-555-0100", address=Address(line1="2 High St", country="USA"))

    assert is_in_step(world.link())


@pytest.mark.parametrize(("choice", "stays"), [("canopy", "42"), ("quickbooks", "41")])
def test_a_person_sends_it_again_or_takes_what_quickbooks_has(choice: str, stays: str) -> None:
    """Both ways end in step."""
    world = synced(mobile="41")
    world.edit_client(mobile="42")
    ignored_by_quickbooks(world)
    ignored_by_quickbooks(world)

    world.intent("answer", "c-1", question=question(world).id, choice=choice)
    world.settle()

    assert is_in_step(world.link())
    assert world.canopy.clients[ClientId("c-1")].values[Field.MOBILE] == stays
    assert world.quickbooks.customers[CustomerId("58")].values[Field.MOBILE] == stays


def test_sent_again_in_vain_it_is_asked_about_at_once() -> None:
    """A person asked for one more try, and that was it."""
    world = synced(mobile="41")
    world.edit_client(mobile="42")
    ignored_by_quickbooks(world)
    ignored_by_quickbooks(world)
    before = question(world).id
    world.intent("answer", "c-1", question=before, choice="canopy")

    ignored_by_quickbooks(world)

    assert question(world).id != before


@pytest.mark.parametrize("by_person", [False, True])
def test_what_canopy_ignores_is_sent_twice_and_then_asked_about(by_person: bool) -> None:
    """Also what a person chose for both sides."""
    world = synced(mobile="41")
    if by_person:
        world.intent("put_back", "c-1", field=Field.MOBILE, value="42")
    else:
        world.edit_customer("58", mobile="42")

    ignored_by_canopy(world)
    ignored_by_canopy(world)

    assert (question(world).fields, question(world).detail) == ((Field.MOBILE,), "canopy")
    assert world.link().wanted == {}
    world.intent("answer", "c-1", question=question(world).id, choice="canopy")
    world.settle()
    assert is_in_step(world.link())


def test_a_match_that_quickbooks_half_ignores_is_not_in_step() -> None:
    """The link is made; what is missing is written as after any other write."""
    world = World()
    world.know_customer(CustomerId("58"), display_name="Fiona Gallagher", mobile="41")
    world.add_client(toggle=False, display_name="Fiona Gallagher", mobile="42")
    world.intent("match", "c-1", customer_id="58")
    write = world.write()
    world.begin(write)
    shown = world.quickbooks.customers[CustomerId("58")]
    moved = replace(shown, sync_token=shown.sync_token + 1)
    world.quickbooks.customers[CustomerId("58")] = moved
    world.deliver(world.link().key, write, CustomerSaved(customer=moved))

    assert not is_in_step(world.link())
    assert world.write().values == write.values
    world.settle()
    assert is_in_step(world.link())


def test_an_edit_of_the_field_lifts_the_question() -> None:
    """On whichever side."""
    for edit in ("client", "customer"):
        world = synced(mobile="41")
        world.edit_client(mobile="42")
        ignored_by_quickbooks(world)
        ignored_by_quickbooks(world)

        if edit == "client":
            world.edit_client(mobile="43")
        else:
            world.edit_customer("58", mobile="42")
        world.settle()

        assert is_in_step(world.link())

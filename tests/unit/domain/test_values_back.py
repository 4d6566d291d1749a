"""A match is taken back: QuickBooks gets what it replaced, and nothing else, and then the two are apart."""

from dataclasses import replace
from typing import Any

import pytest

from domain.effects import UpdateCustomer
from domain.fields import Field, Value
from domain.ids import ClientId, CustomerId
from domain.outcomes import CustomerMoved, CustomerSaved, Failed, Rejected
from domain.refusals import Refusal
from domain.remembered import Former
from domain.rows import LinkStatus, Reason
from domain.values_back import (
    ForeseenUnmatch,
    Replaced,
    foresee_unmatch,
    replaced_by,
    still_standing,
    values_back,
)
from tests.unit.domain.outside import fields
from tests.unit.domain.world import World

BEFORE = fields(display_name="Estelle Fontaine", email="estelle@example.com", fax="312 555 0160")


def matched() -> World:
    """Give a world whose client is matched with somebody else's customer, and has overwritten it."""
    world = World()
    world.add_client(
        toggle=False, display_name="Robert Lindqvist", email="robert@example.com", phone="(312) 555-0100"
    )
    world.know_customer("7", **{str(name): value for name, value in BEFORE.items()})
    world.intent("match", "c-1", customer_id="7")
    world.settle()
    assert world.link().status is LinkStatus.SYNCED
    return world


def replaced(world: World) -> Replaced:
    """Give what the match wrote over."""
    (match,) = [each for each in world.decisions if each.code == "match"]
    return replaced_by(match.changes)


def theirs(world: World) -> dict[Field, Value]:
    """Give what QuickBooks holds."""
    return dict(world.quickbooks.customers[CustomerId("7")].values)


def asked(world: World, **more: Any) -> dict[str, Any]:
    """Ask for all that still stands as the match wrote it."""
    return {"values_back": values_back(replaced(world), world.customer("7").customer)} | more


def former(world: World) -> Former:
    """Give what the unmatch kept."""
    kept = world.link().former
    assert kept is not None
    return kept


def foreseen(world: World) -> ForeseenUnmatch:
    """Say what it would come to, on rows that nobody else sees."""
    return foresee_unmatch(world.rows(), world.link(), replaced(world), world.now, world.started)


def test_quickbooks_is_as_before_and_nothing_else_is_written() -> None:
    """Not what the match had left alone, and nothing in Canopy; what was empty is empty again."""
    world = matched()
    assert theirs(world)[Field.PHONE] == "(312) 555-0100"
    ours, told = dict(world.canopy.clients[ClientId("c-1")].values), foreseen(world)

    world.intent("unmatch", "c-1", **asked(world))
    write = world.write()
    world.settle()

    assert theirs(world) == BEFORE
    assert isinstance(write, UpdateCustomer)
    assert (
        write.values
        == told.writes
        == fields(display_name="Estelle Fontaine", email="estelle@example.com", phone=None)
    )
    assert world.canopy.clients[ClientId("c-1")].values == ours
    assert (world.link().status, world.link().reason) == (LinkStatus.NOT_SYNCED, Reason.UNMATCHED)
    assert world.writes == 2


def test_an_undo_sends_canopys_values_again() -> None:
    """The link is as it was, and not the wrong customer's values in Canopy."""
    world = matched()
    after_match = theirs(world)
    world.intent("unmatch", "c-1", **asked(world))
    world.settle()

    world.intent("restore", "c-1")
    world.settle()

    assert theirs(world) == after_match
    assert world.canopy.clients[ClientId("c-1")].values[Field.EMAIL] == "robert@example.com"
    assert world.canopy.writes == 0


def test_what_somebody_has_edited_since_stays_as_they_made_it() -> None:
    """On either side: only what still stands as the match wrote it goes back."""
    world = matched()
    world.edit_client(email="new@example.com")
    world.settle()
    assert set(still_standing(replaced(world), world.customer("7").customer)) == {
        Field.DISPLAY_NAME,
        Field.PHONE,
    }

    world.intent("unmatch", "c-1", **asked(world))
    world.settle()

    assert theirs(world) == BEFORE | fields(email="new@example.com")


def test_what_means_the_same_as_before_is_not_written() -> None:
    """Another format of a phone number is no other value."""
    told = {Field.PHONE: ("312-555-0100", "(312) 555-0100")}
    customer = replace(matched().quickbooks.customers[CustomerId("7")], values=fields(phone="3125550100"))
    assert still_standing(told, customer) == {}


def test_it_is_done_on_what_was_seen_or_not_at_all() -> None:
    """And only where QuickBooks can be written to."""
    world = matched()
    token = world.quickbooks.customers[CustomerId("7")].sync_token
    world.edit_customer("7", fax="1")
    world.settle()
    assert world.intent("unmatch", "c-1", **asked(world, customer_sync_token=token)).code == "stale"
    world.settle()
    world.know_customer("8", display_name="Estelle Fontaine")
    assert world.intent("unmatch", "c-1", **asked(world)).code == "name_taken"
    world.edit_customer("8", display_name="Somebody Else")
    world.settle()
    world.edit_customer("7", active=False)
    world.settle()
    assert world.intent("unmatch", "c-1", **asked(world)).code == "customer_inactive"
    assert foreseen(world).refusal == Refusal("customer_inactive")
    world.edit_customer("7", active=True)
    world.settle()
    world.intent("disconnect")
    assert world.intent("unmatch", "c-1", **asked(world)).code == "not_connected"
    assert world.intent("unmatch", "c-1").code == "unmatch", "without values it needs no company"


def test_a_write_under_way_is_waited_for() -> None:
    """Its end says what stands there."""
    world = matched()
    values = asked(world)
    world.edit_client(fax="9")
    assert world.intent("unmatch", "c-1", **values).code == "write_under_way"


@pytest.mark.parametrize(
    ("result", "missed", "unconfirmed"),
    [
        (Rejected(code="2050"), (Field.DISPLAY_NAME, Field.EMAIL, Field.PHONE), ()),
        (Failed(why="raised"), (), (Field.DISPLAY_NAME, Field.EMAIL, Field.PHONE)),
    ],
)
def test_what_quickbooks_does_not_take_back_is_named_and_the_two_are_apart(
    result: Any, missed: tuple[Field, ...], unconfirmed: tuple[Field, ...]
) -> None:
    """Nobody who unmatches waits for a value; an undo then finds both sides in step."""
    world = matched()
    world.intent("unmatch", "c-1", **asked(world))

    world.finish(result=result)

    assert world.link().status is LinkStatus.NOT_SYNCED
    assert former(world).not_put_back == missed
    assert former(world).unconfirmed == unconfirmed
    world.intent("restore", "c-1")
    assert world.settle() == 0


def test_somebody_elses_edit_in_between_costs_another_try_and_stays() -> None:
    """The same fields are written on what stands there now, but for the one that was edited."""
    world = matched()
    world.intent("unmatch", "c-1", **asked(world))
    moved = world.quickbooks.edit("7", world.now, fields(email="theirs@example.com", mobile="773"))

    world.finish(result=CustomerMoved(customer=moved))
    world.settle()

    assert theirs(world) == BEFORE | fields(email="theirs@example.com", mobile="773")
    assert world.link().status is LinkStatus.NOT_SYNCED


def test_a_field_that_is_not_kept_is_written_once_more_with_the_whole_record() -> None:
    """QuickBooks is known to leave alone what an update of single fields clears."""
    world = matched()
    world.intent("unmatch", "c-1", **asked(world))
    kept = world.quickbooks.edit("7", world.now, BEFORE)
    assert kept.values[Field.PHONE] == "(312) 555-0100"

    world.finish(result=CustomerSaved(customer=kept))
    again = world.write()
    world.settle()

    assert isinstance(again, UpdateCustomer)
    assert (again.whole, again.values) == (True, fields(phone=None))
    assert theirs(world) == BEFORE
    assert former(world).not_put_back == ()


def test_while_values_go_back_nothing_else_is_begun() -> None:
    """No second unmatch, no undo; and a write that has not started ends with the company."""
    world = matched()
    world.intent("unmatch", "c-1", **asked(world))
    assert world.link().status is LinkStatus.UNMATCHING
    assert world.intent("unmatch", "c-1").code == "already_unmatched"
    assert world.intent("restore", "c-1").code == "write_under_way"

    world.intent("disconnect")
    world.settle()

    assert world.link().status is LinkStatus.NOT_SYNCED
    assert former(world).not_put_back == (Field.DISPLAY_NAME, Field.EMAIL, Field.PHONE)
    assert world.writes == 1


def test_a_link_whose_customer_was_created_has_nothing_to_give_back() -> None:
    """A create replaces nothing."""
    world = World()
    world.add_client(toggle=True, display_name="Fiona Gallagher")
    world.settle()
    changes = [change for decision in world.decisions for change in decision.changes]
    assert still_standing(replaced_by(changes), None) == {}


def test_the_unmatch_of_a_create_under_way_gives_nothing_back() -> None:
    """What is on its way is no value of before."""
    world = World()
    world.add_client(toggle=True, display_name="Fiona Gallagher")
    create = world.begin(world.write())

    told = foresee_unmatch(world.rows(), world.link(), {}, world.now, {create.id})

    assert (told.refusal, told.writes, told.replaced) == (None, {}, {})

"""What is held says what stands where it would go, and why it is held; an edit is remembered with its side."""

from domain.decision import Change, Decision
from domain.fields import Field
from domain.remembered import Held
from tests.unit.domain.test_echo import synced
from tests.unit.domain.world import REALM, World


def held_lines(decision: Decision) -> list[Change]:
    return [change for change in decision.changes if change.what == "held"]


def with_email() -> World:
    world = synced()
    world.edit_client(email="old@example.com")
    world.settle()
    return world


def test_what_is_held_is_told_beside_what_stands_on_the_other_side() -> None:
    """Both ways: it would be overwritten."""
    world = with_email()
    world.all_off()

    (to_quickbooks,) = held_lines(world.edit_client(email="new@example.com"))
    world.edit_customer("58", phone="312")
    (to_canopy,) = held_lines(world.decisions[-1])

    assert (to_quickbooks.before, to_quickbooks.after) == ("old@example.com", "new@example.com")
    assert (to_canopy.field, to_canopy.before, to_canopy.after) == (Field.PHONE, None, "312")


def test_what_came_to_differ_while_the_company_was_away_is_told_apart_from_what_a_switch_holds() -> None:
    """Until it is sent."""
    world = with_email()
    world.switch(from_canopy_editing=False)
    world.settle()
    world.edit_client(phone="773")
    world.switch(from_canopy_editing=True)
    world.settle()
    world.intent("disconnect")
    world.settle()
    world.edit_client(email="new@example.com")
    world.intent("connect", realm_id=REALM)
    world.settle()

    assert world.link().held == Held(to_quickbooks=(Field.EMAIL, Field.PHONE))
    assert world.link().drifted == (Field.EMAIL,)
    world.intent("push", "c-1")
    world.settle()
    assert (world.link().held, world.link().drifted) == (Held(), ())


def test_an_edit_is_remembered_with_its_side_and_our_own_write_is_none() -> None:
    """So that nobody is told that it was edited in Canopy, where we put it."""
    world = with_email()
    assert (edited := world.link().edited) is not None
    assert edited.side == "canopy"

    world.edit_customer("58", phone="312")
    seen_at = world.now
    world.settle()

    assert (edited := world.link().edited) is not None
    assert (edited.side, edited.at) == ("quickbooks", seen_at)

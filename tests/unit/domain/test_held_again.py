"""That both sides were left as they are is taken back: what was held is held again exactly as before, and nothing is written."""

from dataclasses import replace
from typing import Any

import pytest

from domain.decision import Change
from domain.fields import Field
from domain.ids import ClientId, CustomerId, IntentId
from domain.inputs import UndoLeaveBoth
from domain.left_apart import left_apart
from domain.refusals import Refusal
from domain.remembered import Held, LeftApart
from domain.settings import ConflictPolicy
from domain.standing import Standing
from domain.undone import foresee_undo
from tests.unit.domain.holding_again import hold_again, left
from tests.unit.domain.outside import fields
from tests.unit.domain.test_echo import synced
from tests.unit.domain.test_held_settled import both, drifted, stands
from tests.unit.domain.world import FIRM, World


def edited_on_both(policy: ConflictPolicy = ConflictPolicy.QUICKBOOKS_WINS) -> World:
    """Give a world in which both sides changed the email, and a switch holds QuickBooks' value, which wins."""
    world = synced()
    world.switch(conflicts=policy, from_canopy_editing=False, from_qbo_editing=False)
    world.edit_client(email="ours@example.com")
    world.edit_customer("58", email="theirs@example.com")
    world.settle()
    assert world.link().held == Held(to_canopy=(Field.EMAIL,))
    return world


def test_it_is_held_again_exactly_as_before_and_nothing_is_written() -> None:
    """With what was agreed, the times and what drifted; and then it can be sent as ever."""
    world = drifted()
    before, written = world.link(), world.writes
    told = left(world)
    world.settle()

    decision = hold_again(world, told)
    world.settle()

    link = world.link()
    assert (decision.verdict, decision.code, decision.facts) == (
        "applied",
        "undo_leave_both",
        {"version": str(told.version)},
    )
    assert (link.held, link.drifted) == (before.held, before.drifted)
    assert (link.agreed, link.changed_at, link.uncompared) == (before.agreed, before.changed_at, ())
    assert world.writes == written
    assert stands(world) is Standing.HELD
    world.intent("push", "c-1")
    world.settle()
    assert both(world, Field.EMAIL) == ("ours@example.com", "ours@example.com")
    assert both(world, Field.FAX) == ("2", "2")


def test_the_timeline_names_what_is_held_again() -> None:
    """On the side where it would go, with what stands there."""
    world = drifted()
    told = left(world)

    decision = hold_again(world, told)

    key = world.link().key
    assert decision.changes == (
        Change(
            key=key,
            what="held",
            side="quickbooks",
            field=Field.EMAIL,
            before="fiona@example.com",
            after="ours@example.com",
        ),
        Change(key=key, what="held", side="canopy", field=Field.FAX, before="1", after="2"),
    )


def test_it_is_held_again_whichever_switch_is_on_by_then() -> None:
    """What was held waits for a person, not for a switch."""
    world = synced()
    world.switch(from_canopy_editing=False)
    world.edit_client(email="ours@example.com")
    told = left(world)
    world.switch(from_canopy_editing=True)
    world.settle()
    written = world.writes

    hold_again(world, told)
    world.settle()

    assert world.link().held == Held(to_quickbooks=(Field.EMAIL,))
    assert (world.writes, both(world, Field.EMAIL)) == (written, ("ours@example.com", "fiona@example.com"))


def test_what_was_edited_since_stays_as_it_was_edited() -> None:
    """The other field is held again; where nothing is left, it is refused."""
    world = drifted()
    told = left(world)
    world.edit_client(email="later@example.com")
    world.settle()

    assert hold_again(world, told).verdict == "applied"

    assert world.link().held == Held(to_canopy=(Field.FAX,))
    assert world.link().drifted == (Field.FAX,)
    again = left(world)
    world.edit_customer("58", fax="3")
    world.settle()
    for each in (told, again):
        assert hold_again(world, each).code == "nothing_to_hold_again"


def test_an_edit_that_came_back_to_the_same_values_is_settled_otherwise() -> None:
    """What was agreed since is another thing than what was left."""
    world = synced()
    world.switch(from_canopy_editing=False)
    world.edit_client(email="ours@example.com")
    told = left(world)
    world.switch(from_canopy_editing=True)
    world.edit_client(email="third@example.com")
    world.settle()
    world.switch(from_canopy_editing=False, from_qbo_editing=False)
    world.edit_client(email="ours@example.com")
    world.edit_customer("58", email="fiona@example.com")
    world.settle()
    assert both(world, Field.EMAIL) == ("ours@example.com", "fiona@example.com")

    assert hold_again(world, told).code == "nothing_to_hold_again"


def test_asked_twice_it_is_done_once() -> None:
    """Held already, it is not left any more."""
    world = drifted()
    told = left(world)
    hold_again(world, told)

    assert hold_again(world, told).code == "nothing_to_hold_again"


@pytest.mark.parametrize("begun", [False, True])
def test_what_is_on_its_way_to_a_side_is_not_held(begun: bool) -> None:
    """A person has chosen a value since, which waits, or is being sent."""
    world = drifted()
    told = left(world)
    world.intent("pause")
    world.intent("put_back", "c-1", field=Field.EMAIL, value="chosen@example.com")
    if begun:
        world.begin(world.write())

    assert hold_again(world, told).verdict == "applied"

    assert world.link().held == Held(to_canopy=(Field.FAX,))
    world.intent("resume")
    world.settle()
    assert both(world, Field.EMAIL) == ("chosen@example.com", "chosen@example.com")


def test_what_was_to_be_tried_again_since_goes_without_it() -> None:
    """A try again is of all fields that are not held, and may wait until a client's older state is explained."""
    world = drifted()
    told = left(world)
    every = tuple(Field)
    world.table.put(replace(world.link(), pushed=Held(to_quickbooks=every, to_canopy=every)))
    written = world.writes

    hold_again(world, told)
    world.settle()

    assert (world.link().held, world.writes) == (told.held, written)


def test_another_write_goes_on_meanwhile() -> None:
    """It is about other fields, and what is held again is not sent behind it."""
    world = drifted()
    told = left(world)
    world.edit_client(phone="312")
    world.begin(world.write())

    hold_again(world, told)
    world.settle()

    assert both(world, Field.PHONE) == ("312", "312")
    assert both(world, Field.EMAIL) == ("ours@example.com", "fiona@example.com")
    assert world.link().held == Held(to_quickbooks=(Field.EMAIL,), to_canopy=(Field.FAX,))


def test_where_both_sides_changed_the_policy_has_to_be_as_it_was() -> None:
    """Else it would be asked about, or written the other way; unless only one side had changed."""
    world = edited_on_both()
    told = left(world)

    for policy in (ConflictPolicy.ALWAYS_ASK, ConflictPolicy.CANOPY_WINS):
        world.switch(conflicts=policy, from_canopy_editing=True)
        assert hold_again(world, told).code == "setting_changed"
    world.switch(conflicts=ConflictPolicy.QUICKBOOKS_WINS)
    assert hold_again(world, told).verdict == "applied"
    world.settle()

    assert world.link().held == Held(to_canopy=(Field.EMAIL,))
    of_one = drifted()
    told = left(of_one)
    of_one.switch(conflicts=ConflictPolicy.ALWAYS_ASK)
    assert hold_again(of_one, told).verdict == "applied"


def test_the_later_edit_wins_by_the_times_of_before() -> None:
    """That it was left meanwhile makes neither side's value newer."""
    world = synced()
    world.switch(from_canopy_editing=False, from_qbo_editing=False)
    world.edit_client(email="ours@example.com")
    world.later(minutes=20)
    world.edit_customer("58", email="theirs@example.com")
    world.settle()
    before = world.link()
    assert before.held == Held(to_canopy=(Field.EMAIL,))
    told = left(world)

    hold_again(world, told)

    assert (world.link().held, world.link().changed_at) == (before.held, before.changed_at)


def test_since_when_a_side_differs_is_as_before_where_nobody_saw_it_change() -> None:
    """Else the edit of another field would make it younger than it is."""
    world = drifted()
    world.table.put(replace(world.link(), client_times={}))
    told = left(world)
    world.edit_client(phone="312")
    world.settle()
    world.table.put(replace(world.link(), client_times={}))

    hold_again(world, told)

    assert world.link().changed_at == told.changed_at


def test_it_is_refused_where_something_moved_since_it_was_seen() -> None:
    """By the versions of both sides, and of the link."""
    world = drifted()
    told = left(world)
    token = world.quickbooks.customers[CustomerId("58")].sync_token
    version = world.canopy.clients[ClientId("c-1")].version
    seen: dict[str, Any] = {"customer_sync_token": token, "client_version": version}

    for moved in ({"customer_sync_token": token - 1}, {"client_version": version - 1}, {"link_version": 0}):
        assert hold_again(world, told, **{**seen, **moved}).code == "stale"

    assert hold_again(world, told, **seen, link_version=world.link().version).verdict == "applied"


def test_what_is_no_longer_synced_or_is_asked_about_is_not_held_again() -> None:
    """And nobody knows what was held where the history is gone, or it is another customer by now."""
    world = drifted()
    told = left(world)
    assert hold_again(world, None).code == "nothing_to_hold_again"
    assert hold_again(world, replace(told, customer_id=CustomerId("9"))).code == "nothing_to_hold_again"
    asked = world.copied()
    asked.quickbooks.vendors.add("Frank")
    asked.edit_client(display_name="Frank")
    asked.settle()
    assert asked.link().problem is not None
    assert hold_again(asked, told).code == "question_open"
    world.intent("unmatch", "c-1")
    world.settle()
    assert hold_again(world, told).code == "not_synced"
    world.intent("restore", "c-1")
    world.settle()
    assert hold_again(world, told).verdict == "applied", "it stands as it was left"
    world.intent("disconnect")
    assert hold_again(world, told).code == "not_connected"


def test_a_question_about_other_fields_that_both_sides_changed_stays_open() -> None:
    """It is asked about, and the rest is held."""
    world = drifted()
    told = left(world)
    world.edit_client(phone="1")
    world.quickbooks.edit("58", world.now, fields(phone="2"))
    world.finish()
    problem = world.link().problem
    assert problem is not None
    assert problem.fields == (Field.PHONE,)

    undo = UndoLeaveBoth(
        firm_id=FIRM,
        intent_id=IntentId("i"),
        client_id=ClientId("c-1"),
        version=told.version,
        left=told,
    )
    seen = foresee_undo(world.copied().table, undo, world.now, world.started)
    assert (seen.outcome, seen.writes) == ("undone", {"quickbooks": {}, "canopy": {}})
    assert hold_again(world, told).verdict == "applied"

    assert world.link().problem == problem
    assert world.link().held == told.held


def test_history_tells_of_the_fields_that_were_held_alone() -> None:
    """Also of what nobody had compared yet; and of a link without a customer there is nothing to tell."""
    world = drifted()
    before = replace(world.link(), uncompared=(Field.EMAIL, Field.PHONE))
    world.intent("leave_both", "c-1")

    told = left_apart(before, world.link())

    assert isinstance(told, LeftApart)
    assert (told.version, told.customer_id, told.uncompared) == (world.link().version, "58", (Field.EMAIL,))
    assert set(told.stands) == set(told.agreed) == set(told.changed_at) == {Field.EMAIL, Field.FAX}
    assert left_apart(replace(before, customer_id=None), before) == Refusal("nothing_to_hold_again")

"""An answer is taken back: what it wrote over stands again, and the question is open again if its reason still holds."""

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.codes import RefusalCode
from domain.effects import UpdateClient, UpdateCustomer
from domain.fields import Field
from domain.ids import ClientId, CustomerId, IntentId
from domain.inputs import Choice, UndoAnswer
from domain.outcomes import NameTaken, NotDone, Rejected
from domain.refusals import Refusal
from domain.remembered import Settled
from domain.rows import LinkStatus
from domain.settings import ConflictPolicy
from domain.undone import foresee_undo
from tests.states.states import (
    FREE,
    NAME,
    both_changed,
    customers_merged,
    display_name_taken,
    its_customer,
    loop,
    not_kept,
    possible_duplicate,
    seen,
)
from tests.unit.domain.undoing import answered, emails, take_back, told_of
from tests.unit.domain.world import FIRM, World

EMAIL = Field.EMAIL
BOTH = ("canopy@example.com", "qbo@example.com")


@pytest.mark.parametrize(("choice", "kept"), [("canopy", BOTH[0]), ("quickbooks", BOTH[1])])
def test_the_side_that_gave_way_has_its_value_again_and_the_question_is_open(
    choice: Choice, kept: str
) -> None:
    """Both sides differ as before, though we wrote one of them last: nobody edited anything."""
    world = both_changed()
    settled = answered(world, choice)
    world.settle()
    assert emails(world) == (kept, kept)

    decision = take_back(world, settled)
    world.settle()

    assert (decision.verdict, decision.code) == ("applied", "undo_answer")
    assert decision.facts == {"version": str(settled.version), "question": "both_changed"}
    assert emails(world) == BOTH
    problem = world.link().problem
    assert problem is not None
    assert (problem.code, problem.fields) == ("both_changed", (EMAIL,))
    assert world.link().undoing is None


def test_a_value_of_ones_own_goes_on_both_sides() -> None:
    """Canopy gets its own back, then QuickBooks its own."""
    world = both_changed()
    settled = answered(world, "value", EMAIL, value="typed@example.com")
    world.settle()
    assert emails(world) == ("typed@example.com", "typed@example.com")

    take_back(world, settled)
    first = world.write()
    world.settle()

    assert isinstance(first, UpdateClient)
    assert first.values == {EMAIL: BOTH[0]}
    assert emails(world) == BOTH
    assert world.link().status is LinkStatus.NEEDS_ATTENTION


def test_it_can_be_answered_otherwise_afterwards_and_taken_back_again() -> None:
    """As often as one likes."""
    world = both_changed()
    for choice in ("canopy", "quickbooks", "canopy"):
        settled = answered(world, choice)
        world.settle()
        assert len(set(emails(world))) == 1
        take_back(world, settled)
        world.settle()
        assert emails(world) == BOTH


def test_an_answer_whose_write_has_not_begun_is_withdrawn() -> None:
    """Nothing is sent at all."""
    world = both_changed()
    settled = answered(world, "canopy")
    writes = world.writes

    take_back(world, settled)

    assert world.link().pending == ()
    assert world.link().status is LinkStatus.NEEDS_ATTENTION
    world.settle()
    assert world.writes == writes
    assert emails(world) == BOTH


def test_an_answer_that_waits_behind_another_write_is_withdrawn_and_that_one_goes_on() -> None:
    """Its own write is not even planned yet."""
    world = both_changed()
    world.edit_client(phone="1")
    other = world.begin(world.write())
    settled = answered(world, "canopy")
    assert world.write() == other

    decision = take_back(world, settled)

    assert decision.code == "undo_answer"
    assert world.write() == other
    world.deliver(world.link().key, other, world.carry_out(other))
    assert world.link().pending == ()
    assert emails(world) == BOTH
    assert world.link().status is LinkStatus.NEEDS_ATTENTION


@pytest.mark.parametrize("arrives", [True, False])
def test_a_write_that_may_have_begun_is_looked_for_and_what_it_did_is_put_back(arrives: bool) -> None:
    """Nothing is sent while nobody knows."""
    world = both_changed()
    settled = answered(world, "canopy")
    write = world.begin(world.write())

    take_back(world, settled)

    (looked_for,) = world.link().pending
    assert isinstance(looked_for, UpdateCustomer)
    assert (looked_for.id, looked_for.stop_at is not None) == (write.id, True)
    world.deliver(world.link().key, write, world.carry_out(write) if arrives else NotDone())
    if arrives:
        assert world.write().values == {EMAIL: BOTH[1]}
    world.settle()
    assert emails(world) == BOTH
    assert world.link().status is LinkStatus.NEEDS_ATTENTION


@pytest.mark.parametrize("side", ["canopy", "quickbooks"])
def test_a_field_that_somebody_has_edited_since_is_nobodys_to_undo(side: str) -> None:
    """That edit is somebody's will."""
    world = both_changed()
    settled = answered(world, "canopy")
    world.settle()
    if side == "canopy":
        world.edit_client(email="later@example.com")
    else:
        world.edit_customer(its_customer(world), email="later@example.com")
    world.settle()

    decision = take_back(world, settled)

    assert (decision.verdict, decision.code) == ("refused", "nothing_to_undo")


def test_an_edit_that_is_held_keeps_the_other_side_as_the_answer_left_it() -> None:
    """One side has moved on, though the other still has what the answer let stand."""
    world = both_changed()
    settled = answered(world, "canopy")
    world.settle()
    world.all_off()
    world.edit_client(email="later@example.com")
    world.settle()
    assert emails(world) == ("later@example.com", BOTH[0])

    assert take_back(world, settled).code == "nothing_to_undo"


@pytest.mark.parametrize("choice", ["canopy", "quickbooks"])
def test_a_day_later_a_person_is_asked_as_before_since_a_value_put_back_is_no_later_edit(
    choice: Choice,
) -> None:
    """By their own times both edits are still too close to tell which is right."""
    world = both_changed()
    settled = answered(world, choice)
    world.settle()
    world.later(minutes=24 * 60)

    take_back(world, settled)
    world.settle()

    world.edit_client(phone="1")  # all is compared again
    world.settle()
    assert emails(world) == BOTH
    assert world.link().status is LinkStatus.NEEDS_ATTENTION


def test_an_edit_that_comes_in_between_stays() -> None:
    """QuickBooks says that the customer has moved; what is there now is looked at anew."""
    world = both_changed()
    settled = answered(world, "canopy")
    world.settle()
    take_back(world, settled)
    write = world.begin(world.write())
    world.quickbooks.edit(its_customer(world), world.now, {EMAIL: "later@example.com"})

    world.deliver(world.link().key, write, world.carry_out(write))
    world.settle()

    assert emails(world) == ("later@example.com", "later@example.com")
    assert world.link().undoing is None


def test_only_the_field_that_was_answered_alone_goes_back() -> None:
    """The other one stays answered; the question that is open about it gets both."""
    world = both_changed()
    world.edit_client(phone="1")
    world.quickbooks.edit(its_customer(world), world.now, {Field.PHONE: "2"})
    world.notify(its_customer(world))
    world.settle()
    settled = answered(world, "canopy", EMAIL)
    world.settle()
    assert emails(world) == (BOTH[0], BOTH[0])

    take_back(world, settled)
    world.settle()

    assert emails(world) == BOTH
    problem = world.link().problem
    assert problem is not None
    assert problem.fields == (EMAIL, Field.PHONE)


def test_a_setting_that_settles_it_the_same_way_is_named_before_anything_is_written() -> None:
    """It would be written, and overwritten at once."""
    world = both_changed()
    settled = answered(world, "canopy")
    world.settle()
    world.switch(conflicts=ConflictPolicy.CANOPY_WINS)
    world.settle()

    assert take_back(world, settled).code == "setting_settles_it"


def test_a_setting_that_settles_it_otherwise_does() -> None:
    """The question has no reason any more: QuickBooks wins by now."""
    world = both_changed()
    settled = answered(world, "canopy")
    world.settle()
    world.switch(conflicts=ConflictPolicy.QUICKBOOKS_WINS)
    world.settle()

    take_back(world, settled)
    world.settle()

    assert emails(world) == (BOTH[1], BOTH[1])
    assert world.link().status is LinkStatus.SYNCED


def test_a_switch_that_is_off_holds_no_undo_and_the_answers_push_is_forgotten() -> None:
    """A person asks for it."""
    world = both_changed()
    settled = answered(world, "canopy")
    world.settle()
    world.all_off()

    take_back(world, settled)
    world.settle()

    assert emails(world) == BOTH
    assert world.link().pushed.to_quickbooks == ()


@pytest.mark.parametrize("result", [Rejected(code="2210"), NameTaken()])
def test_where_a_side_will_not_take_its_value_back_the_answer_stands(result: Rejected | NameTaken) -> None:
    """And the line says so; nothing is asked for again."""
    world = both_changed()
    settled = answered(world, "canopy")
    world.settle()
    take_back(world, settled)

    decision = world.finish(result=result)

    assert decision.facts["answer_stands"] == "yes"
    assert world.link().undoing is None
    world.settle()
    assert emails(world) == (BOTH[0], BOTH[0])
    assert world.link().status is LinkStatus.SYNCED


def test_it_is_done_on_what_was_seen_or_not_at_all() -> None:
    """By the versions of link, customer and client."""
    world = both_changed()
    settled = answered(world, "canopy")
    world.settle()
    link = world.link()
    customer = world.customer(its_customer(world)).customer
    assert customer is not None
    assert link.client is not None

    for stale in (
        {"link_version": link.decided_version - 1},
        {"customer_sync_token": customer.sync_token - 1},
        {"client_version": link.client.version + 1},
    ):
        assert take_back(world, settled, **stale).code == "stale"
    seen_now = {"customer_sync_token": customer.sync_token, "client_version": link.client.version}
    assert take_back(world, settled, link_version=link.version, **seen_now).verdict == "applied"


def test_what_stands_in_its_way_is_named() -> None:
    """Each before anything is done."""
    world = both_changed()
    settled = answered(world, "canopy")
    world.settle()
    for prepare, code in (
        (lambda w: seen(w, "archived"), "client_gone"),
        (lambda w: w.edit_customer(its_customer(w), active=False), "customer_inactive"),
        (lambda w: w.intent("unmatch", "c-1"), "not_synced"),
        (lambda w: w.intent("disconnect"), "not_connected"),
        (lambda w: take_back(w, settled), "write_under_way"),
    ):
        other = world.copied()
        prepare(other)
        assert take_back(other, settled).code == code
    assert take_back(world, None).code == "nothing_to_undo"


def test_a_name_that_somebody_else_has_by_now_is_not_given_back() -> None:
    """It is said before."""
    world = both_changed()
    settled = answered(world, "canopy")
    world.settle()
    named = replace(
        settled,
        stands={Field.DISPLAY_NAME: NAME},
        canopy={Field.DISPLAY_NAME: NAME},
        quickbooks={Field.DISPLAY_NAME: "Terry Milkovich"},
    )

    decision = take_back(world, named)

    assert (decision.code, decision.facts) == ("name_taken", {"customer_id": FREE})


def test_another_name_is_taken_back_and_asked_for_again() -> None:
    """Canopy has the old one; who holds it is looked up anew."""
    world = display_name_taken()
    settled = answered(world, "name", value="Fiona G. Gallagher")
    world.settle()
    assert world.link().status is LinkStatus.SYNCED

    take_back(world, settled)
    world.settle()

    problem = world.link().problem
    assert problem is not None
    assert (problem.code, problem.taken) == ("display_name_taken", NAME)
    assert world.canopy.clients[ClientId("c-1")].values[Field.DISPLAY_NAME] == NAME
    assert world.quickbooks.customers[its_customer(world)].values[Field.DISPLAY_NAME] == "Fiona G. Gallagher"


def test_another_name_that_is_still_on_its_way_is_withdrawn() -> None:
    """The customer is not made under it."""
    world = display_name_taken()
    writes = world.writes
    settled = answered(world, "name", value="Fiona G. Gallagher")

    take_back(world, settled)
    world.settle()

    problem = world.link().problem
    assert problem is not None
    assert (problem.code, problem.resume) == ("display_name_taken", "creating")
    assert world.writes == writes


def test_a_value_that_was_not_kept_is_asked_about_again_and_not_sent() -> None:
    """QuickBooks' stands in QuickBooks, Canopy's in Canopy, and a person says."""
    world = not_kept()
    settled = answered(world, "quickbooks")
    world.settle()
    ours, theirs = emails(world)
    assert ours == theirs

    take_back(world, settled)
    world.settle()

    problem = world.link().problem
    assert problem is not None
    assert (problem.code, problem.fields, problem.detail) == ("not_kept", (EMAIL,), "quickbooks")
    assert emails(world) == ("new@example.com", theirs)


def test_what_was_left_is_asked_again_as_long_as_it_looks_alike() -> None:
    """About the same customer, by a question of its own."""
    world = possible_duplicate()
    before = world.link().problem
    settled = answered(world, "leave")
    assert world.link().problem is None
    renamed = world.copied()

    take_back(world, settled)

    problem = world.link().problem
    assert problem is not None
    assert before is not None
    assert (problem.code, problem.customer_id) == ("possible_duplicate", before.customer_id)
    assert problem.id != before.id
    renamed.edit_customer("7", display_name="Somebody Else")
    assert take_back(renamed, settled).code == "nothing_to_undo"


def test_a_customer_that_another_client_has_by_now_is_not_asked_about() -> None:
    """Whose it is is said."""
    world = possible_duplicate()
    settled = answered(world, "leave")
    world.add_client("c-3", toggle=False, display_name="Sheila Jackson")
    world.intent("match", "c-3", customer_id=CustomerId("7"))

    decision = take_back(world, settled)

    assert (decision.code, decision.facts["client_id"]) == ("customer_linked", "c-3")


def test_answers_that_match_or_unmatch_are_taken_back_by_their_own_undo() -> None:
    """And what only went on can't be."""
    told: tuple[tuple[World, Choice, RefusalCode], ...] = (
        (possible_duplicate(), "match", "undone_by_unmatch"),
        (customers_merged(), "leave", "undone_by_restore"),
        (loop(), "go_on", "nothing_to_undo"),
    )
    for world, choice, refusal in told:
        assert told_of(world, world.link(), choice) == Refusal(refusal)


def test_an_undo_goes_on_only_with_the_client_that_is_there() -> None:
    """Archived meanwhile, nothing more is written, and nothing is left to go on with a year later."""
    world = both_changed()
    settled = answered(world, "value", EMAIL, value="typed@example.com")
    world.settle()
    take_back(world, settled)
    write = world.begin(world.write())
    result = world.carry_out(write)
    seen(world, "archived")

    world.deliver(world.link().key, write, result)
    world.settle()

    assert world.link().undoing is None
    assert emails(world)[1] == "typed@example.com"


@pytest.mark.parametrize("choice", ["canopy", "quickbooks", "value"])
def test_the_preview_says_what_comes_of_it(choice: Choice) -> None:
    """By the same decision: fields to be written, and the question."""
    world = both_changed()
    more = {"value": "typed@example.com"} if choice == "value" else {}
    settled = answered(world, choice, EMAIL, **more)
    world.settle()
    table, intent = world.rows(), _asked(world, settled)

    told = foresee_undo(table, intent, world.now + timedelta(seconds=1), world.started)

    assert (told.outcome, told.code) == ("question", "both_changed")
    line = next(each for each in told.fields if each.field is EMAIL)
    take_back(world, settled)
    world.settle()
    assert (line.canopy_after, line.quickbooks_after) == emails(world) == BOTH


def test_the_preview_of_what_is_refused_says_why() -> None:
    """With the code that the act would have."""
    world = both_changed()
    settled = answered(world, "canopy")
    world.settle()
    world.edit_client(email="later@example.com")
    world.settle()

    told = foresee_undo(world.rows(), _asked(world, settled), world.now, world.started)

    assert (told.outcome, told.code) == ("blocked", "nothing_to_undo")


def _asked(world: World, settled: Settled) -> UndoAnswer:
    return UndoAnswer(
        firm_id=FIRM,
        intent_id=IntentId("i"),
        client_id=ClientId("c-1"),
        version=settled.version,
        settled=settled,
    )

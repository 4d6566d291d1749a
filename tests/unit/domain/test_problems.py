"""What needs a person: shown with its reason, holding no more than it must, and tried again when that can help."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from domain.decision import Verdict
from domain.fields import Field
from domain.ids import ClientId, CustomerId
from domain.outcomes import NameTaken, Rejected, Unconfirmed
from domain.problem import Problem
from domain.remembered import Held
from domain.rows import LinkStatus
from domain.settings import ConflictPolicy
from tests.unit.domain.outside import fields
from tests.unit.domain.test_echo import synced
from tests.unit.domain.test_shelving import ASKED
from tests.unit.domain.world import World

SWITCHES = ("from_canopy_creating", "from_canopy_editing", "from_qbo_creating", "from_qbo_editing")


def problem(world: World) -> Problem:
    """Give the open problem of c-1."""
    open_now = world.link().problem
    assert open_now is not None
    return open_now


def name_taken() -> World:
    """Give a world whose client can't be created, since a vendor has its name."""
    world = World()
    world.quickbooks.vendors.add("Fiona Gallagher")
    world.add_client(toggle=True, display_name="Fiona Gallagher", email="fiona@example.com")
    world.settle()
    return world


def asked() -> World:
    """Give a world whose email was edited on both sides within ten minutes."""
    world = synced()
    world.edit_client(email="canopy@example.com")
    world.quickbooks.edit("58", world.now, fields(email="qbo@example.com"))
    world.finish()
    return world


def test_a_taken_name_needs_attention() -> None:
    """Error 6240: only a person can choose, and nothing is tried again by itself."""
    world = name_taken()

    assert world.link().status is LinkStatus.NEEDS_ATTENTION
    assert problem(world).code == "display_name_taken"
    assert problem(world).resume == "creating"
    assert world.settle() == 0


def test_a_rename_in_canopy_tries_again_under_a_new_id() -> None:
    """Another name is another request."""
    world = World()
    world.quickbooks.vendors.add("Fiona Gallagher")
    world.add_client(toggle=True, display_name="Fiona Gallagher")
    first = world.write()
    world.finish()

    world.edit_client(display_name="Fiona G. Gallagher")

    assert world.write().id != first.id
    world.settle()
    assert world.link().status is LinkStatus.SYNCED
    assert world.writes == 1


def test_an_edit_of_another_field_does_not_try_a_taken_name_again() -> None:
    """It would be refused again."""
    world = name_taken()

    world.edit_client(phone="312")

    assert world.link().status is LinkStatus.NEEDS_ATTENTION
    assert world.settle() == 0


def test_a_taken_name_of_a_synced_client_holds_the_name_only() -> None:
    """All other fields keep syncing, both ways."""
    world = synced()
    world.quickbooks.vendors.add("Frank")
    world.edit_client(display_name="Frank", phone="312")
    world.settle()
    world.edit_customer("58", mobile="773")
    world.settle()

    assert problem(world).fields == (Field.DISPLAY_NAME,)
    assert world.quickbooks.customers[CustomerId("58")].values[Field.PHONE] == "312"
    assert world.canopy.clients[ClientId("c-1")].values[Field.MOBILE] == "773"
    assert world.link().status is LinkStatus.NEEDS_ATTENTION


def test_retry_tries_again_under_a_new_id() -> None:
    """The vendor was renamed meanwhile; a person says: try again."""
    world = name_taken()
    world.quickbooks.vendors.clear()

    decision = world.intent("retry", "c-1")

    assert (decision.verdict, decision.code) == (Verdict.APPLIED, "retry")
    world.settle()
    assert world.link().status is LinkStatus.SYNCED


def test_a_retry_goes_through_with_all_four_off() -> None:
    """A person asks for it: of a create, and of an edit."""
    creating = name_taken()
    creating.quickbooks.vendors.clear()
    creating.all_off()
    creating.intent("retry", "c-1")
    creating.settle()
    editing = synced()
    editing.quickbooks.vendors.add("Frank")
    editing.edit_client(display_name="Frank")
    editing.settle()
    editing.quickbooks.vendors.clear()
    editing.all_off()
    editing.intent("retry", "c-1")
    editing.settle()

    assert creating.link().status is LinkStatus.SYNCED
    assert editing.quickbooks.customers[CustomerId("58")].values[Field.DISPLAY_NAME] == "Frank"


def test_a_retry_of_an_edit_in_quickbooks_goes_through_with_all_four_off() -> None:
    """The same the other way round."""
    world = synced()
    world.edit_customer("58", email="not an email")
    world.finish(result=Rejected(code="invalid_email", fields=(Field.EMAIL,)))
    world.all_off()

    world.intent("retry", "c-1")
    world.settle()

    assert world.canopy.clients[ClientId("c-1")].values[Field.EMAIL] == "not an email"


def test_a_retry_is_refused_where_either_side_moved_since_it_was_seen() -> None:
    """Of an edit both sides count; of a create there is only the client."""
    world = synced()
    world.quickbooks.vendors.add("Frank")
    world.edit_client(display_name="Frank")
    world.settle()
    token = world.quickbooks.customers[CustomerId("58")].sync_token
    version = world.canopy.clients[ClientId("c-1")].version
    creating = name_taken()

    for moved in ({"customer_sync_token": token - 1}, {"client_version": version - 1}):
        seen: dict[str, Any] = {"customer_sync_token": token, "client_version": version, **moved}
        assert world.intent("retry", "c-1", **seen).code == "stale"
    assert creating.intent("retry", "c-1", client_version=0).code == "stale"

    assert world.intent("retry", "c-1", customer_sync_token=token, client_version=version).code == "retry"
    now = creating.canopy.clients[ClientId("c-1")].version
    assert creating.intent("retry", "c-1", client_version=now).code == "retry"


def test_a_retry_with_nothing_rejected_is_refused() -> None:
    """Nothing failed."""
    world = synced()

    assert world.intent("retry", "c-1").code == "nothing_to_retry"
    assert asked().intent("retry", "c-1").code == "nothing_to_retry"


def test_a_rejected_edit_needs_attention_and_waits_for_another_value() -> None:
    """QuickBooks does not take it: its code is shown, and another value is tried."""
    world = synced()
    world.edit_client(email="bad@example.com", phone="312")
    world.finish(result=Rejected(code="2210", fields=(Field.EMAIL,)))

    assert problem(world).code == "rejected_by_quickbooks"
    assert problem(world).detail == "2210"
    assert world.write().values == fields(phone="312")
    world.settle()
    world.edit_client(email="good@example.com")
    world.settle()

    assert world.link().status is LinkStatus.SYNCED
    assert world.quickbooks.customers[CustomerId("58")].values[Field.EMAIL] == "good@example.com"


def test_a_rejection_that_names_no_field_holds_all_of_them_until_one_changes() -> None:
    """Nobody knows which it was, so nothing is sent; any other value is worth a new try."""
    world = synced()
    world.edit_client(email="bad@example.com")
    world.finish(result=Rejected(code="6000"))
    assert problem(world).fields == ()
    assert world.settle() == 0

    world.edit_client(email="good@example.com")
    world.settle()

    assert world.link().status is LinkStatus.SYNCED
    assert world.quickbooks.customers[CustomerId("58")].values[Field.EMAIL] == "good@example.com"


def test_a_rejection_that_names_what_was_not_sent_is_not_tried_for_ever() -> None:
    """Holding that field would send the very same again."""
    world = synced()
    world.edit_client(email="bad@example.com")

    world.finish(result=Rejected(code="2050", fields=(Field.COMPANY_NAME,)))

    assert world.link().pending == ()
    assert problem(world).fields == ()


def test_two_refusals_do_not_take_turns() -> None:
    """A name is refused, then a phone: both wait for a person, and neither is tried again by the other."""
    world = synced()
    world.quickbooks.vendors.add("Frank")
    world.edit_client(display_name="Frank")
    world.settle()
    world.edit_client(phone="bad")

    world.finish(result=Rejected(code="2050", fields=(Field.PHONE,)))

    assert world.link().pending == ()
    assert problem(world).fields == (Field.DISPLAY_NAME, Field.PHONE)


def test_canopy_may_reject_too() -> None:
    """The problem says which side."""
    world = synced()
    world.edit_customer("58", email="bad@example.com")

    world.finish(result=Rejected(code="invalid_email", fields=(Field.EMAIL,)))

    assert problem(world).code == "rejected_by_canopy"
    world.edit_customer("58", email="good@example.com")
    world.settle()
    assert world.canopy.clients[ClientId("c-1")].values[Field.EMAIL] == "good@example.com"


def test_what_was_held_before_a_refusal_is_held_after_it() -> None:
    """A refusal in between must not let go what a person has not sent."""
    world = synced()
    world.all_off()
    world.edit_client(phone="312")
    world.switch(from_canopy_editing=True)
    world.settle()
    world.edit_client(email="bad@example.com")
    world.finish(result=Rejected(code="6000"))

    world.edit_client(email="good@example.com")
    world.settle()

    assert world.link().held == Held(to_quickbooks=(Field.PHONE,))
    assert Field.PHONE not in world.quickbooks.customers[CustomerId("58")].values


def test_a_create_that_nobody_can_confirm_is_a_question_and_not_a_second_create() -> None:
    """It may have been done: a person looks."""
    world = World()
    world.add_client(toggle=True, display_name="Fiona Gallagher")

    world.finish(result=Unconfirmed())

    assert problem(world).detail == "unconfirmed"
    assert world.settle() == 0


def test_both_sides_edited_within_ten_minutes_is_a_question_about_that_field() -> None:
    """Nothing of that field is written until a person says whose value stays."""
    world = asked()

    assert world.link().status is LinkStatus.NEEDS_ATTENTION
    assert problem(world).code == "both_changed"
    assert problem(world).fields == (Field.EMAIL,)
    world.edit_client(phone="312")
    world.settle()
    assert world.quickbooks.customers[CustomerId("58")].values[Field.PHONE] == "312"
    assert world.link().status is LinkStatus.NEEDS_ATTENTION


def test_an_answer_lets_canopys_value_stay() -> None:
    """It goes to QuickBooks, the other one is on the timeline, and the question is closed."""
    world = asked()

    decision = world.intent("answer", "c-1", question=problem(world).id, choice="canopy")
    world.settle()

    assert [(c.side, c.before) for c in decision.changes if c.what == "lost"] == [
        ("quickbooks", "qbo@example.com")
    ]
    assert world.quickbooks.customers[CustomerId("58")].values[Field.EMAIL] == "canopy@example.com"
    assert world.link().status is LinkStatus.SYNCED


def test_an_answer_lets_quickbooks_value_stay() -> None:
    """It goes to Canopy."""
    world = asked()

    world.intent("answer", "c-1", question=problem(world).id, choice="quickbooks")
    world.settle()

    assert world.canopy.clients[ClientId("c-1")].values[Field.EMAIL] == "qbo@example.com"
    assert world.link().status is LinkStatus.SYNCED


def test_an_answer_goes_through_with_all_four_off() -> None:
    """A person said so."""
    world = asked()
    world.all_off()

    world.intent("answer", "c-1", question=problem(world).id, choice="canopy")
    world.settle()

    assert world.quickbooks.customers[CustomerId("58")].values[Field.EMAIL] == "canopy@example.com"


def test_an_answer_to_another_question_is_refused() -> None:
    """The question has moved on, or there is none."""
    world = asked()

    assert world.intent("answer", "c-1", question="another", choice="canopy").code == "stale"
    assert synced().intent("answer", "c-1", question="any", choice="canopy").code == "no_question"


def test_a_question_whose_values_have_moved_on_is_another_question() -> None:
    """An answer to what was shown before is refused: nobody has seen what stands there now."""
    world = asked()
    shown = problem(world).id

    world.edit_client(email="newer@example.com")

    assert problem(world).id != shown
    assert world.intent("answer", "c-1", question=shown, choice="canopy").code == "stale"


def test_a_question_that_settles_itself_is_closed() -> None:
    """Both sides are made equal by hand."""
    world = asked()

    world.edit_client(email="qbo@example.com")

    assert world.link().problem is None
    assert world.link().status is LinkStatus.SYNCED
    assert world.link().changed_at == {}
    assert world.settle() == 0


def test_an_answer_while_another_field_is_written_is_not_lost() -> None:
    """One side went back to what was agreed before: the answer still makes both sides equal."""
    world = asked()
    world.edit_client(phone="312")
    world.begin(world.write())
    question = problem(world).id

    world.intent("answer", "c-1", question=question, choice="quickbooks")
    world.settle()

    client, customer = world.canopy.clients[ClientId("c-1")], world.quickbooks.customers[CustomerId("58")]
    assert client.values == customer.values
    assert client.values[Field.EMAIL] == "qbo@example.com"


def test_a_taken_name_does_not_make_a_question_forgotten() -> None:
    """Both sides edited one field, and the name is refused: after the rename the question is still asked."""
    world = asked()
    world.edit_client(display_name="Frank")
    world.finish(result=NameTaken())
    assert problem(world).code == "display_name_taken"

    world.edit_client(display_name="Fiona G.")
    world.settle()

    assert problem(world).code == "both_changed"
    assert problem(world).fields == (Field.EMAIL,)


def test_edits_further_apart_are_not_asked_about() -> None:
    """The later wins, and the losing value is on the timeline."""
    world = synced()
    world.edit_client(email="canopy@example.com")
    world.begin(world.write())
    world.now += timedelta(hours=1)
    world.quickbooks.edit("58", world.now, fields(email="qbo@example.com"))

    decision = world.finish()
    world.settle()

    assert world.canopy.clients[ClientId("c-1")].values[Field.EMAIL] == "qbo@example.com"
    assert [c.before for c in decision.changes if c.what == "lost"] == ["canopy@example.com"]


def test_a_policy_changed_while_a_question_is_open_settles_it() -> None:
    """The links are planned again as the settings are now."""
    world = asked()

    world.switch(conflicts=ConflictPolicy.QUICKBOOKS_WINS)
    world.settle()

    assert world.link().status is LinkStatus.SYNCED
    assert world.canopy.clients[ClientId("c-1")].values[Field.EMAIL] == "qbo@example.com"


def test_a_question_about_a_client_that_is_deleted_goes_with_it() -> None:
    """A taken name, then the client is deleted in Canopy: there is nothing left to ask, nor to try again."""
    world = name_taken()
    client = world.link().client
    assert client is not None
    world.hear(replace(client, version=2, presence="deleted"), "deleted")

    refused = world.intent("retry", "c-1")

    assert (world.link().status, world.link().reason) == ("not_synced", "client_deleted")
    assert (refused.verdict, refused.code) == (Verdict.REFUSED, "nothing_to_retry")


@pytest.mark.parametrize("state", ASKED)
def test_an_open_question_outlives_every_switch(state: str) -> None:
    """Off and on again: it is the same question, and nothing was sent meanwhile."""
    world = ASKED[state]()
    before, writes = world.link().problem, world.writes
    assert before is not None

    for on in (False, True):
        for switch in SWITCHES:
            turned: dict[str, Any] = {switch: on}
            world.switch(**turned)
            world.settle()
            assert world.link().problem == before
    assert world.writes == writes

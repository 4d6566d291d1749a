"""Undo: an unmatch can be taken back for ever, unless the customer is taken or gone."""

from collections.abc import Callable

import pytest

from domain.decision import Verdict
from domain.fields import Field
from domain.ids import ClientId, CustomerId
from domain.rows import LinkStatus
from domain.settings import ConflictPolicy
from tests.unit.domain.test_echo import synced
from tests.unit.domain.test_matching import unmatched
from tests.unit.domain.test_unmatching import unmatched_while_writing
from tests.unit.domain.world import World


def test_undo_links_them_again() -> None:
    """Nothing has drifted: synced again, and nothing is written."""
    world = synced()
    world.intent("unmatch", "c-1")

    decision = world.intent("restore", "c-1")

    assert (decision.verdict, decision.code) == (Verdict.APPLIED, "restore")
    assert world.link().status is LinkStatus.SYNCED
    assert world.link().customer_id == CustomerId("58")
    assert world.link().choice == "on"
    assert world.link().former is None
    assert world.settle() == 0


def test_undo_works_after_a_thousand_other_events() -> None:
    """There is no end to it."""
    world = synced()
    world.intent("unmatch", "c-1")
    world.add_client("c-2", toggle=False, display_name="Debbie")
    for number in range(1000):
        world.edit_client("c-2" if number % 2 else "c-1", phone=str(number))

    world.intent("restore", "c-1")
    world.settle()

    assert world.link().status is LinkStatus.SYNCED
    assert world.quickbooks.customers[CustomerId("58")].values[Field.PHONE] == "998"


def test_undo_is_refused_when_the_customer_belongs_to_another_client() -> None:
    """With who has it, and since when."""
    world = synced()
    world.intent("unmatch", "c-1")
    world.add_client("c-2", toggle=False, display_name="Fiona Gallagher", email="fiona@example.com")
    world.intent("match", "c-2", customer_id="58")

    decision = world.intent("restore", "c-1")

    assert (decision.verdict, decision.code) == (Verdict.REFUSED, "customer_linked")
    assert decision.facts["client_id"] == "c-2"
    assert decision.facts["actor"] == "user:dana"
    assert "since" in decision.facts
    assert world.link().former is not None


def test_undo_is_refused_when_the_customer_is_gone() -> None:
    """QuickBooks no longer knows it."""
    world = synced()
    world.intent("unmatch", "c-1")
    del world.quickbooks.customers[CustomerId("58")]
    world.notify("58", time=world.now)
    world.finish_read("58")

    assert world.intent("restore", "c-1").code == "customer_gone"


def test_undo_is_refused_where_there_was_no_unmatch() -> None:
    """There is nothing to take back."""
    world = synced()

    assert world.intent("restore", "c-1").code == "nothing_to_restore"


def test_undo_after_a_customer_was_gone_is_refused_with_that_reason() -> None:
    """The link was taken apart because the customer went, not by a person."""
    world = synced()
    del world.quickbooks.customers[CustomerId("58")]
    world.notify("58", time=world.now)
    world.finish_read("58")

    assert world.link().status is LinkStatus.NOT_SYNCED
    assert world.intent("restore", "c-1").code == "customer_gone"


def test_what_drifted_on_one_side_is_carried_over() -> None:
    """Each side's edit goes to the other."""
    world = synced()
    world.intent("unmatch", "c-1")
    world.edit_client(phone="312")
    world.edit_customer("58", mobile="773")

    world.intent("restore", "c-1")
    world.settle()

    client, customer = world.canopy.clients[ClientId("c-1")], world.quickbooks.customers[CustomerId("58")]
    assert client.values == customer.values
    assert (client.values[Field.PHONE], client.values[Field.MOBILE]) == ("312", "773")


@pytest.mark.parametrize(
    ("policy", "winner"),
    [(ConflictPolicy.CANOPY_WINS, "canopy@example.com"), (ConflictPolicy.QUICKBOOKS_WINS, "qbo@example.com")],
)
def test_what_drifted_on_both_sides_goes_by_the_policy(policy: ConflictPolicy, winner: str) -> None:
    """As if the link had been there all the time; the losing value is on the timeline."""
    world = synced()
    world.switch(conflicts=policy)
    world.settle()
    world.intent("unmatch", "c-1")
    world.edit_client(email="canopy@example.com")
    world.edit_customer("58", email="qbo@example.com")

    decision = world.intent("restore", "c-1")
    world.settle()

    assert world.canopy.clients[ClientId("c-1")].values[Field.EMAIL] == winner
    assert world.quickbooks.customers[CustomerId("58")].values[Field.EMAIL] == winner
    assert [change.field for change in decision.changes if change.what == "lost"] == [Field.EMAIL]


def test_what_drifted_on_both_sides_at_about_the_same_time_is_asked() -> None:
    """Within ten minutes nobody can say which was later."""
    world = synced()
    world.intent("unmatch", "c-1")
    world.edit_client(email="canopy@example.com")
    world.edit_customer("58", email="qbo@example.com")

    world.intent("restore", "c-1")

    problem = world.link().problem
    assert problem is not None
    assert problem.fields == (Field.EMAIL,)
    assert world.settle() == 0


@pytest.mark.parametrize("canopy_is_later", [True, False])
def test_of_what_drifted_on_both_sides_the_later_edit_wins_and_not_the_side_edited_last(
    canopy_is_later: bool,
) -> None:
    """A field's time is that of its own edit; another field of that side, edited since, says nothing of it."""
    world = synced()
    world.intent("unmatch", "c-1")
    edits: list[Callable[[], object]] = [
        lambda: world.edit_client(email="canopy@example.com"),
        lambda: world.edit_customer("58", email="qbo@example.com"),
    ]
    others: list[Callable[[], object]] = [
        lambda: world.edit_client(phone="1"),
        lambda: world.edit_customer("58", mobile="2"),
    ]
    first, second = (1, 0) if canopy_is_later else (0, 1)
    for edit in (edits[first], edits[second], others[first]):
        world.later(minutes=30)
        edit()

    world.intent("restore", "c-1")
    world.settle()

    winner = "canopy@example.com" if canopy_is_later else "qbo@example.com"
    assert world.canopy.clients[ClientId("c-1")].values[Field.EMAIL] == winner
    assert world.quickbooks.customers[CustomerId("58")].values[Field.EMAIL] == winner


def test_both_sides_edited_to_the_same_are_in_step() -> None:
    """Agreed without a write, and nothing is left to compare."""
    world = synced()
    world.intent("unmatch", "c-1")
    world.edit_client(email="same@example.com")
    world.edit_customer("58", email="same@example.com")

    world.intent("restore", "c-1")

    assert world.settle() == 0
    assert world.link().changed_at == {}
    assert world.link().problem is None


def test_what_drifted_while_the_switches_are_off_is_held() -> None:
    """The link returns; what would go by itself waits until a person says so."""
    world = synced()
    world.all_off()
    world.intent("unmatch", "c-1")
    world.edit_client(phone="312")

    world.intent("restore", "c-1")

    assert world.link().status is LinkStatus.SYNCED
    assert world.link().held.to_quickbooks == (Field.PHONE,)
    assert world.settle() == 0


def test_undo_while_a_write_is_still_looked_for_goes_on_with_it() -> None:
    """The same request under the same id: nothing is written twice."""
    world = unmatched_while_writing()
    write = world.write()

    world.intent("restore", "c-1")

    assert world.link().status is LinkStatus.SYNCED
    assert world.write().id == write.id
    assert world.write().stop_at is None
    world.settle()
    assert world.quickbooks.writes == 2


def test_undo_with_the_switch_off_looks_on_for_the_write() -> None:
    """What a switch holds is not sent again, not even by undo, and the link does not hang on it."""
    world = unmatched_while_writing()
    world.switch(from_canopy_editing=False)

    world.intent("restore", "c-1")

    assert world.link().status is LinkStatus.SYNCED
    assert world.write().stop_at is not None
    world.settle()
    assert world.link().status is LinkStatus.SYNCED


def test_undo_while_a_create_is_still_looked_for_goes_on_with_it() -> None:
    """One customer, whatever happens."""
    world = World()
    world.add_client(toggle=True, display_name="Fiona Gallagher")
    world.carry_out(world.write())
    world.intent("unmatch", "c-1")

    world.intent("restore", "c-1")
    assert world.link().status is LinkStatus.CREATING
    world.settle()

    assert world.link().status is LinkStatus.SYNCED
    assert world.writes == 1


def test_undo_carries_out_a_match_that_was_not_written() -> None:
    """What the person had confirmed is done after all."""
    world = unmatched()
    world.intent("match", "c-1", customer_id="7")
    world.later(minutes=1)
    world.intent("unmatch", "c-1")

    world.intent("restore", "c-1")

    assert world.link().status is LinkStatus.MATCHING
    world.settle()
    assert world.quickbooks.customers[CustomerId("7")].values[Field.DISPLAY_NAME] == "Fiona Gallagher"


def test_undo_does_not_carry_out_a_match_on_what_nobody_saw() -> None:
    """The customer was edited after the unmatch: look again, and match."""
    world = unmatched()
    world.intent("match", "c-1", customer_id="7")
    world.intent("unmatch", "c-1")
    world.edit_customer("7", email="theirs@example.com")

    assert world.intent("restore", "c-1").code == "stale"
    assert world.settle() == 0


def test_undo_returns_to_the_last_customer() -> None:
    """Matched with one, unmatched, matched with another, unmatched: undo takes back the last."""
    world = synced()
    world.intent("unmatch", "c-1")
    world.know_customer("8", display_name="Frank", email="fiona@example.com")
    world.intent("match", "c-1", customer_id="8")
    world.quickbooks.customers.pop(CustomerId("58"))
    world.settle()
    world.intent("unmatch", "c-1")

    world.intent("restore", "c-1")

    assert world.link().customer_id == CustomerId("8")

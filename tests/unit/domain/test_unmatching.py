"""Unmatching takes a link apart; what is under way is looked for, and nothing is sent any more."""

import pytest

from domain.agreed import Pair
from domain.decision import Verdict
from domain.fields import Field
from domain.ids import ClientId, CustomerId
from domain.obstacles import Obstacle
from domain.outcomes import CustomerGone, Deferred, NotDone, Result, Unconfirmed
from domain.remembered import Former
from domain.rows import LinkStatus, Reason
from tests.unit.domain.outside import fields
from tests.unit.domain.test_echo import synced
from tests.unit.domain.test_matching import unmatched
from tests.unit.domain.world import World


def former(world: World, client: str = "c-1") -> Former:
    """Give what an unmatch kept."""
    kept = world.link(client).former
    assert kept is not None
    return kept


def test_an_unmatched_client_no_longer_syncs() -> None:
    """Unmatching a client switches its sync off; later edits stay where they were made."""
    world = synced()

    decision = world.intent("unmatch", "c-1")
    world.edit_client(email="canopy@example.com")
    world.edit_customer("58", email="quickbooks@example.com")

    assert (decision.verdict, decision.code) == (Verdict.APPLIED, "unmatch")
    assert world.link().status is LinkStatus.NOT_SYNCED
    assert world.link().reason is Reason.UNMATCHED
    assert world.link().choice == "off"
    assert world.settle() == 0


def test_an_unmatch_keeps_all_that_undo_needs() -> None:
    """Which customer, what was agreed, when and by whom."""
    world = synced()
    agreed = world.link().agreed

    world.intent("unmatch", "c-1")

    assert former(world) == Former(
        customer_id=CustomerId("58"), agreed=agreed, unmatched_at=world.now, unmatched_by="user:dana"
    )


def test_a_customer_that_was_let_go_can_be_matched_with_another_client() -> None:
    """The customer is free again."""
    world = synced()
    world.add_client("c-2", toggle=False, display_name="Fiona Gallagher", email="fiona@example.com")
    world.intent("unmatch", "c-1")

    world.intent("match", "c-2", customer_id="58")

    assert world.link("c-2").customer_id == CustomerId("58")


def test_a_write_that_has_not_started_is_withdrawn() -> None:
    """Nothing was sent, so nothing is."""
    world = synced()
    world.edit_client(email="new@example.com")

    world.intent("unmatch", "c-1")

    assert world.link().status is LinkStatus.NOT_SYNCED
    assert world.link().pending == ()
    assert world.quickbooks.writes == 1


def unmatched_while_writing() -> World:
    """Give a world whose client is unmatched while its email is being written."""
    world = synced()
    world.edit_client(email="new@example.com")
    world.begin(world.write())
    world.intent("unmatch", "c-1")
    return world


def test_a_write_under_way_is_only_looked_for() -> None:
    """The link is being unmatched until its fate is known; the customer is not free before."""
    world = unmatched_while_writing()
    world.add_client("c-2", toggle=False, display_name="Debbie")

    assert world.link().status is LinkStatus.UNMATCHING
    assert world.write().stop_at is not None
    assert world.intent("match", "c-2", customer_id="58").code == "customer_linked"
    assert world.intent("unmatch", "c-1").code == "already_unmatched"


def test_a_write_under_way_that_was_done_is_agreed() -> None:
    """Undo then finds both sides in step."""
    world = unmatched_while_writing()

    world.finish()

    assert world.link().status is LinkStatus.NOT_SYNCED
    assert former(world).agreed[Field.EMAIL] == Pair("new@example.com", "new@example.com")
    world.intent("restore", "c-1")
    assert world.settle() == 0


def test_a_write_under_way_that_was_not_done_is_forgotten() -> None:
    """It is not tried again; undo would find the drift."""
    world = unmatched_while_writing()

    world.finish(result=NotDone())

    assert world.link().status is LinkStatus.NOT_SYNCED
    assert former(world).unconfirmed == ()
    assert world.settle() == 0
    world.intent("restore", "c-1")
    assert world.write().values == fields(email="new@example.com")


def test_a_write_under_way_of_which_nobody_can_say_is_shown_as_unconfirmed() -> None:
    """The fields stay named, so that a person can look."""
    world = unmatched_while_writing()

    world.finish(result=Unconfirmed())

    assert world.link().status is LinkStatus.NOT_SYNCED
    assert former(world).unconfirmed == (Field.EMAIL,)
    assert world.settle() == 0


@pytest.mark.parametrize(
    "result", [None, NotDone(), Unconfirmed(), CustomerGone(customer_id=CustomerId("58"))]
)
def test_what_is_seen_while_it_is_being_unmatched_plans_nothing(result: Result | None) -> None:
    """Edits on both sides arrive in between: remembered, and not carried over."""
    world = unmatched_while_writing()

    world.edit_client(phone="312")
    world.notify("58", time=world.now)
    world.quickbooks.edit("58", world.now, fields(mobile="773"))
    world.finish_read("58")
    assert world.link().status is LinkStatus.UNMATCHING
    world.finish(result=result)

    assert world.link().status is LinkStatus.NOT_SYNCED
    assert world.settle() == 0
    assert Field.PHONE not in world.quickbooks.customers[CustomerId("58")].values


def test_a_write_to_canopy_under_way_is_looked_for_too() -> None:
    """The same the other way round."""
    world = synced()
    world.edit_customer("58", email="new@example.com")
    world.begin(world.write())
    world.intent("unmatch", "c-1")

    world.finish()

    assert former(world).agreed[Field.EMAIL] == Pair("new@example.com", "new@example.com")
    assert world.canopy.clients[ClientId("c-1")].values[Field.EMAIL] == "new@example.com"


def test_a_create_that_has_not_started_is_withdrawn() -> None:
    """No customer is created."""
    world = World()
    world.add_client(toggle=True, display_name="Fiona Gallagher")

    world.intent("unmatch", "c-1")

    assert world.link().reason is Reason.UNMATCHED
    assert world.settle() == 0
    assert world.writes == 0


def test_a_create_under_way_that_was_done_can_be_restored() -> None:
    """The customer that it still made is the one that undo links, and it is not created twice."""
    world = World()
    world.add_client(toggle=True, display_name="Fiona Gallagher")
    world.begin(world.write())
    world.intent("unmatch", "c-1")
    assert world.link().status is LinkStatus.UNMATCHING

    world.finish()

    assert world.link().status is LinkStatus.NOT_SYNCED
    assert former(world).customer_id == CustomerId("58")
    world.intent("restore", "c-1")
    assert world.settle() == 0
    assert world.link().status is LinkStatus.SYNCED
    assert world.writes == 1


def test_a_create_under_way_that_was_not_done_leaves_nothing() -> None:
    """There is no customer, so there is nothing to undo."""
    world = World()
    world.add_client(toggle=True, display_name="Fiona Gallagher")
    world.begin(world.write())
    world.intent("unmatch", "c-1")

    world.finish(result=NotDone())

    assert world.link().status is LinkStatus.NOT_SYNCED
    assert world.intent("restore", "c-1").code == "nothing_to_restore"


def test_a_write_that_waits_for_another_try_is_looked_for_as_well() -> None:
    """It was sent once, and may have been done; the row waits no more."""
    world = synced()
    world.edit_client(email="new@example.com")
    world.finish(result=Deferred(until=world.now, why=Obstacle.THROTTLED))

    world.intent("unmatch", "c-1")

    assert world.link().status is LinkStatus.UNMATCHING
    assert world.link().waiting is None


def test_unmatching_what_needs_attention_closes_the_question() -> None:
    """No question without a link."""
    world = World()
    world.quickbooks.vendors.add("Fiona Gallagher")
    world.add_client(toggle=True, display_name="Fiona Gallagher")
    world.settle()
    assert world.link().problem is not None

    world.intent("unmatch", "c-1")

    assert world.link().problem is None
    assert world.edit_client(display_name="Fiona G.").verdict is Verdict.SKIPPED
    assert world.settle() == 0


def test_unmatching_twice_is_refused() -> None:
    """There is no link."""
    world = synced()
    world.intent("unmatch", "c-1")

    assert world.intent("unmatch", "c-1").code == "already_unmatched"


def test_a_match_withdrawn_before_it_was_written_overwrote_nothing() -> None:
    """The customer keeps its values."""
    world = unmatched()
    world.intent("match", "c-1", customer_id="7")

    world.intent("unmatch", "c-1")

    assert world.settle() == 0
    assert world.quickbooks.customers[CustomerId("7")].values[Field.DISPLAY_NAME] == "F. Gallagher"


def test_a_customer_gone_while_a_write_to_canopy_is_under_way_is_let_go_afterwards() -> None:
    """The read says gone while the link waits for another answer: it is taken apart when that is back."""
    world = synced()
    world.edit_customer("58", phone="312")
    world.begin(world.write())
    del world.quickbooks.customers[CustomerId("58")]
    world.notify("58", time=world.now)
    world.finish_read("58")
    assert world.link().status is LinkStatus.SYNCED

    world.finish()

    assert world.link().reason is Reason.CUSTOMER_GONE
    assert world.settle() == 0

"""A person says which customer a client is; Canopy's values then overwrite QuickBooks', and nothing else does."""

from dataclasses import replace

import pytest

from domain.decision import Verdict
from domain.effects import UpdateCustomer
from domain.fields import Field
from domain.ids import ClientId, CustomerId
from domain.outcomes import CustomerGone, CustomerMoved, NameTaken
from domain.rows import LinkStatus, Reason
from tests.unit.domain.outside import fields
from tests.unit.domain.world import World


def unmatched() -> World:
    """Give a world with client c-1 and customer 7, which differ."""
    world = World()
    world.add_client(toggle=False, display_name="Fiona Gallagher", email="fiona@example.com")
    world.know_customer("7", display_name="F. Gallagher", email="fiona@example.com", phone="312")
    return world


def test_a_match_overwrites_only_what_differs_and_is_not_empty() -> None:
    """Equal fields are not sent; what Canopy has empty, and what only QuickBooks has, stays in QuickBooks."""
    world = unmatched()

    decision = world.intent("match", "c-1", customer_id="7")

    write = world.write()
    assert isinstance(write, UpdateCustomer)
    assert write.for_match
    assert write.asked_by == "person"
    assert write.values == fields(display_name="Fiona Gallagher")
    assert (decision.verdict, decision.code) == (Verdict.APPLIED, "match")
    assert world.link().status is LinkStatus.MATCHING
    world.settle()
    assert world.link().status is LinkStatus.SYNCED
    assert world.quickbooks.customers[CustomerId("7")].values == fields(
        display_name="Fiona Gallagher", email="fiona@example.com", phone="312"
    )


def test_what_a_match_kept_in_quickbooks_does_not_go_to_canopy_later() -> None:
    """The kept value is agreed as it is: after the match nothing more is written."""
    world = unmatched()
    world.intent("match", "c-1", customer_id="7")
    world.settle()

    assert world.writes == 1
    assert Field.PHONE not in world.canopy.clients[ClientId("c-1")].values
    assert world.link().changed_at == {}


def test_an_edit_of_a_kept_field_is_carried_like_any_other() -> None:
    """A field kept at the match syncs from its next edit on."""
    world = unmatched()
    world.intent("match", "c-1", customer_id="7")
    world.settle()

    world.edit_customer("7", phone="773")
    world.settle()

    assert world.canopy.clients[ClientId("c-1")].values[Field.PHONE] == "773"


def test_equal_sides_are_synced_without_a_write() -> None:
    """There is nothing to overwrite."""
    world = World()
    world.add_client(toggle=False, display_name="Fiona Gallagher")
    world.know_customer("7", display_name="Fiona Gallagher", phone="312")

    world.intent("match", "c-1", customer_id="7")

    assert world.link().status is LinkStatus.SYNCED
    assert world.settle() == 0


def test_a_customer_that_is_linked_elsewhere_is_refused_with_who_and_when() -> None:
    """One link a customer: the refusal names the other client, the person and the time."""
    world = unmatched()
    world.intent("match", "c-1", customer_id="7")
    world.settle()
    world.add_client("c-2", toggle=False, display_name="Debbie Gallagher")

    decision = world.intent("match", "c-2", customer_id="7")

    assert (decision.verdict, decision.code) == (Verdict.REFUSED, "customer_linked")
    since = world.link("c-1").since
    assert since is not None
    assert decision.facts == {
        "customer_id": "7",
        "client_id": "c-1",
        "actor": "user:dana",
        "since": since.isoformat(),
    }
    assert world.link("c-2").status is LinkStatus.NOT_SYNCED


def test_a_client_that_is_linked_already_is_refused() -> None:
    """Unmatch it first."""
    world = unmatched()
    world.intent("match", "c-1", customer_id="7")
    world.settle()
    world.know_customer("8", display_name="Frank")

    assert world.intent("match", "c-1", customer_id="8").code == "already_linked"


def test_customers_that_can_not_be_matched_are_refused_each_with_its_reason() -> None:
    """Unknown, gone, inactive, or a sub-customer or project."""
    world = unmatched()
    assert world.intent("match", "c-1", customer_id="404").code == "customer_unknown"

    world.edit_customer("7", active=False)
    assert world.intent("match", "c-1", customer_id="7").code == "customer_inactive"

    job = replace(world.quickbooks.customers[CustomerId("7")], job=True, active=True, sync_token=9)
    world.quickbooks.customers[CustomerId("7")] = job
    world.notify("7", time=world.now)
    world.finish_read("7")
    assert world.intent("match", "c-1", customer_id="7").code == "customer_is_job"

    world.notify("7", time=world.now)
    world.finish_read("7", CustomerGone(customer_id=CustomerId("7")))
    assert world.intent("match", "c-1", customer_id="7").code == "customer_gone"
    assert world.link().status is LinkStatus.NOT_SYNCED


def test_an_unknown_client_is_refused() -> None:
    """Its event has not come yet."""
    world = unmatched()

    assert world.intent("match", "c-404", customer_id="7").code == "client_unknown"


def test_an_archived_client_is_refused() -> None:
    """Restore it in Canopy first."""
    world = unmatched()
    client = world.canopy.clients[ClientId("c-1")]
    world.hear(replace(client, version=2, presence="archived"), "archived")

    assert world.intent("match", "c-1", customer_id="7").code == "client_gone"


def test_a_match_of_what_has_moved_on_since_it_was_shown_is_refused() -> None:
    """The link was decided on by somebody else, or the customer edited: look again."""
    world = unmatched()
    shown = world.link().version
    world.know_customer("8", display_name="Frank")
    world.intent("match", "c-1", customer_id="8")
    world.settle()
    world.intent("unmatch", "c-1")

    stale_link = world.intent("match", "c-1", customer_id="7", link_version=shown)
    token = world.customer("7").customer
    assert token is not None
    world.edit_customer("7", phone="999")
    stale_customer = world.intent("match", "c-1", customer_id="7", customer_sync_token=token.sync_token)

    assert (stale_link.verdict, stale_link.code) == (Verdict.REFUSED, "stale")
    assert (stale_customer.verdict, stale_customer.code) == (Verdict.REFUSED, "stale")


def test_echoes_and_reads_make_no_intent_stale() -> None:
    """Only status, customer, question and choice do."""
    world = unmatched()
    shown = world.link().version
    world.edit_client(mobile="773")
    world.notify("7", time=world.now)
    world.finish_read("7")

    decision = world.intent("match", "c-1", customer_id="7", link_version=shown, customer_sync_token=0)

    assert decision.verdict is Verdict.APPLIED


def test_a_customer_edited_before_the_overwrite_arrived_is_not_overwritten() -> None:
    """Nobody saw those values: back to not synced, with the reason; nothing of the customer's is lost."""
    world = unmatched()
    world.intent("match", "c-1", customer_id="7")
    world.quickbooks.edit("7", world.now, fields(phone="999"))
    result = world.carry_out(world.write())
    assert isinstance(result, CustomerMoved)

    world.deliver(world.link().key, world.write(), result)

    assert world.link().status is LinkStatus.NOT_SYNCED
    assert world.link().reason is Reason.MATCH_STALE
    assert world.settle() == 0
    assert world.quickbooks.customers[CustomerId("7")].values[Field.DISPLAY_NAME] == "F. Gallagher"


def test_a_match_after_a_stale_one_goes_through() -> None:
    """The person looked again."""
    world = unmatched()
    world.intent("match", "c-1", customer_id="7")
    world.quickbooks.edit("7", world.now, fields(phone="999"))
    world.finish()

    world.intent("match", "c-1", customer_id="7", customer_sync_token=1)
    world.settle()

    assert world.link().status is LinkStatus.SYNCED


def test_a_customer_that_is_gone_when_the_overwrite_arrives_is_let_go() -> None:
    """QuickBooks answers 610: the link says so, and neither match nor restore offers that customer again."""
    world = unmatched()
    world.intent("match", "c-1", customer_id="7")

    world.finish(result=CustomerGone(customer_id=CustomerId("7")))

    assert world.link().reason is Reason.CUSTOMER_GONE
    assert world.intent("restore", "c-1").code == "customer_gone"
    assert world.intent("match", "c-1", customer_id="7").code == "customer_gone"


def test_an_edit_while_the_match_is_written_follows_it() -> None:
    """The overwrite is frozen; what was edited meanwhile goes after it."""
    world = unmatched()
    world.intent("match", "c-1", customer_id="7")

    world.edit_client(mobile="773")
    world.finish()

    assert world.write().values == fields(mobile="773")


def test_a_match_whose_name_is_taken_needs_attention_and_keeps_the_customer() -> None:
    """A vendor has the name: a person must act, and nobody else can take the customer meanwhile."""
    world = unmatched()
    world.add_client("c-2", toggle=False, display_name="Debbie")
    world.intent("match", "c-1", customer_id="7")

    world.finish(result=NameTaken())

    problem = world.link().problem
    assert problem is not None
    assert problem.resume == "matching"
    assert world.intent("match", "c-2", customer_id="7").code == "customer_linked"
    world.edit_client(display_name="Fiona G. Gallagher")
    world.settle()
    assert world.link().status is LinkStatus.SYNCED


def test_a_match_that_needs_attention_does_not_overwrite_what_nobody_saw() -> None:
    """The customer was edited while the match waited for another name: tried again, it is stale."""
    world = unmatched()
    world.intent("match", "c-1", customer_id="7")
    world.finish(result=NameTaken())
    world.edit_customer("7", email="theirs@example.com")

    world.edit_client(display_name="Fiona G. Gallagher")
    world.settle()

    assert world.quickbooks.customers[CustomerId("7")].values[Field.EMAIL] == "theirs@example.com"
    assert world.link().reason is Reason.MATCH_STALE


@pytest.mark.parametrize("how", ["retry", "rename"])
def test_a_match_is_not_tried_again_on_a_customer_that_is_inactive_now(how: str) -> None:
    """It can't be written: the match is taken back, and the row says why."""
    world = unmatched()
    world.intent("match", "c-1", customer_id="7")
    world.finish(result=NameTaken())
    world.edit_customer("7", active=False)

    if how == "retry":
        world.intent("retry", "c-1")
    else:
        world.edit_client(display_name="Fiona G. Gallagher")

    assert world.link().status is LinkStatus.NOT_SYNCED
    assert world.link().reason is Reason.MATCH_STALE

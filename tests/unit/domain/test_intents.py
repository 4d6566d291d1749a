"""An intent is decided once and on what its person saw; what came of our work is never dropped."""

from datetime import timedelta
from typing import Any

import pytest

from domain.decision import Verdict
from domain.effects import UpdateCustomer
from domain.fields import Field
from domain.ids import ClientId, CustomerId, EffectId, link_key
from domain.obstacles import Obstacle
from domain.outcomes import ClientSaved, CustomerSaved, Deferred, NotDone, StepDue
from domain.remembered import Waiting
from domain.rows import LinkStatus
from tests.unit.domain.outside import fields
from tests.unit.domain.test_echo import synced
from tests.unit.domain.test_matching import unmatched
from tests.unit.domain.world import REALM, World


@pytest.mark.parametrize("kind", ["unmatch", "restore", "match", "create", "push", "retry", "answer"])
def test_a_intent_that_was_decided_is_not_decided_again(kind: str) -> None:
    """Asked twice under one id, carried out or refused once: the second leaves a record and changes nothing."""
    world = synced()
    of_kind = {"match": {"customer_id": "7"}, "answer": {"question": "any", "choice": "canopy"}}
    more: dict[str, Any] = dict(of_kind.get(kind, {}))
    world.intent(kind, "c-1", intent_id="i-once", **more)
    world.settle()
    row = world.link()

    again = world.intent(kind, "c-1", intent_id="i-once", **more)

    assert (again.verdict, again.code) == (Verdict.SKIPPED, "repeat")
    assert world.link().status is row.status
    assert world.settle() == 0


def test_a_intent_refused_for_an_unknown_client_is_not_carried_out_when_it_is_repeated() -> None:
    """Its person was told no: the client that came meanwhile changes nothing."""
    world = World()
    world.know_customer("7", display_name="Frank")
    refused = world.intent("match", "c-1", customer_id="7", intent_id="i-once")
    world.add_client(toggle=False, display_name="Frank")

    again = world.intent("match", "c-1", customer_id="7", intent_id="i-once")

    assert refused.code == "client_unknown"
    assert (again.verdict, again.code) == (Verdict.SKIPPED, "repeat")
    assert world.link().status is LinkStatus.NOT_SYNCED


def test_settings_and_connect_are_decided_once_too() -> None:
    """The same id again changes nothing."""
    world = World(connected=False)
    world.intent("connect", realm_id=REALM, intent_id="i-connect")
    world.settle()
    settings = world.firm.settings
    world.intent("settings", settings=settings, intent_id="i-settings")
    world.settle()

    assert world.intent("connect", realm_id=REALM, intent_id="i-connect").code == "repeat"
    assert world.intent("settings", settings=settings, intent_id="i-settings").code == "repeat"
    assert world.settle() == 0


@pytest.mark.parametrize("kind", ["unmatch", "push", "retry", "create", "restore"])
def test_a_intent_about_what_has_moved_on_is_refused(kind: str) -> None:
    """Somebody else decided on this link since it was shown."""
    world = synced()
    shown = world.link().version
    world.intent("unmatch", "c-1")

    decision = world.intent(kind, "c-1", link_version=shown)

    assert (decision.verdict, decision.code) == (Verdict.REFUSED, "stale")


def test_a_refusal_changes_nothing_but_that_it_was_given() -> None:
    """The row is written with its refusal, and is as it was."""
    world = synced()
    before = world.link()

    decision = world.intent("match", "c-1", customer_id="404")

    after = world.link()
    assert decision.verdict is Verdict.REFUSED
    assert (after.status, after.customer_id, after.agreed) == (
        before.status,
        before.customer_id,
        before.agreed,
    )
    assert after.decided_version == before.decided_version


def test_what_a_create_is_refused_for() -> None:
    """Linked already, or just being written."""
    world = synced()
    assert world.intent("create", "c-1").code == "already_linked"

    world.add_client("c-2", toggle=True, display_name="Debbie")
    assert world.intent("create", "c-2").code == "write_under_way"


def test_a_match_while_a_customer_is_being_created_is_refused() -> None:
    """Two customers for one client would come of it."""
    world = World()
    world.add_client(toggle=True, display_name="Fiona")
    world.know_customer("7", display_name="Frank")

    assert world.intent("match", "c-1", customer_id="7").code == "write_under_way"


def test_what_waits_for_another_try_says_so_until_it_is_done() -> None:
    """The lane tells when it tries again, and why; the outcome clears it."""
    world = synced()
    world.edit_client(phone="312")
    write, until = world.write(), world.now + timedelta(minutes=1)

    decision = world.deliver(
        world.link().key, world.begin(write), Deferred(until=until, why=Obstacle.THROTTLED)
    )
    assert (decision.verdict, decision.code) == (Verdict.APPLIED, "deferred")
    assert world.link().waiting == Waiting(until=until, why=Obstacle.THROTTLED)
    assert world.write() == write
    world.finish()

    assert world.link().waiting is None


def test_waiting_makes_no_intent_stale() -> None:
    """It is no decision of anybody's."""
    world = synced()
    shown = world.link().version
    world.edit_client(phone="312")
    world.finish(result=Deferred(until=world.now, why=Obstacle.THROTTLED))

    assert world.intent("unmatch", "c-1", link_version=shown).verdict is Verdict.APPLIED


def test_an_outcome_that_nobody_awaits_is_an_observation() -> None:
    """The customer that it shows is taken in, and what changed there goes to Canopy."""
    world = synced()
    edited = world.quickbooks.edit("58", world.now, fields(phone="312"))
    stranger = UpdateCustomer(
        id=EffectId("gone"),
        customer_id=CustomerId("58"),
        sync_token=0,
        values={},
        asked_by="rule",
        planned_at=world.now,
    )

    decision = world.deliver(world.link().key, stranger, CustomerSaved(customer=edited))

    assert (decision.verdict, decision.code) == (Verdict.SKIPPED, "not_awaited")
    world.settle()
    assert world.canopy.clients[ClientId("c-1")].values[Field.PHONE] == "312"


def test_a_client_in_an_outcome_that_nobody_awaits_is_taken_in() -> None:
    """And the other way round."""
    world = synced()
    edited = world.canopy.edit("c-1", world.now, fields(phone="312"))
    stranger = UpdateCustomer(
        id=EffectId("gone"),
        customer_id=CustomerId("58"),
        sync_token=0,
        values={},
        asked_by="rule",
        planned_at=world.now,
    )

    world.deliver(world.link().key, stranger, ClientSaved(client=edited))
    world.settle()

    assert world.quickbooks.customers[CustomerId("58")].values[Field.PHONE] == "312"


def test_the_same_outcome_twice_counts_once() -> None:
    """The second finds nothing that awaits it."""
    world = synced()
    world.edit_client(phone="312")
    write = world.write()
    outcome = world.carry_out(write)
    world.deliver(world.link().key, write, outcome)

    again = world.deliver(world.link().key, write, outcome)

    assert again.code == "not_awaited"
    assert world.settle() == 0


def test_an_outcome_of_a_row_that_does_not_exist_leaves_a_record() -> None:
    """Nothing is dropped without a word."""
    world = World()
    world.add_client(toggle=True, display_name="Fiona")
    write = world.write()

    decision = world.deliver(link_key(world.firm.firm_id, ClientId("c-404")), write, NotDone())

    assert (decision.verdict, decision.code) == (Verdict.SKIPPED, "not_awaited")


def test_an_answer_of_the_wrong_kind_changes_nothing() -> None:
    """A step that is due is no answer to a listing, nor to a read."""
    world = World(connected=False)
    world.intent("connect", realm_id=REALM)
    listing = world.firm.pending[0]

    assert world.deliver(world.firm.key, listing, StepDue()).code == "no_such_answer"
    assert listing in world.firm.pending
    world.settle()
    world.quickbooks.add(world.now, fields(display_name="Frank"), "7")
    world.notify("7")
    assert world.finish_read("7", StepDue()).code == "no_such_answer"


def test_a_match_after_the_customer_was_let_go_by_its_client_goes_through() -> None:
    """Unmatched by one, matched by another, and the first can be matched elsewhere."""
    world = unmatched()
    world.add_client("c-2", toggle=False, display_name="F. Gallagher")
    world.intent("match", "c-1", customer_id="7")
    world.settle()
    world.intent("unmatch", "c-1")

    assert world.intent("match", "c-2", customer_id="7").verdict is Verdict.APPLIED
    world.know_customer("8", display_name="Eight")
    assert world.intent("match", "c-1", customer_id="8").verdict is Verdict.APPLIED

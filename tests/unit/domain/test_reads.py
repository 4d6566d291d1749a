"""Reads are metered, so a notification is read only if no answer of ours covers it, and none is lost."""

from datetime import timedelta

import pytest

from domain.decision import Verdict
from domain.effects import ReadCustomer
from domain.fields import Field
from domain.ids import ClientId, CustomerId
from domain.outcomes import CustomerRead, NameTaken
from domain.rows import LinkStatus, Reason
from tests.unit.domain.outside import fields
from tests.unit.domain.test_echo import synced
from tests.unit.domain.world import LONG_AGO, World


def read_of(world: World, customer: str) -> ReadCustomer:
    """Give a customer's pending read."""
    (read,) = world.customer(customer).reads
    return read


def creating() -> World:
    """Give a world with customer 7, in which a customer is being created."""
    world = World()
    world.know_customer("7", display_name="Frank")
    world.add_client(toggle=True, display_name="Fiona Gallagher")
    return world


def test_a_notification_is_read() -> None:
    """It says that something changed, not what."""
    world = World()
    world.quickbooks.add(world.now, fields(display_name="Frank"), "7", created=LONG_AGO)

    decision = world.notify("7")

    assert (decision.verdict, decision.code) == (Verdict.APPLIED, "customer_noticed")
    assert read_of(world, "7").not_before is None


def test_a_notification_long_before_what_we_hold_is_not_read() -> None:
    """What it tells of we have seen, though no notification led to it."""
    world = World()
    world.know_customer("7", display_name="Frank")

    decision = world.notify("7", time=world.now - timedelta(minutes=2))

    assert (decision.verdict, decision.code) == (Verdict.SKIPPED, "already_read")
    assert world.settle() == 0


def test_several_notifications_before_a_read_has_started_are_one_read() -> None:
    """It will show them all."""
    world = World()
    world.quickbooks.add(world.now, fields(display_name="Frank"), "7", created=LONG_AGO)

    for _ in range(3):
        world.quickbooks.edit("7", world.now, fields(phone=str(world.now)))
        world.notify("7")

    assert world.settle() == 1


def test_a_notification_after_a_read_has_started_plans_another() -> None:
    """The read may have missed it."""
    world = World()
    old = world.quickbooks.add(world.now, fields(display_name="Frank"), "7", created=LONG_AGO)
    world.notify("7")
    first = world.begin(read_of(world, "7"))
    world.quickbooks.edit("7", world.now, fields(phone="312"))
    world.notify("7")

    world.finish_read("7", CustomerRead(customer=old))

    assert read_of(world, "7").id != first.id
    world.settle()
    assert world.customer("7").customer == world.quickbooks.customers[CustomerId("7")]


def test_what_came_after_a_read_had_started_is_read_once_more_and_no_more() -> None:
    """Nobody can say what it saw; the second one began after all of them."""
    world = World()
    world.quickbooks.add(world.now, fields(display_name="Frank"), "7", created=LONG_AGO)
    world.notify("7")
    world.begin(read_of(world, "7"))
    for _ in range(5):
        world.quickbooks.edit("7", world.now, fields(phone=str(world.now)))
        world.notify("7")

    world.finish_read("7")

    assert world.settle() == 1
    assert world.customer("7").customer == world.quickbooks.customers[CustomerId("7")]


def test_a_notification_during_our_write_waits_for_its_outcome() -> None:
    """The write may be all that it tells of, and then one read in the quiet after it shows nothing new."""
    world = synced()
    world.edit_client(phone="312")
    outcome = world.carry_out(world.write())
    world.notify("58")
    assert read_of(world, "58").not_before == world.now + timedelta(seconds=30)

    world.deliver(world.link().key, world.write(), outcome)

    assert read_of(world, "58").not_before is None
    assert world.settle() == 1


def test_a_notification_later_than_our_writes_answer_is_read_then() -> None:
    """Somebody else has edited too."""
    world = synced()
    world.edit_client(phone="312")
    outcome = world.carry_out(world.write())
    world.quickbooks.edit("58", world.now + timedelta(seconds=5), fields(mobile="773"))
    world.notify("58")

    world.deliver(world.link().key, world.write(), outcome)

    assert read_of(world, "58").not_before is None
    world.settle()
    assert world.canopy.clients[ClientId("c-1")].values[Field.MOBILE] == "773"


def test_a_put_off_read_that_has_started_is_not_dropped() -> None:
    """Its time came before the outcome: its answer is awaited."""
    world = synced()
    world.edit_client(phone="312")
    outcome = world.carry_out(world.write())
    world.notify("58")
    read = world.begin(read_of(world, "58"))

    world.deliver(world.link().key, world.write(), outcome)

    assert read_of(world, "58").id == read.id
    assert world.settle() == 1


def test_a_read_that_runs_before_its_time_answers_no_more_than_came_before_it() -> None:
    """After a take-over it counts as begun, and runs at once when the write's answer is in: what is saved then is read."""
    world = synced()
    world.edit_client(phone="312")
    outcome = world.carry_out(world.write())
    world.notify("58")
    world.begin(read_of(world, "58"))
    world.deliver(world.link().key, world.write(), outcome)
    world.finish_read("58")

    world.quickbooks.edit("58", world.now, fields(mobile="773"))
    world.notify("58")
    world.settle()

    assert world.canopy.clients[ClientId("c-1")].values[Field.MOBILE] == "773"


@pytest.mark.parametrize("done", [True, False])
def test_any_notification_during_a_create_waits_for_it(done: bool) -> None:
    """It may tell of the customer that we are creating; all are let go at its outcome."""
    world = creating()
    world.quickbooks.edit("7", world.now, fields(phone="312"))
    world.notify("7")
    assert read_of(world, "7").not_before is not None

    world.finish(result=None if done else NameTaken())

    assert read_of(world, "7").not_before is None
    world.settle()
    known = world.customer("7").customer
    assert known is not None
    assert known.values[Field.PHONE] == "312"


def test_reads_wait_as_long_as_any_customer_is_being_created() -> None:
    """Two creates: the first outcome lets go of nothing but its own."""
    world = creating()
    world.add_client("c-2", toggle=True, display_name="Debbie")
    world.quickbooks.edit("7", world.now, fields(phone="312"))
    world.notify("7")

    world.finish("c-1")
    assert read_of(world, "7").not_before is not None
    world.finish("c-2")

    assert read_of(world, "7").not_before is None


def test_the_notification_of_our_own_create_is_read_once_its_outcome_is_in() -> None:
    """Somebody may have edited the new customer in the same second; it is read once, and creates nothing."""
    world = creating()
    outcome = world.carry_out(world.write())
    created = next(name for name in world.quickbooks.customers if name != CustomerId("7"))
    world.notify(created)

    world.deliver(world.link().key, world.write(), outcome)

    assert world.settle() == 1
    assert len(world.quickbooks.customers) == 2


def test_one_outcome_lets_go_of_no_more_reads_than_fit_into_a_decision() -> None:
    """The others wait out their thirty seconds."""
    world = creating()
    for number in range(150):
        world.quickbooks.add(world.now, fields(display_name=f"Customer {number}"), f"n-{number}")
        world.notify(f"n-{number}")

    decision = world.finish()

    assert len(decision.rows) <= 102
    world.settle()
    assert all(world.customer(f"n-{number}").customer is not None for number in range(150))


def test_an_unmatch_while_a_read_waits_loses_nothing() -> None:
    """The write that it waited for is withdrawn; the read takes place when its time comes."""
    world = synced()
    world.edit_client(phone="312")
    world.quickbooks.edit("58", world.now, fields(mobile="773"))
    world.notify("58")

    world.intent("unmatch", "c-1")
    world.settle()

    known = world.customer("58").customer
    assert known is not None
    assert known.values[Field.MOBILE] == "773"
    assert world.link().pending == ()


def test_an_older_sync_token_never_overwrites_a_newer() -> None:
    """Answers of reads may overtake one another; one more read, at once, tells that from a company that went back."""
    world = synced()
    old = world.quickbooks.customers[CustomerId("58")]
    world.edit_customer("58", phone="312")
    world.settle()
    world.notify("58", time=world.now)

    world.finish_read("58", CustomerRead(customer=old))

    known = world.customer("58").customer
    assert known is not None
    assert known.sync_token == 1
    assert read_of(world, "58").not_before is None
    assert world.settle() == 1
    assert world.customer("58").behind is None


def test_a_customer_that_was_gone_and_is_there_again_is_known_again() -> None:
    """Whatever its sync token."""
    world = World()
    world.know_customer("7", display_name="Frank")
    kept = world.quickbooks.customers.pop(CustomerId("7"))
    world.notify("7", time=world.now)
    world.finish_read("7")
    gone = world.customer("7").customer
    assert gone is not None
    assert gone.gone

    world.quickbooks.customers[kept.customer_id] = kept
    world.notify("7", time=world.now)
    world.finish_read("7")

    assert world.customer("7").customer == kept


def test_an_old_answer_told_twice_does_not_bring_back_a_customer_that_is_gone() -> None:
    """It shows what was before."""
    world = World()
    world.know_customer("7", display_name="Frank")
    world.notify("7", time=world.now)
    read = read_of(world, "7")
    answer = world.carry_out(read)
    world.deliver(world.customer("7").key, read, answer)
    del world.quickbooks.customers[CustomerId("7")]
    world.notify("7", time=world.now)
    world.finish_read("7")

    world.deliver(world.customer("7").key, read, answer)

    known = world.customer("7").customer
    assert known is not None
    assert known.gone


def test_an_answer_that_comes_after_a_customer_was_found_gone_is_looked_at_again() -> None:
    """A write is done and its answer lost; the customer goes; asked again, QuickBooks repeats its old answer."""
    world = synced()
    world.edit_client(email="new@example.com")
    write = world.write()
    old_answer = world.carry_out(write)
    del world.quickbooks.customers[CustomerId("58")]
    world.notify("58", time=world.now)
    world.finish_read("58")

    world.deliver(world.link().key, write, old_answer)
    world.settle()

    assert world.link().status is LinkStatus.NOT_SYNCED
    assert world.link().reason is Reason.CUSTOMER_GONE

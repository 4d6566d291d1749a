"""A customer that went into another one and is made active again can be matched, and is not taken away by an old message."""

from dataclasses import replace

import pytest

from domain.effects import ReadCustomer
from domain.ids import CustomerId
from domain.outcomes import CustomerRead
from domain.rows import LinkStatus
from tests.states.states import OTHERS, customers_merged
from tests.unit.domain.outside import fields
from tests.unit.domain.test_survivors import linked_with_the_first, merged
from tests.unit.domain.world import World

LOSER, SURVIVOR = CustomerId("1"), CustomerId("2")


def told() -> World:
    """The client's customer went into another one, and the link has followed."""
    world = linked_with_the_first()
    merged(world, LOSER, SURVIVOR)
    world.notify(SURVIVOR, deleted=LOSER)
    world.settle()
    assert world.link().customer_id == SURVIVOR
    return world


@pytest.mark.parametrize("looked_at_inactive", [False, True])
def test_the_loser_of_a_merge_that_is_made_active_again_can_be_matched(*, looked_at_inactive: bool) -> None:
    """Whether or not we saw it inactive between; the link that followed stays where it is."""
    world = told()
    if looked_at_inactive:
        world.edit_customer(LOSER)
    world.edit_customer(LOSER, active=True)
    world.settle()
    assert world.link().customer_id == SURVIVOR

    world.add_client("c-2", toggle=False, display_name="Frank")
    assert world.intent("match", "c-2", customer_id=LOSER).code == "match"
    world.settle()
    assert world.link("c-2").customer_id == LOSER


def test_it_is_looked_at_when_a_listing_shows_it_active() -> None:
    """The notification may be lost."""
    world = told()
    world.edit_customer(LOSER)
    world.quickbooks.edit(LOSER, world.now, {}, active=True)
    world.later(minutes=20)
    world.settle()

    assert world.customer(LOSER).merged_into is None


def test_while_it_is_inactive_it_has_gone_into_the_other_one() -> None:
    """However often it is edited there."""
    world = told()
    world.edit_customer(LOSER, phone="1")
    world.edit_customer(LOSER, phone="2")

    assert world.customer(LOSER).merged_into == SURVIVOR
    world.add_client("c-2", toggle=False, display_name="Frank")
    assert world.intent("match", "c-2", customer_id=LOSER).code == "customer_gone"


def test_a_read_that_began_before_we_heard_of_the_merge_shows_nothing() -> None:
    """It may show what stood there before: the customer is read once more."""
    world = linked_with_the_first()
    edited = world.quickbooks.edit(LOSER, world.now, fields(phone="1"))
    world.notify(LOSER)
    (read,) = (each for each in world.customer(LOSER).pending if isinstance(each, ReadCustomer))
    world.begin(read)
    merged(world, LOSER, SURVIVOR)
    world.notify(SURVIVOR, deleted=LOSER)

    world.deliver(world.customer(LOSER).key, read, CustomerRead(customer=edited))

    assert world.customer(LOSER).merged_into == SURVIVOR
    assert world.customer(LOSER).reads
    world.settle()
    assert world.customer(LOSER).merged_into == SURVIVOR


@pytest.mark.parametrize("late", [0, 60])
def test_a_merge_that_is_told_again_takes_it_away_no_more_and_a_new_one_does(*, late: float) -> None:
    """By the notification's own time."""
    world = told()
    time = world.quickbooks.customers[SURVIVOR].updated_at
    world.edit_customer(LOSER, active=True)
    world.later(minutes=late)
    world.notify(SURVIVOR, deleted=LOSER, time=time)
    world.settle()
    assert world.customer(LOSER).merged_into is None

    world.later(minutes=1)
    merged(world, LOSER, SURVIVOR)
    world.notify(SURVIVOR, deleted=LOSER)
    assert world.customer(LOSER).merged_into == SURVIVOR


def test_a_customer_that_was_never_seen_before_its_merge_comes_back_once_it_is_newer_than_when_it_was() -> (
    None
):
    """What the first look shows may be of before."""
    world = World()
    world.quickbooks.add(world.now, fields(display_name="Frank"), LOSER)
    world.know_customer(SURVIVOR, display_name="Fiona")
    merged(world, LOSER, SURVIVOR)
    world.notify(SURVIVOR, deleted=LOSER)
    world.settle()
    world.edit_customer(LOSER)
    assert world.customer(LOSER).merged_into == SURVIVOR

    world.edit_customer(LOSER, active=True)
    assert world.customer(LOSER).merged_into is None


def test_who_keeps_the_customer_is_no_question_once_the_other_one_is_back() -> None:
    """The client has its own again."""
    world = customers_merged()
    customer = world.link().customer_id
    assert customer is not None
    known = world.customer(customer).customer
    assert known is not None
    world.quickbooks.customers[customer] = replace(known, gone=False)
    world.edit_customer(customer, active=True)
    world.settle()

    assert (world.link().problem, world.link().status) == (None, LinkStatus.SYNCED)
    assert world.link().customer_id == customer
    assert world.link("c-2").customer_id == OTHERS


def test_what_is_no_newer_than_when_we_heard_of_the_merge_may_be_a_copy_that_lags() -> None:
    """A read that began later, and shows the customer active as it was before, says nothing."""
    world = linked_with_the_first()
    world.notify(SURVIVOR, deleted=LOSER)
    world.notify(LOSER, time=world.now)
    world.settle()

    assert world.customer(LOSER).merged_into == SURVIVOR

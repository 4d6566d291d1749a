"""A notification that a read has answered costs nothing, whatever its clock, and no save is missed for its sake."""

from datetime import datetime, timedelta

import pytest

from domain.decision import Decision
from domain.ids import CustomerId
from tests.unit.domain.outside import fields
from tests.unit.domain.world import LONG_AGO, World

ABOUT = "7"


def known() -> World:
    """Give a world with a customer that was read, long after it had last changed."""
    world = World()
    world.quickbooks.add(world.now, fields(display_name="Frank"), ABOUT, created=LONG_AGO)
    world.notify(ABOUT)
    world.settle()
    world.later(minutes=30)
    return world


def a_moment_later(world: World, seconds: float = 0.1) -> None:
    """Let the next input come so soon, and not a second later as others do."""
    world.now += timedelta(seconds=seconds - 1)


def told(world: World, time: datetime) -> Decision:
    """A notification of this time comes a moment later."""
    a_moment_later(world)
    return world.notify(ABOUT, time=time)


def reads(world: World) -> int:
    """Make the reads that are pending; gives how many."""
    done = 0
    while pending := world.customer(ABOUT).reads:
        not_before = pending[0].not_before
        world.now = max(world.now, not_before or world.now)
        a_moment_later(world)
        world.begin(pending[0])
        world.finish_read(ABOUT)
        done += 1
    return done


def is_known(world: World) -> bool:
    """Say whether we hold the customer as it is."""
    return world.customer(ABOUT).customer == world.quickbooks.customers[CustomerId(ABOUT)]


@pytest.mark.parametrize("rounded", [True, False])
def test_the_second_save_within_a_second_arrives(rounded: bool) -> None:
    """Its notification may name the same whole second, and so does the record."""
    world = known()
    second = world.now.replace(microsecond=0)
    world.quickbooks.edit(ABOUT, second, fields(phone="first"))
    told(world, second if rounded else second + timedelta(milliseconds=20))
    assert reads(world) == 1

    world.quickbooks.edit(ABOUT, second, fields(phone="second"))
    told(world, second if rounded else second + timedelta(milliseconds=400))

    assert reads(world) == 1
    assert is_known(world)


@pytest.mark.parametrize("rounded", [True, False])
@pytest.mark.parametrize("apart", [0.01, 0.3, 1.0, 60.0])
def test_a_notification_that_comes_a_hundred_times_costs_hardly_any_read(rounded: bool, apart: float) -> None:
    """One for the first; one more where more may have been saved in the whole second that it names."""
    world = known()
    time = world.now.replace(microsecond=0 if rounded else 123_000)
    world.quickbooks.edit(ABOUT, time.replace(microsecond=0), fields(phone="first"))

    made = 0
    for _ in range(100):
        a_moment_later(world, apart)
        world.notify(ABOUT, time=time)
        made += reads(world)

    assert made <= (2 if rounded else 1)
    assert is_known(world)


def test_many_notifications_produced_again_long_after_cost_no_read() -> None:
    """Whatever they told of was read long ago."""
    world = known()
    times = []
    for number in range(10):
        world.later(minutes=1)
        world.quickbooks.edit(ABOUT, world.now, fields(phone=str(number)))
        times.append(world.now + timedelta(milliseconds=number))
        world.notify(ABOUT, time=times[-1])
        world.settle()
    world.later(minutes=60)

    decisions = [world.notify(ABOUT, time=time) for _ in range(5) for time in times]

    assert {decision.code for decision in decisions} == {"already_read"}


@pytest.mark.parametrize("lag", [timedelta(seconds=2), timedelta(seconds=50)])
def test_a_notification_whose_clock_lags_behind_the_records_is_read(lag: timedelta) -> None:
    """Its time is compared with that of other notifications, and not with the record's."""
    world = known()
    world.quickbooks.edit(ABOUT, world.now, fields(phone="first"))
    told(world, world.now - lag)
    reads(world)
    world.later(minutes=0.1)
    world.quickbooks.edit(ABOUT, world.now, fields(phone="second"))

    told(world, world.now - lag)

    assert reads(world) == 1
    assert is_known(world)


def test_a_notification_of_the_future_hides_no_later_one() -> None:
    """It counts as of when it was taken in."""
    world = known()
    told(world, world.now + timedelta(hours=20))
    reads(world)
    world.later(minutes=1)
    world.quickbooks.edit(ABOUT, world.now, fields(phone="312"))

    told(world, world.now)

    assert reads(world) == 1
    assert is_known(world)


def test_what_lay_in_its_topic_while_we_read_costs_nothing() -> None:
    """The read began after it was written there: it saw all that the notification can tell of."""
    world = known()
    lay_there = world.now
    world.later(minutes=5)
    world.quickbooks.edit(ABOUT, lay_there, fields(phone="312"))
    world.notify(ABOUT, time=world.now)
    reads(world)
    read = world.now

    world.now = lay_there
    decision = world.notify(ABOUT, time=read)

    assert decision.code == "already_read"


def test_a_read_that_had_begun_before_answers_nothing_that_came_later() -> None:
    """It may not have seen it, however soon that came."""
    world = known()
    time = world.now
    told(world, time + timedelta(milliseconds=1))
    (read,) = world.customer(ABOUT).reads
    world.begin(read)
    before = world.quickbooks.customers[CustomerId(ABOUT)]
    world.quickbooks.edit(ABOUT, world.now, fields(phone="312"))
    told(world, time + timedelta(milliseconds=2))
    after = world.quickbooks.customers[CustomerId(ABOUT)]
    world.quickbooks.customers[CustomerId(ABOUT)] = before
    world.finish_read(ABOUT)
    world.quickbooks.customers[CustomerId(ABOUT)] = after

    assert reads(world) == 1
    assert is_known(world)

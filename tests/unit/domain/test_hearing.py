"""By what a change in QuickBooks was heard of, and how many no notification ever told of; how often that is looked for."""

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.effects import ListCustomers
from domain.ids import CustomerId, EffectId
from domain.lane_policy import Send, Wait, next_step
from domain.outcomes import CustomersListed
from domain.remembered import Heard
from domain.sweep_pace import SHORTEST, SweepPace
from tests.unit.domain.outside import fields
from tests.unit.domain.test_echo import synced
from tests.unit.domain.world import REALM, START, World

QUARTER = SHORTEST / timedelta(minutes=1)


def sweep_of(world: World) -> ListCustomers:
    """The sweep that is due next."""
    (sweep,) = [each for each in world.firm.pending if isinstance(each, ListCustomers)]
    return sweep


def sweep(world: World) -> None:
    """Let its time come, and it be carried out."""
    world.later(minutes=QUARTER)
    done = sweep_of(world)
    world.deliver(world.firm.key, done, world.carry_out(done))
    world.settle()


def edit_untold(world: World, customer: str, **values: str) -> None:
    """Somebody edits a customer, and no notification comes."""
    world.quickbooks.edit(customer, world.now, fields(**values))


def stamp(world: World, customer: str = "58") -> str | None:
    """By what the customer's last change was heard of."""
    heard = world.customer(customer).heard
    return heard.by if heard is not None else None


def test_what_a_notification_told_of_is_found_by_the_sweep_too() -> None:
    """First by the one, then by both; it counts once, however many sweeps show it."""
    world = synced()
    world.edit_customer("58", phone="312")
    assert stamp(world) == "webhook"
    world.settle()
    assert world.firm.heard == Heard()

    sweep(world)
    assert stamp(world) == "both"
    again = sweep_of(world)
    world.deliver(
        world.firm.key, again, CustomersListed(customers=tuple(world.quickbooks.customers.values()))
    )

    assert world.firm.heard == Heard(told=1)


def test_what_no_notification_told_of_is_missed() -> None:
    """Until one comes after all: then it was late."""
    world = synced()
    edit_untold(world, "58", phone="312")
    sweep(world)
    assert (stamp(world), world.firm.heard) == ("sweep", Heard(untold=1))
    assert world.firm.heard.missed == 1

    world.notify("58")
    world.finish_read("58")
    world.settle()
    assert (stamp(world), world.firm.heard) == ("both", Heard(untold=1, late=1))
    assert world.firm.heard.missed == 0

    world.notify("58", time=world.now)
    world.settle()
    assert world.firm.heard == Heard(untold=1, late=1)


def test_a_sweep_that_comes_before_the_read_misses_nothing() -> None:
    """The notification was there, and its read waits."""
    world = synced()
    edit_untold(world, "58", phone="312")
    world.notify("58")
    done = sweep_of(world)
    world.deliver(world.firm.key, done, world.carry_out(done))
    world.settle()

    assert (stamp(world), world.firm.heard) == ("both", Heard(told=1))


def test_our_own_writes_are_no_changes_to_hear_of() -> None:
    """Neither where the answer told us, nor where a write of ours is under way and its answer was lost."""
    world = synced()
    world.edit_client("c-1", phone="312")
    world.settle()
    sweep(world)
    assert (stamp(world), world.firm.heard) == (None, Heard())

    world.edit_client("c-1", phone="313")
    write = world.write("c-1")
    world.carry_out(write)
    done = sweep_of(world)
    world.deliver(world.firm.key, done, world.carry_out(done))
    assert (stamp(world), world.firm.heard) == (None, Heard())


def test_the_first_listing_misses_nobody() -> None:
    """All that it finds was there before we were."""
    world = World(connected=False)
    world.quickbooks.add(world.now, fields(display_name="Ana"), "58")
    world.intent("connect", realm_id=REALM)
    world.settle()

    assert (stamp(world), world.firm.heard) == (None, Heard())


@pytest.mark.parametrize("lost", [0, 3, 10])
def test_of_ten_changes_just_the_lost_ones_are_missed(lost: int) -> None:
    """0, 30 and 100 %: one sweep later all is known, and the count is exact."""
    world = synced()
    for n in range(10):
        world.know_customer(f"{100 + n}", display_name=f"Customer {n}")
    world.settle()
    sweep(world)
    before = world.firm.heard
    world.later(minutes=6)  # beyond the overlap of two sweeps
    for n in range(10):
        name = f"{100 + n}"
        if n < lost:
            edit_untold(world, name, phone="312")
        else:
            world.edit_customer(name, phone="312")
    sweep(world)

    after = world.firm.heard
    assert (after.untold - before.untold, after.told - before.told) == (lost, 10 - lost)
    for number, there in world.quickbooks.customers.items():
        assert world.customer(number).customer == there


def test_sweeps_are_rarer_until_one_finds_something_untold() -> None:
    """Also on an earlier page of it."""
    world = synced()
    quiet = []
    for _ in range(3):
        quiet.append(sweep_of(world).quiet)
        sweep(world)
    edit_untold(world, "58", phone="312")
    world.later(minutes=QUARTER)
    done = sweep_of(world)
    seen = world.quickbooks.customers[CustomerId("58")]
    first = CustomersListed(customers=(seen,), cursor="2")
    world.deliver(world.firm.key, done, first)
    assert sweep_of(world).missed
    world.deliver(world.firm.key, sweep_of(world), CustomersListed(customers=()))
    quiet.append(sweep_of(world).quiet)
    sweep(world)
    quiet.append(sweep_of(world).quiet)

    assert quiet == [0, 1, 2, 0, 1]


def test_the_next_sweep_begins_where_quickbooks_says_that_this_one_did() -> None:
    """By its clock and the first page, whenever this one was due; a clock ahead of ours is not believed."""
    world = synced()
    world.later(minutes=300)
    as_of = world.now - timedelta(minutes=10)
    world.deliver(world.firm.key, sweep_of(world), CustomersListed(customers=(), cursor="2", as_of=as_of))
    later = CustomersListed(customers=(), as_of=world.now)
    world.deliver(world.firm.key, sweep_of(world), later)
    assert sweep_of(world).since == as_of - timedelta(minutes=5)

    ahead = CustomersListed(customers=(), as_of=world.now + timedelta(days=1))
    world.deliver(world.firm.key, sweep_of(world), ahead)
    assert sweep_of(world).since == world.now - timedelta(minutes=5)


@pytest.mark.parametrize(
    ("pace", "minutes"),
    [
        (SweepPace(), [15, 15, 15, 15, 15, 15]),
        (SweepPace(longest=timedelta(hours=2)), [15, 30, 60, 120, 120, 120]),
        (SweepPace(longest=timedelta(hours=2), saving=True), [90, 180, 360, 720, 720, 720]),
        (SweepPace(longest=timedelta(hours=24), saving=True), [90, 180, 360, 720, 1440, 1440]),
    ],
    ids=["as planned", "two hours", "saving", "saving, a day"],
)
def test_how_long_it_is_to_the_next_sweep(pace: SweepPace, minutes: list[int]) -> None:
    """After 0, 1, 2, … that found nothing untold."""
    world = synced()
    waits = []
    for quiet in range(6):
        planned = replace(sweep_of(world), quiet=quiet, not_before=START + SHORTEST)
        step = next_step(planned, world.firm, None, START, pace)
        assert isinstance(step, Wait)
        waits.append((step.until - START) / timedelta(minutes=1))

    assert waits == minutes


def test_neither_a_listing_of_all_nor_a_further_page_waits_for_the_pace() -> None:
    """Only what looks for changes may be late."""
    pace = SweepPace(longest=timedelta(hours=24), saving=True)
    world = synced()
    now = world.now
    page = ListCustomers(id=EffectId("e-1"), cursor="2", since=now, not_before=now, quiet=9)
    whole = ListCustomers(id=EffectId("e-2"))

    assert [next_step(each, world.firm, None, now, pace) for each in (page, whole)] == [Send(), Send()]

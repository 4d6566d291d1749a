"""A company that lets us in no longer is asked nothing any more, but now and then whether it does again."""

from datetime import timedelta

import pytest

from domain.decision import Decision
from domain.effects import CheckCustomers, Effect, ListCustomers, ReadCustomer
from domain.firm_rows import Connection
from domain.ids import RealmId, RowKey
from domain.lane_policy import Hold, Send, Wait, next_step
from domain.obstacles import Obstacle
from domain.outcomes import CustomersListed, Deferred
from tests.unit.domain.test_echo import synced
from tests.unit.domain.world import REALM, World


def connection(world: World) -> Connection:
    """Give the firm's connection."""
    assert world.firm.connection is not None
    return world.firm.connection


def listing(world: World) -> ListCustomers:
    """Give the firm's sweep of customers, which asks whether we are let in again."""
    (found,) = (effect for effect in world.firm.pending if isinstance(effect, ListCustomers))
    return found


def refuse(world: World, key: RowKey, effect: Effect, why: Obstacle = Obstacle.NOT_AUTHORISED) -> Decision:
    """QuickBooks does not let us in with an effect."""
    return world.deliver(key, effect, Deferred(until=world.now, why=why))


def refuse_probe(world: World, why: Obstacle = Obstacle.NOT_AUTHORISED) -> timedelta:
    """The one that asks whether we are let in again is refused; gives how long until the next one."""
    at = connection(world).probe_at
    if at is not None:
        world.now = max(world.now, at)
    refuse(world, world.firm.key, listing(world), why)
    again = connection(world).probe_at
    assert again is not None
    return again - world.now


def step_of(world: World, effect: Effect) -> object:
    """Say what a lane does with an effect now."""
    return next_step(effect, world.firm, None, world.now)


@pytest.mark.parametrize("why", [Obstacle.NOT_AUTHORISED, Obstacle.SUBSCRIPTION_ENDED])
@pytest.mark.parametrize("met_by", ["write", "read", "listing", "check"])
def test_the_first_refusal_of_any_request_stops_all_requests_to_the_company(
    met_by: str, why: Obstacle
) -> None:
    """Reads, checks and writes wait; what is asked of Canopy goes on."""
    world = synced()
    world.edit_client(phone="312")
    world.notify("58", time=world.now)
    (read,) = world.customer("58").reads
    (check,) = (effect for effect in world.firm.pending if isinstance(effect, CheckCustomers))
    met: dict[str, tuple[RowKey, Effect]] = {
        "write": (world.link().key, world.write()),
        "read": (world.customer("58").key, read),
        "listing": (world.firm.key, listing(world)),
        "check": (world.firm.key, check),
    }

    refuse(world, *met[met_by], why)

    assert connection(world).reauthorise_since == world.now
    assert connection(world).shut_by is why
    assert step_of(world, world.write()) == Hold()
    assert step_of(world, read) == Hold()
    assert step_of(world, check) == Hold()
    assert step_of(world, listing(world)) == Wait(connection(world).probe_at or world.now)


def test_canopy_that_lets_us_in_no_longer_stops_nothing_at_quickbooks() -> None:
    """Each side has a door of its own."""
    world = synced()
    world.edit_customer("58", phone="312")

    refuse(world, world.link().key, world.write())

    assert connection(world).reauthorise_since is None


def test_whether_it_lets_us_in_again_is_asked_more_and_more_rarely() -> None:
    """At first after seconds, at last every five minutes: some twenty requests in an hour, not thousands."""
    world = synced()

    rests = [refuse_probe(world) for _ in range(10)]

    assert rests[0] == timedelta(seconds=5)
    assert rests == sorted(rests)
    assert rests[-1] == timedelta(minutes=5)
    assert connection(world).probes == 10


def test_a_subscription_that_ended_is_asked_about_daily() -> None:
    """It comes back by a payment."""
    assert refuse_probe(synced(), Obstacle.SUBSCRIPTION_ENDED) == timedelta(hours=24)


def test_late_refusals_of_requests_that_were_under_way_put_nothing_off() -> None:
    """They say what is known already."""
    world = synced()
    world.edit_client(phone="312")
    refuse_probe(world)
    before = connection(world)

    refuse(world, world.link().key, world.write())

    assert connection(world) == before


@pytest.mark.parametrize("by", ["answer", "refused query", "person"])
def test_what_waits_is_sent_once_it_lets_us_in_again(by: str) -> None:
    """By its answer to the one that asks, or at once where a person connects the company again."""
    world = synced()
    world.edit_client(phone="312")
    refuse(world, world.link().key, world.write())

    if by == "person":
        world.intent("connect", realm_id=RealmId(REALM))
    elif by == "answer":
        world.deliver(world.firm.key, listing(world), CustomersListed(customers=()))
    else:
        refuse(world, world.firm.key, listing(world), Obstacle.REFUSED)

    assert connection(world).reauthorise_since is None
    assert connection(world).probes == 0
    assert step_of(world, world.write()) == Send()


def test_a_sweep_that_ran_early_to_ask_leaves_no_gap_before_the_next() -> None:
    """The next one looks back to when it really ran, not to when it had been due."""
    world = synced()
    refuse_probe(world)
    ran = world.now

    world.deliver(world.firm.key, listing(world), CustomersListed(customers=()))

    since = listing(world).since
    assert since is not None
    assert since <= ran


def test_a_read_is_not_lost_by_a_refusal() -> None:
    """It stays pending, and is made once it can be."""
    world = synced()
    world.quickbooks.edit("58", world.now, {})
    world.notify("58", time=world.now)
    (read,) = world.customer("58").reads

    refuse(world, world.customer("58").key, read)

    assert isinstance(world.customer("58").pending[0], ReadCustomer)

"""What a lane does next, and what it makes of an answer."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from domain.effects import (
    AskedBy,
    CreateCustomer,
    ListClients,
    PlanLinks,
    ReadCustomer,
    UpdateClient,
    UpdateCustomer,
    Write,
)
from domain.fields import Address, Value
from domain.firm_rows import Connection, FirmRow
from domain.ids import ClientId, CustomerId, EffectId, FirmId, RealmId
from domain.lane_policy import (
    LONGEST_PAUSE_SECONDS,
    OUR_TRIES,
    Hold,
    Look,
    Send,
    Wait,
    after_client_moved,
    after_our_error,
    after_stale_copy,
    created_since,
    fate_of_client_update,
    fate_of_customer_update,
    next_step,
    ours_among,
    pause_seconds,
)
from domain.obstacles import Obstacle
from domain.outcomes import ClientMoved, ClientSaved, CustomerMoved, CustomerSaved, Failed, NotDone
from domain.ports import TryLater
from domain.settings import Actions, Settings
from domain.snapshots import Client, Customer
from tests.unit.domain.outside import fields

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
ALL_OFF = Settings(
    actions_from_canopy=Actions(creating=False, editing=False),
    actions_from_qbo=Actions(creating=False, editing=False),
)


def create(asked_by: AskedBy = "rule") -> CreateCustomer:
    """Give a create."""
    return CreateCustomer(
        id=EffectId("e"), values=fields(display_name="Fiona"), asked_by=asked_by, planned_at=NOW
    )


def update(asked_by: AskedBy = "rule") -> UpdateCustomer:
    """Give an update of a customer with token 3."""
    return UpdateCustomer(
        id=EffectId("e"),
        customer_id=CustomerId("58"),
        sync_token=3,
        values={**fields(display_name="Fiona G."), **fields(email=None)},
        asked_by=asked_by,
        planned_at=NOW,
    )


def update_client(asked_by: AskedBy = "rule") -> UpdateClient:
    """Give an update of a client with version 3."""
    return UpdateClient(
        id=EffectId("e"),
        client_id=ClientId("c-1"),
        client_version=3,
        values=fields(phone="312"),
        asked_by=asked_by,
        planned_at=NOW,
    )


def customer(token: int, customer_id: str = "58", **values: Value) -> Customer:
    """Give a customer."""
    return Customer(
        customer_id=CustomerId(customer_id),
        sync_token=token,
        values=fields(**values),
        created_at=NOW,
        updated_at=NOW,
    )


def client(version: int, **values: Value) -> Client:
    """Give a client."""
    return Client(
        client_id=ClientId("c-1"), version=version, type="business", values=fields(**values), changed_at=NOW
    )


def firm(settings: Settings) -> FirmRow:
    """A connected firm."""
    return FirmRow(
        firm_id=FirmId("f-1"),
        settings=settings,
        connection=Connection(realm_id=RealmId("realm-1"), connected_at=NOW),
    )


@pytest.mark.parametrize("write", [create(), update(), update_client()])
def test_a_write_is_sent_with_its_switch_on_and_held_with_it_off(write: Write) -> None:
    """Each write heeds its own switch."""
    assert next_step(write, firm(Settings()), None, NOW) == Send()
    assert next_step(write, firm(ALL_OFF), None, NOW) == Hold()


@pytest.mark.parametrize(
    ("write", "settings"),
    [
        (create(), replace(ALL_OFF, actions_from_canopy=Actions(creating=True, editing=False))),
        (update(), replace(ALL_OFF, actions_from_canopy=Actions(creating=False, editing=True))),
        (update_client(), replace(ALL_OFF, actions_from_qbo=Actions(creating=False, editing=True))),
    ],
)
def test_each_switch_lets_through_just_its_own(write: Write, settings: Settings) -> None:
    """The other three are off."""
    others: dict[str, Write] = {
        "create_customer": create(),
        "update_customer": update(),
        "update_client": update_client(),
    }

    sent = [kind for kind, each in others.items() if next_step(each, firm(settings), None, NOW) == Send()]

    assert sent == [write.kind]


@pytest.mark.parametrize("write", [create("person"), update("person"), update_client("person")])
def test_what_a_person_asked_for_is_sent_with_all_four_off(write: Write) -> None:
    """Switches hold automatic work only."""
    assert next_step(write, firm(ALL_OFF), None, NOW) == Send()


@pytest.mark.parametrize("write", [create(), update("person"), update_client()])
def test_a_stopped_write_is_only_looked_for(write: Write) -> None:
    """Whatever the switches say."""
    stopped = replace(write, stop_at=NOW)

    assert next_step(stopped, firm(Settings()), None, NOW) == Look(NOW)
    assert next_step(stopped, firm(ALL_OFF), None, NOW) == Look(NOW)


def test_a_put_off_read_waits_for_its_time() -> None:
    """Then it is sent; no switch holds a read."""
    until = NOW + timedelta(seconds=30)
    read = ReadCustomer(id=EffectId("r"), customer_id=CustomerId("58"), not_before=until)

    assert next_step(read, firm(ALL_OFF), None, NOW) == Wait(until)
    assert next_step(read, firm(ALL_OFF), None, until) == Send()
    assert next_step(replace(read, not_before=None), firm(ALL_OFF), None, NOW) == Send()


@pytest.mark.parametrize("asked_by", ["rule", "person"])
@pytest.mark.parametrize("write", [create, update, update_client])
def test_a_write_that_rests_waits_for_its_time(write: Callable[[AskedBy], Write], asked_by: AskedBy) -> None:
    """Whoever asked for it: it has come to nothing before. Held, it is held, and stopped, it is only looked for."""
    resting = replace(write(asked_by), not_before=NOW + timedelta(seconds=8))
    firm = FirmRow(firm_id=FirmId("f-1"), connection=Connection(realm_id=RealmId("913"), connected_at=NOW))

    assert next_step(resting, firm, None, NOW) == Wait(NOW + timedelta(seconds=8))
    assert next_step(resting, firm, None, NOW + timedelta(seconds=8)) == Send()
    off = replace(firm, settings=ALL_OFF)
    assert next_step(replace(resting, asked_by="rule"), off, None, NOW) == Hold()
    stopped = replace(resting, stop_at=NOW + timedelta(seconds=30))
    assert next_step(stopped, firm, None, NOW) == Look(NOW + timedelta(seconds=30))


def test_listings_and_inner_steps_are_sent_at_once() -> None:
    """No switch holds them."""
    assert next_step(ListClients(id=EffectId("l")), firm(ALL_OFF), None, NOW) == Send()
    assert next_step(PlanLinks(id=EffectId("p")), firm(ALL_OFF), None, NOW) == Send()


def test_pauses_grow_up_to_a_minute_and_are_spread() -> None:
    """Half of a pause is fixed, half by chance, so that those that failed together do not return together."""
    later = TryLater(why=Obstacle.UNAVAILABLE, may_have_happened=True)
    pauses = [pause_seconds(later, tries, 0.0) for tries in range(1, 30)]

    assert pauses == sorted(pauses)
    assert pauses[0] < 1
    assert pauses[-1] == LONGEST_PAUSE_SECONDS / 2
    assert pause_seconds(later, 30, 0.99) < LONGEST_PAUSE_SECONDS


def test_a_throttled_lane_waits_at_least_what_was_asked_for() -> None:
    """A minute where nothing else was said."""
    throttled = TryLater(why=Obstacle.THROTTLED, may_have_happened=False)

    assert pause_seconds(throttled, 1, 0.0) == 60
    assert pause_seconds(replace(throttled, after_seconds=7), 1, 0.0) == 7
    assert pause_seconds(replace(throttled, after_seconds=7), 1, 0.9) >= 7


@pytest.mark.parametrize("asked", [3601.0, 99_999_999_999.0, 1_795_846_416_186.0])
def test_who_asks_us_to_come_back_in_years_is_asked_again_after_an_hour(asked: float) -> None:
    """Whichever way the time came in: it would close a company's door for good, or lie behind the end of the calendar."""
    throttled = TryLater(why=Obstacle.THROTTLED, may_have_happened=False, after_seconds=asked)

    assert pause_seconds(throttled, 1, 0.0) == 3600
    assert pause_seconds(throttled, 1, 0.9) < 2 * 3600


def test_a_stale_copy_that_holds_what_we_sent_was_our_own_update() -> None:
    """Its answer was lost. Cleared fields count, and so does what QuickBooks folds."""
    ours = customer(4, display_name=" Fiona  G. ", phone="1")
    theirs = customer(4, display_name="Frank")

    assert after_stale_copy(update(), ours) == CustomerSaved(customer=ours)
    assert after_stale_copy(update(), theirs) == CustomerMoved(customer=theirs)
    not_cleared = customer(4, display_name="Fiona G.", email="still@example.com")
    assert after_stale_copy(update(), not_cleared) == CustomerMoved(customer=not_cleared)


def test_a_moved_client_that_holds_what_we_sent_was_our_own_update() -> None:
    """Its answer was lost."""
    ours, theirs = client(4, phone="312"), client(4, phone="773")

    assert after_client_moved(update_client(), ours) == ClientSaved(client=ours)
    assert after_client_moved(update_client(), theirs) == ClientMoved(client=theirs)


def test_a_lost_create_is_found_by_equal_fields_and_only_if_there_is_one() -> None:
    """Two that look alike: nobody can say which is ours."""
    one, other = customer(0, "58", display_name="Fiona"), customer(0, "59", display_name="Fiona")
    edited = customer(1, "60", display_name="Frank")

    assert ours_among(create(), (one, edited)) == CustomerSaved(customer=one)
    assert ours_among(create(), (one, other)) is None
    assert ours_among(create(), (edited,)) is None
    assert ours_among(create(), ()) is None
    assert created_since(create()) == NOW - timedelta(minutes=5)


def test_the_fate_of_a_stopped_update_is_known_once_the_customer_has_moved_past_its_token() -> None:
    """Before that it may still happen; then it did, or never will."""
    done = customer(4, display_name="Fiona G.")

    assert fate_of_customer_update(update(), customer(3, display_name="Fiona")) is None
    assert fate_of_customer_update(update(), done) == CustomerSaved(customer=done)
    assert fate_of_customer_update(update(), customer(4, display_name="Frank")) == NotDone()


def test_the_fate_of_a_stopped_update_of_a_client_is_known_once_it_has_moved_past_its_version() -> None:
    """The same in Canopy."""
    done = client(4, phone="312")

    assert fate_of_client_update(update_client(), client(3)) is None
    assert fate_of_client_update(update_client(), done) == ClientSaved(client=done)
    assert fate_of_client_update(update_client(), client(4, phone="773")) == NotDone()


def test_addresses_are_compared_as_they_are() -> None:
    """An address is one value."""
    address = Address(line1="2119 S Wallace St", city="Chicago")
    sent = replace(update(), values=fields(address=address))
    other = customer(4, address=replace(address, city="Evanston"))

    assert after_stale_copy(sent, customer(4, address=address)) == CustomerSaved(
        customer=customer(4, address=address)
    )
    assert after_stale_copy(sent, other) == CustomerMoved(customer=other)


def test_a_bug_of_ours_is_tried_again_ever_later_and_then_not() -> None:
    """What is stopped is looked for until its time is over, as after any other failure."""
    update = UpdateClient(
        id=EffectId("e-1"),
        client_id=ClientId("c-1"),
        client_version=1,
        values={},
        asked_by="rule",
        planned_at=NOW,
    )
    tries = [after_our_error(update, raised, "raised") for raised in range(1, OUR_TRIES + 1)]

    waits = [each.after_seconds for each in tries if isinstance(each, TryLater)]
    assert waits == [2, 8, 32, 128]
    assert tries[-1] == Failed(why="raised")
    stopped = after_our_error(replace(update, stop_at=NOW), 100, "raised")
    assert isinstance(stopped, TryLater)
    assert (stopped.after_seconds or 0) <= 3600

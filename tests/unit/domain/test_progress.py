"""Nothing is asked for again unless something has changed or a rest has passed, and not without end."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from domain.effects import UpdateClient, UpdateCustomer, Write
from domain.fields import Field
from domain.ids import ClientId, CustomerId
from domain.lane_policy import Send, Wait, next_step
from domain.obstacles import Obstacle
from domain.outcomes import (
    ClientMoved,
    ClientSaved,
    CustomerMoved,
    CustomerSaved,
    NameTaken,
    NotDone,
    Rejected,
    Result,
)
from domain.progress import MOST_TRIES
from domain.rows import LinkStatus
from domain.settings import Actions, Settings
from tests.unit.domain.outside import fields
from tests.unit.domain.test_echo import synced
from tests.unit.domain.test_matching import unmatched
from tests.unit.domain.world import World

Liar = Callable[[World, Write], Result]
HALF_A_MINUTE = timedelta(seconds=30)


def to_canopy(world: World) -> None:
    """An edit is on its way to Canopy."""
    world.edit_customer("58", mobile="42")


def to_quickbooks(world: World) -> None:
    """An edit is on its way to QuickBooks."""
    world.edit_client(mobile="42")


def chosen(world: World) -> None:
    """A value that a person chose is on its way to Canopy."""
    world.intent("put_back", "c-1", field=Field.MOBILE, value="42")


def same_version(world: World, write: Write) -> Result:
    """Each version is refused, and named again."""
    if isinstance(write, UpdateClient):
        return ClientMoved(client=world.canopy.clients[ClientId("c-1")])
    return CustomerMoved(customer=world.quickbooks.customers[CustomerId("58")])


def next_version(world: World, write: Write) -> Result:
    """Each version is refused, for there is always another."""
    if isinstance(write, UpdateClient):
        return ClientMoved(client=world.canopy.edit("c-1", world.now, {}))
    return CustomerMoved(customer=world.quickbooks.edit("58", world.now, {}))


def nothing_kept(world: World, write: Write) -> Result:
    """Each write is said to be done, and is not."""
    if isinstance(write, UpdateClient):
        return ClientSaved(client=world.canopy.edit("c-1", world.now, {}))
    return CustomerSaved(customer=world.quickbooks.edit("58", world.now, {}))


def not_done(_world: World, _write: Write) -> Result:
    """Each write is said to have come to nothing."""
    return NotDone()


def another_edit(world: World, write: Write) -> Result:
    """Each version is refused, for something else has been edited there each time."""
    fax = fields(fax=str(len(world.decisions)))
    if isinstance(write, UpdateClient):
        return ClientMoved(client=world.canopy.edit("c-1", world.now, fax))
    return CustomerMoved(customer=world.quickbooks.edit("58", world.now, fax))


def requests_of(world: World, lie: Liar, most: int = 50) -> list[datetime]:
    """Answer each write so, each at its time; gives when each was asked for, until a person is asked or it is quiet."""
    times: list[datetime] = []
    while (write := world.link().write) is not None and len(times) < most:
        step = next_step(write, world.firm, None, world.now)
        if isinstance(step, Wait):
            world.now = step.until
        assert isinstance(next_step(write, world.firm, None, world.now), Send)
        times.append(world.now)
        world.begin(write)
        world.deliver(world.link().key, write, lie(world, write))
    return times


def rests(times: list[datetime]) -> list[timedelta]:
    """Give how long each request came after the one before."""
    return [after - before for before, after in pairwise(times)]


@pytest.mark.parametrize("ask", [to_canopy, to_quickbooks, chosen])
@pytest.mark.parametrize("lie", [same_version, next_version, nothing_kept, not_done])
def test_what_comes_to_nothing_is_asked_for_ever_more_rarely_and_then_a_person(
    ask: Callable[[World], None], lie: Liar
) -> None:
    """Whatever side it is, whoever asked for it, and whatever way it comes to nothing."""
    world = synced()
    ask(world)

    times = requests_of(world, lie)

    assert len(times) <= MOST_TRIES
    assert rests(times) == sorted(rests(times))
    problem = world.link().problem
    assert problem is not None
    if lie is nothing_kept:
        assert problem.code == "not_kept"
        assert len(times) == 2  # once more in another way, or to see that it was no accident
    else:
        assert problem.code == "no_progress"
        assert rests(times)[-1] >= HALF_A_MINUTE
    assert problem.fields == (Field.MOBILE,)


@pytest.mark.parametrize("ask", [to_canopy, to_quickbooks])
def test_what_else_is_edited_where_it_is_refused_makes_it_no_other_write(
    ask: Callable[[World], None],
) -> None:
    """It is the same values into the same record, and counts on; what is edited there is held here."""
    world = synced()
    from_canopy, from_qbo = Actions(editing=ask is to_quickbooks), Actions(editing=ask is to_canopy)
    world.intent("settings", settings=Settings(actions_from_canopy=from_canopy, actions_from_qbo=from_qbo))
    world.settle()
    ask(world)

    times = requests_of(world, another_edit)

    assert len(times) <= MOST_TRIES
    assert rests(times)[-1] >= HALF_A_MINUTE
    problem = world.link().problem
    assert problem is not None
    assert (problem.code, problem.fields) == ("no_progress", (Field.MOBILE,))


def test_a_create_that_comes_to_nothing_is_asked_for_ever_more_rarely_and_then_a_person() -> None:
    """No second customer is tried for without end."""
    world = World()
    world.add_client(toggle=True, display_name="Fiona Gallagher")

    times = requests_of(world, not_done)

    assert len(times) <= MOST_TRIES
    assert rests(times)[-1] >= HALF_A_MINUTE
    problem = world.link().problem
    assert problem is not None
    assert (problem.code, problem.resume) == ("no_progress", "creating")


def test_a_write_that_rests_says_so_and_why() -> None:
    """It stands pending until its time."""
    world = synced()
    to_canopy(world)
    write = world.write()

    world.deliver(world.link().key, world.begin(write), same_version(world, write))

    again = world.write()
    assert again.not_before == world.now + timedelta(seconds=1)
    waiting = world.link().waiting
    assert waiting is not None
    assert (waiting.until, waiting.why) == (again.not_before, Obstacle.NO_PROGRESS)


def test_a_real_edit_in_between_costs_no_rest() -> None:
    """The refusal showed a newer client, so there is something new to go by."""
    world = synced()
    to_canopy(world)
    world.canopy.edit("c-1", world.now, fields(fax="1"))

    world.finish()

    assert all(effect.not_before is None for effect in world.link().pending if isinstance(effect, Write))
    world.settle()
    assert world.canopy.clients[ClientId("c-1")].values[Field.MOBILE] == "42"
    assert world.link().tried == ()


def test_what_rests_gives_way_to_a_newer_edit_which_does_not() -> None:
    """Something relevant changed: the old value is not sent after its rest."""
    world = synced()
    to_canopy(world)
    for _ in range(4):
        write = world.write()
        world.deliver(world.link().key, world.begin(write), same_version(world, write))
    assert world.write().not_before is not None

    world.edit_customer("58", mobile="43")

    write = world.write()
    assert write.values == fields(mobile="43")
    assert write.not_before is None


def test_an_unrelated_decision_neither_hastens_nor_delays_what_rests() -> None:
    """It stays the same write, at the same time, with one line on the timeline."""
    world = synced()
    to_canopy(world)
    write = world.write()
    world.deliver(world.link().key, world.begin(write), same_version(world, write))
    resting = world.write()

    world.hear(world.canopy.clients[ClientId("c-1")])

    assert world.write() == resting
    assert world.decisions[-1].changes == ()


def test_what_a_person_lets_go_on_begins_anew() -> None:
    """They have looked, and say that it is worth another try."""
    world = synced()
    to_canopy(world)
    requests_of(world, same_version)
    problem = world.link().problem
    assert problem is not None

    world.intent("answer", "c-1", question=problem.id, choice="go_on")
    world.settle()

    assert world.link().status is LinkStatus.SYNCED
    assert world.canopy.clients[ClientId("c-1")].values[Field.MOBILE] == "42"


def test_other_fields_go_on_beside_the_question() -> None:
    """Only what comes to nothing is held."""
    world = synced()
    to_canopy(world)
    requests_of(world, same_version)

    world.edit_customer("58", phone="312")
    world.settle()

    assert world.canopy.clients[ClientId("c-1")].values[Field.PHONE] == "312"
    assert world.link().status is LinkStatus.NEEDS_ATTENTION


def test_a_value_that_was_chosen_and_refused_by_canopy_is_not_sent_again_by_itself() -> None:
    """It waits for the person who is asked about it."""
    world = synced()
    chosen(world)

    times = requests_of(world, lambda _world, _write: Rejected(code="invalid_fields", fields=(Field.MOBILE,)))

    assert len(times) == 1
    assert world.link().status is LinkStatus.NEEDS_ATTENTION


def test_the_same_value_sent_again_after_it_was_done_rests_never() -> None:
    """A person changes their mind to and fro: each is an edit."""
    world = synced()
    for number in range(12):
        world.edit_client(mobile=str(number % 2))
        assert world.write().not_before is None
        world.settle()


# ---- refusals of what the row wants no longer


def _update() -> World:
    world = synced()
    world.edit_client(display_name="Taken Name", email="refused@example.com")
    world.begin(world.write())
    return world


def _create() -> World:
    world = World()
    world.add_client(toggle=True, display_name="Taken Name", email="refused@example.com")
    world.begin(world.write())
    return world


def _match() -> World:
    world = unmatched()
    world.edit_client(display_name="Taken Name", email="refused@example.com")
    world.intent("match", "c-1", customer_id=CustomerId("7"))
    world.begin(world.write())
    return world


REFUSALS = {
    "name taken": NameTaken(),
    "email refused": Rejected(code="2210", fields=(Field.EMAIL,)),
    "refused as a whole": Rejected(code="6000"),
}


@pytest.mark.parametrize("refusal", REFUSALS.values(), ids=REFUSALS.keys())
@pytest.mark.parametrize("given", [_update, _create, _match])
def test_a_refusal_of_a_value_that_was_corrected_meanwhile_asks_nobody(
    given: Callable[[], World], refusal: Result
) -> None:
    """The correction goes instead, at once."""
    world = given()
    refused = world.write()
    world.edit_client(display_name="Free Name", email="fine@example.com")

    world.deliver(world.link().key, refused, refusal)

    assert world.link().problem is None
    assert world.write().values[Field.DISPLAY_NAME] == "Free Name"
    assert world.write().not_before is None
    world.settle()
    assert world.link().status is LinkStatus.SYNCED
    customer = world.quickbooks.customers[world.link().customer_id or CustomerId("")]
    assert customer.values[Field.EMAIL] == "fine@example.com"


@pytest.mark.parametrize("refusal", REFUSALS.values(), ids=REFUSALS.keys())
@pytest.mark.parametrize("given", [_update, _create, _match])
def test_a_refusal_of_a_value_that_still_stands_is_asked_about(
    given: Callable[[], World], refusal: Result
) -> None:
    """An edit of another field changes nothing about that."""
    world = given()
    refused = world.write()

    world.deliver(world.link().key, refused, refusal)

    assert world.link().status is LinkStatus.NEEDS_ATTENTION


def test_a_refusal_of_canopys_of_a_value_that_changed_in_quickbooks_asks_nobody() -> None:
    """The newer value goes instead."""
    world = synced()
    world.edit_customer("58", phone="bad")
    refused = world.begin(world.write())
    assert isinstance(refused, UpdateClient)
    world.edit_customer("58", phone="312")

    world.deliver(world.link().key, refused, Rejected(code="invalid_fields", fields=(Field.PHONE,)))

    assert world.link().problem is None
    world.settle()
    assert world.canopy.clients[ClientId("c-1")].values[Field.PHONE] == "312"


def test_a_client_that_canopy_refused_to_add_is_asked_for_anew_if_its_customer_was_corrected() -> None:
    """The refusal was about what stood there before."""
    world = World()
    world.quickbooks.add(world.now, fields(display_name="Frank", fax="bad"), "7")
    world.notify("7")
    world.finish_read("7")
    create = world.customer("7").create
    assert create is not None
    world.begin(create)
    world.edit_customer("7", fax="312")

    world.deliver(world.customer("7").key, create, Rejected(code="invalid_fields", fields=(Field.FAX,)))

    assert world.customer("7").problem is None
    again = world.customer("7").create
    assert again is not None
    assert again.values[Field.FAX] == "312"


def test_one_question_is_not_replaced_by_another() -> None:
    """What is asked already is settled first."""
    world = synced()
    to_quickbooks(world)
    write = world.write()
    assert isinstance(write, UpdateCustomer)
    world.deliver(world.link().key, world.begin(write), Rejected(code="2210", fields=(Field.MOBILE,)))
    before = world.link().problem

    world.edit_client(fax="1")
    requests_of(world, same_version)

    assert world.link().problem == before
    assert replace(world.link(), pending=()).write is None

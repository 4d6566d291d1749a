"""A question about a taken name ends by itself once the name is free."""

from typing import Any

import pytest

from domain.effects import CreateCustomer, FindHolder
from domain.fields import Field
from domain.ids import ClientId, CustomerId
from domain.outcomes import Holder, HoldersFound, NameTaken
from domain.problem import Problem
from domain.rows import LinkStatus
from tests.unit.domain.outside import fields
from tests.unit.domain.world import World

NAME = "Fiona Gallagher"


def blocked_by_a_customer(**more: Any) -> World:
    """A client whose name a customer has that is linked with nobody."""
    world = World()
    world.know_customer("7", display_name=NAME)
    world.add_client(toggle=True, display_name=NAME, **more)
    world.settle()
    assert question(world).code == "display_name_taken"
    return world


def blocked_by_a_vendor() -> World:
    """A client whose name a vendor has."""
    world = World()
    world.quickbooks.vendors.add(NAME)
    world.add_client(toggle=True, display_name=NAME)
    world.settle()
    return world


def question(world: World, client: str = "c-1") -> Problem:
    """Give what a client is asked about."""
    problem = world.link(client).problem
    assert problem is not None
    return problem


def sweep(world: World) -> None:
    """Let the next sweep of customers come in, and what follows from it."""
    world.later(minutes=15)
    world.settle()


def merge(world: World, loser: str, survivor: str) -> None:
    """Two customers become one in QuickBooks, and we hear of it."""
    del world.quickbooks.customers[CustomerId(loser)]
    world.notify(survivor, deleted=loser)
    world.settle()


def names_of_customers(world: World) -> list[Any]:
    """Give the display names in QuickBooks, in order."""
    return sorted(str(each.values[Field.DISPLAY_NAME]) for each in world.quickbooks.customers.values())


@pytest.mark.parametrize("how", ["renamed", "merged", "gone"])
def test_the_holder_gives_the_name_up(how: str) -> None:
    """Whatever became of the holder: the customer is created, and nobody is asked any more."""
    world = blocked_by_a_customer()
    if how == "renamed":
        world.edit_customer("7", display_name="Bob Costa")
    elif how == "merged":
        world.know_customer("8", display_name="Bob Costa")
        merge(world, "7", "8")
    else:
        del world.quickbooks.customers[CustomerId("7")]
        world.notify("7", time=world.now)
    world.settle()

    assert (world.link().status, world.link().problem) == (LinkStatus.SYNCED, None)
    assert NAME in names_of_customers(world)


def test_a_name_that_nobody_has_by_the_time_of_the_look_up_is_tried_again() -> None:
    """The holder was renamed between the refusal and the look-up."""
    world = World()
    world.quickbooks.vendors.add(NAME)
    world.add_client(toggle=True, display_name=NAME)
    world.finish()
    world.quickbooks.vendors.clear()

    world.settle()

    assert world.link().status is LinkStatus.SYNCED


def test_a_name_that_nobody_has_and_that_is_refused_all_the_same_is_tried_once() -> None:
    """QuickBooks may know a holder that no look-up finds: then a person is asked, and nothing goes round."""
    world = World()
    world.quickbooks.vendors.add(NAME)
    world.add_client(toggle=True, display_name=NAME)
    creates = 0
    for _ in range(50):
        (work, *_) = world.link().pending or (None,)
        if work is None:
            break
        world.begin(work)
        creates += isinstance(work, CreateCustomer)
        answer = HoldersFound(holders=()) if isinstance(work, FindHolder) else NameTaken()
        world.deliver(world.link().key, work, answer)

    assert creates == 2
    assert (question(world).taken, question(world).holders) == (NAME, ())


def test_a_vendor_gives_the_name_up_without_a_word() -> None:
    """The sweeps ask again; sooner or later, and less and less often."""
    world = blocked_by_a_vendor()
    sweep(world)
    assert question(world).holders == (Holder(name=NAME, kind="vendor", id="v-1"),)
    world.quickbooks.vendors.clear()
    for _ in range(3):
        sweep(world)
    world.settle()

    assert world.link().status is LinkStatus.SYNCED


def test_a_name_that_stays_taken_is_asked_for_more_and_more_rarely() -> None:
    """A week of sweeps, every quarter of an hour: a dozen look-ups, not seven hundred."""
    world = blocked_by_a_vendor()
    first, asked = question(world).id, 0
    for _ in range(7 * 24 * 4):
        looked = question(world).looked_up_at
        sweep(world)
        asked += question(world).looked_up_at != looked

    assert 8 <= asked <= 16
    assert question(world).id == first


def test_two_names_that_move_up_are_both_written() -> None:
    """One takes the name that the other has just given up, in the order in which QuickBooks refuses the first."""
    world = World()
    for number, name in enumerate(("Ann", "Bea"), start=1):
        world.add_client(f"c-{number}", toggle=True, display_name=name)
    world.settle()
    world.edit_client("c-1", display_name="Bea")
    refused = world.begin(world.write("c-1"))
    world.deliver(world.link("c-1").key, refused, NameTaken())
    world.edit_client("c-2", display_name="Cleo")

    world.settle()

    assert names_of_customers(world) == ["Bea", "Cleo"]
    assert [world.link(each).status for each in ("c-1", "c-2")] == [LinkStatus.SYNCED] * 2


def test_our_customer_goes_into_the_one_that_has_the_name() -> None:
    """Both sides have the name now: there is nothing left to ask."""
    world = World()
    world.add_client(toggle=True, display_name="Fi Gallagher")
    world.settle()
    world.know_customer("7", display_name=NAME)
    world.edit_client("c-1", display_name=NAME)
    world.settle()
    assert question(world).code == "display_name_taken"
    ours = world.link().customer_id
    assert ours is not None

    merge(world, ours, "7")

    assert (world.link().status, world.link().customer_id) == (LinkStatus.SYNCED, "7")


def test_a_question_about_another_name_is_left_alone() -> None:
    """Somebody else's rename is no news to it."""
    world = blocked_by_a_customer()
    world.know_customer("8", display_name="Bob Costa")
    before = world.link()

    world.edit_customer("8", display_name="Rob Costa")
    world.settle()

    assert world.link() == before
    assert world.canopy.clients[ClientId("c-1")].values == fields(display_name=NAME)


@pytest.mark.parametrize("own", ["fiona gallagher", "\u200bFiona  Gallagher"])
def test_a_name_that_only_looks_the_same_is_not_yet_the_wanted_one(own: str) -> None:
    """Else the question would be lifted, and the name refused, without end."""
    world = World()
    world.quickbooks.vendors.add(NAME)
    world.know_customer("58", display_name=own, phone="1")
    world.add_client(toggle=False, display_name=NAME.upper(), phone="1")
    world.quickbooks.vendors.add(NAME.upper())
    world.intent("match", "c-1", customer_id="58")

    world.settle()

    assert question(world).code == "display_name_taken"
    assert world.quickbooks.writes == 0


@pytest.mark.parametrize("looks", ["fiona gallagher", "Fiona  Gallagher", "\ufeffFiona\u200b Gallagher"])
def test_a_second_customer_that_looks_the_same_is_asked_about_and_not_sent(looks: str) -> None:
    """Whether QuickBooks would take the name or not."""
    world = World()
    world.know_customer("7", display_name=looks)
    world.add_client(toggle=True, display_name=NAME)

    world.settle()

    assert question(world).code == "display_name_taken"
    assert [holder.id for holder in question(world).holders or ()] == ["7"]
    assert len(world.quickbooks.customers) == 1
    world.intent("answer", "c-1", question=question(world).id, choice="match")
    world.settle()
    assert world.link().customer_id == "7"


def test_a_customer_is_made_once_the_one_that_looked_the_same_has_another_name() -> None:
    """Nobody has to say so."""
    world = World()
    world.know_customer("7", display_name="Fiona  Gallagher")
    world.add_client(toggle=True, display_name=NAME)
    world.settle()

    world.edit_customer("7", display_name="Fiona G.")
    world.settle()

    assert world.link().status is LinkStatus.SYNCED
    assert names_of_customers(world) == ["Fiona G.", NAME]


def test_a_second_client_of_the_same_name_is_made_only_when_the_person_knows() -> None:
    """From QuickBooks' side as from Canopy's; an answer to the question whether they are one says so already."""
    world = World()
    world.know_customer("7", display_name=NAME)
    world.add_client(toggle=False, display_name="FIONA \u200bGallagher")

    refused = world.intent("add_client", customer_id=CustomerId("7"))
    assert (refused.code, refused.facts) == ("client_exists", {"client_id": "c-1"})
    world.intent("add_client", customer_id=CustomerId("7"), anyway=True)
    world.settle()

    assert sorted(str(c.values[Field.DISPLAY_NAME]) for c in world.canopy.clients.values()) == [
        "FIONA \u200bGallagher",
        NAME,
    ]

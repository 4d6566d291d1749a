"""A question about a taken name ends by itself once the name is free."""

from collections.abc import Callable
from typing import Any

import pytest

from domain.effects import CreateCustomer, FindHolder
from domain.fields import Field
from domain.ids import ClientId, CustomerId
from domain.outcomes import CustomerSaved, Holder, HoldersFound, NameTaken, Rejected
from domain.problem import Problem
from domain.rows import LinkStatus
from tests.states.states import seen
from tests.unit.domain.outside import fields
from tests.unit.domain.world import LONG_AGO, World

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


# ---- given up more than once


@pytest.mark.parametrize("again", ["vendor", "customer"])
def test_a_name_that_is_given_up_a_second_time_is_tried_a_second_time(again: str) -> None:
    """Somebody was faster the first time, and has given it up by now as well."""
    world = blocked_by_a_vendor()
    world.quickbooks.vendors.clear()
    look_up = looked_up(world)
    answer = world.carry_out(look_up)
    if again == "vendor":
        world.quickbooks.vendors.add(NAME)
    else:
        world.quickbooks.add(world.now, fields(display_name=NAME), "7", created=LONG_AGO)
    world.deliver(world.link().key, look_up, answer)
    world.settle()
    assert question(world).holders

    if again == "vendor":
        world.quickbooks.vendors.clear()
    else:
        world.edit_customer("7", display_name="Bob Costa")
    for _ in range(8):
        sweep(world)

    assert (world.link().status, world.link().problem) == (LinkStatus.SYNCED, None)


def looked_up(world: World) -> FindHolder:
    """Give the next look-up of a sweep."""
    for _ in range(8):
        found = [effect for effect in world.link().pending if isinstance(effect, FindHolder)]
        if found:
            return found[0]
        world.later(minutes=15)
        for effect in world.firm_work:
            world.deliver(world.firm.key, effect, world.carry_out(effect))
    raise AssertionError("no sweep asks for the name")


# ---- names that look the same, from every door

LOOKS_THE_SAME = "fiona  \u200bGallagher"


def by_an_event(world: World) -> None:
    """A person adds the client."""
    world.add_client(toggle=True, display_name=NAME)


def by_the_setting(world: World) -> None:
    """The client is added, and nobody said whether it is to be synced."""
    world.add_client(toggle=None, display_name=NAME)


def against_the_setting(world: World) -> None:
    """A person adds the client and wants it synced, whatever the setting."""
    world.switch(from_canopy_creating=False)
    world.settle()
    client = world.canopy.add("c-1", world.now, fields(display_name=NAME))
    world.hear(client, "created", toggle=True, actor="user:dana")


def by_create_new(world: World) -> None:
    """A person has a customer created."""
    world.add_client(toggle=False, display_name=NAME)
    world.intent("create", "c-1")


def once_it_is_there_again(world: World) -> None:
    """The client was archived while a customer was to be created for it, and is renamed meanwhile."""
    world.add_client(toggle=True, display_name="9" * 501)
    assert question(world).code == "value_not_taken"
    seen(world, "archived")
    world.canopy.edit("c-1", world.now, fields(display_name=NAME))
    seen(world, "present")


def by_an_edit(world: World) -> None:
    """It could not be created under its first name, and is renamed."""
    world.add_client(toggle=True, display_name="9" * 501)
    world.edit_client(display_name=NAME)


def by_trying_again(world: World) -> None:
    """A person has it tried again, which changes nothing."""
    world.add_client(toggle=True, display_name=NAME)
    world.settle()
    world.intent("retry", "c-1")


def by_a_restore(world: World) -> None:
    """The create was on its way as the client was unmatched, and the unmatch is undone."""
    world.add_client(toggle=True, display_name="Fi Gallagher")
    world.begin(world.write())
    world.intent("unmatch", "c-1")
    world.edit_client(display_name=NAME)
    world.intent("restore", "c-1")
    world.finish(result=Rejected(code="2050"))
    world.intent("retry", "c-1")


DOORS: dict[str, Callable[[World], None]] = {
    door.__name__: door
    for door in (
        by_an_event,
        by_the_setting,
        against_the_setting,
        by_create_new,
        once_it_is_there_again,
        by_an_edit,
        by_trying_again,
        by_a_restore,
    )
}


@pytest.mark.parametrize("door", DOORS.values(), ids=DOORS)
def test_a_second_customer_that_looks_the_same_is_asked_about_whoever_wants_it(
    door: Callable[[World], None],
) -> None:
    """By a rule or a person, at first or later."""
    world = World()
    world.know_customer("7", display_name=LOOKS_THE_SAME)
    door(world)
    world.settle()

    assert question(world).code == "display_name_taken"
    assert [holder.id for holder in question(world).holders or ()] == ["7"]
    assert list(world.quickbooks.customers) == ["7"]


def two_at_once(second: str) -> World:
    """Customers for two clients that nobody can tell apart are to be made in one moment."""
    world = World()
    world.add_client("c-2", toggle=True, display_name=NAME)
    world.begin(world.write("c-2"))
    world.add_client("c-1", toggle=True, display_name=second)
    return world


@pytest.mark.parametrize("second", [NAME, LOOKS_THE_SAME, f"{NAME} (deleted)"])
@pytest.mark.parametrize("first", ["the look-up", "the create"])
def test_of_two_that_look_the_same_and_are_made_at_once_the_second_is_asked_about(
    first: str, second: str
) -> None:
    """Whichever answer comes first."""
    world = two_at_once(second)
    (look_up,) = world.link().pending
    answer = world.carry_out(look_up)
    if first == "the create":
        world.finish("c-2")
    world.deliver(world.link().key, look_up, answer)
    world.settle()

    assert world.link("c-2").status is LinkStatus.SYNCED
    assert question(world).code == "display_name_taken"
    assert [holder.id for holder in question(world).holders or ()] == [world.link("c-2").customer_id]
    assert len(world.quickbooks.customers) == 1


@pytest.mark.parametrize("first", ["the look-up", "the create"])
@pytest.mark.parametrize("ends", ["refused", "unmatched", "edited"])
def test_once_the_first_of_two_has_another_fate_the_second_is_made(first: str, ends: str) -> None:
    """Nobody has to say so."""
    world = two_at_once(LOOKS_THE_SAME)
    (look_up,) = world.link().pending
    if first == "the look-up":
        world.deliver(world.link().key, look_up, world.carry_out(look_up))
    create = world.write("c-2")
    if ends == "edited":
        world.edit_client("c-2", display_name="Debbie")
    if ends == "unmatched":
        world.intent("unmatch", "c-2")
    answer = NameTaken() if ends == "edited" else Rejected(code="2050")
    world.deliver(world.link("c-2").key, create, answer)
    world.settle()
    for _ in range(0 if ends == "refused" else 8):
        sweep(world)

    assert world.link().status is LinkStatus.SYNCED
    assert LOOKS_THE_SAME in names_of_customers(world)


def test_two_that_a_hidden_holder_keeps_from_one_name_do_not_wake_each_other() -> None:
    """Each tries once more than it was refused, and then a person is asked."""
    world = World()
    world.quickbooks.vendors.add(NAME)
    for client in ("c-1", "c-2"):
        world.add_client(client, toggle=True, display_name=NAME)
    creates = 0
    for _ in range(100):
        work = [(link.key, effect) for link in world.links() for effect in link.pending]
        if not work:
            break
        key, effect = work[0]
        world.begin(effect)
        creates += isinstance(effect, CreateCustomer)
        world.deliver(
            key, effect, HoldersFound(holders=()) if isinstance(effect, FindHolder) else NameTaken()
        )

    assert not [effect for link in world.links() for effect in link.pending]
    assert creates <= 4


def test_a_rename_to_what_another_client_is_just_being_renamed_to_by_what_people_see_is_asked_about() -> None:
    """QuickBooks takes both."""
    world = World()
    for client, name in (("c-1", "Ann"), ("c-2", "Bea")):
        world.add_client(client, toggle=True, display_name=name)
        world.settle()
    world.edit_client("c-2", display_name=NAME)
    world.begin(world.write("c-2"))
    world.edit_client("c-1", display_name=LOOKS_THE_SAME, phone="1")
    write = world.link("c-1").write
    assert write is not None
    assert write.values == fields(phone="1")
    world.settle()

    assert question(world).code == "display_name_taken"
    assert names_of_customers(world) == ["Ann", NAME]


def test_our_own_new_customer_is_known_by_its_name_as_quickbooks_writes_it() -> None:
    """A read may show it before the answer: no client is added for it."""
    world = World()
    world.add_client(toggle=True, display_name=f"{NAME} (deleted)")
    create = world.begin(world.write())
    made = world.quickbooks.add(world.now, fields(display_name=NAME))
    world.notify(made.customer_id)
    world.finish_read(made.customer_id)
    assert world.customer(made.customer_id).create is None

    world.deliver(world.link().key, create, CustomerSaved(customer=made))
    world.settle()

    assert world.link().customer_id == made.customer_id
    assert list(world.canopy.clients) == ["c-1"]

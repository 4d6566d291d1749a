"""Who keeps a customer into which another one went is asked where two clients have it, or had, or may get it.

In whatever order we hear of it. Else one client's values would be written into what is another client's record.
"""

from collections.abc import Callable
from dataclasses import replace

import pytest

from domain.effects import CreateClient, CreateCustomer
from domain.fields import Field
from domain.ids import ClientId, CustomerId
from domain.link.choices import choices
from domain.outcomes import CustomerSaved, Failed, NameTaken, Rejected, Unconfirmed
from domain.rows import LinkStatus
from tests.unit.domain.outside import fields
from tests.unit.domain.test_survivors import merged
from tests.unit.domain.world import World

LOSER = CustomerId("58")
ANN = {"display_name": "Ann", "phone": "1", "mobile": "11"}
BEA = {"display_name": "Bea", "fax": "2"}
Fate = Callable[[World, CustomerId], None]


def with_ann() -> World:
    """Client c-1 is synced with customer 58."""
    world = World()
    world.add_client("c-1", toggle=True, **ANN)
    world.settle()
    assert world.link().customer_id == LOSER
    return world


def told(world: World, survivor: str) -> None:
    """A person merges c-1's customer into another one, and we hear of it."""
    merged(world, LOSER, survivor)
    world.notify(survivor, deleted=LOSER)


def settle_but(world: World, *creates: CreateCustomer | CreateClient) -> None:
    """Do all that is pending but what is on its way."""
    kept = {create.id for create in creates}
    while work := [
        (row.key, effect)
        for row in world.table
        for effect in row.pending
        if world.is_due(effect) and effect.id not in kept
    ]:
        world.deliver(*work[0], world.carry_out(work[0][1]))


def question(world: World) -> tuple[str, str | None] | None:
    """Say what c-1 is asked, and about whom."""
    problem = world.link().problem
    return (problem.code, problem.customer_id) if problem is not None else None


def is_untouched(world: World, survivor: CustomerId, **theirs: str) -> bool:
    """Say whether the survivor holds nothing of c-1's, and c-1 nothing of the survivor's."""
    held = world.quickbooks.customers[survivor].values
    return held == fields(**theirs) and world.canopy.clients[ClientId("c-1")].values == fields(**ANN)


# ---- into a customer that we are just creating for another client


def renamed(world: World, customer: CustomerId) -> None:
    """A person gives it another name in QuickBooks before we know that it is ours."""
    world.quickbooks.edit(customer, world.now, fields(display_name="Beatrice"))


def left_alone(_world: World, _customer: CustomerId) -> None:
    """Nobody touches it."""


@pytest.mark.parametrize("edit", [left_alone, renamed])
@pytest.mark.parametrize("read", ["before the answer", "after it"])
@pytest.mark.parametrize("answer", ["before the merge", "after it"])
def test_a_customer_of_ours_stays_its_own_clients_whenever_its_create_is_answered(
    answer: str, read: str, edit: Fate
) -> None:
    """The merge may be told, and the survivor read, before we know that we made it."""
    world = with_ann()
    world.add_client("c-2", toggle=True, **BEA)
    create = world.write("c-2")
    assert isinstance(create, CreateCustomer)
    made = world.carry_out(create)
    assert isinstance(made, CustomerSaved)
    survivor = made.customer.customer_id
    edit(world, survivor)
    theirs = {**BEA, "display_name": str(world.quickbooks.customers[survivor].values[Field.DISPLAY_NAME])}
    if answer == "before the merge":
        world.deliver(world.link("c-2").key, create, made)
    told(world, survivor)
    if read == "before the answer":
        settle_but(world, create)
    if answer == "after it":
        assert is_untouched(world, survivor, **theirs)
        world.deliver(world.link("c-2").key, create, made)
    world.settle()

    assert (world.link("c-2").status, world.link("c-2").customer_id) == ("synced", survivor)
    assert question(world) == ("customers_merged", survivor)
    assert is_untouched(world, survivor, **theirs)


@pytest.mark.parametrize("read", ["before the answer", "after it"])
@pytest.mark.parametrize(
    "ends", ["another", NameTaken(), Rejected(code="2210"), Unconfirmed(), Failed(why="raised")]
)
def test_a_survivor_that_turns_out_not_to_be_ours_is_the_clients_whose_own_went_into_it(
    ends: object, read: str
) -> None:
    """Nobody is asked any more, and no client is added for it."""
    world = with_ann()
    world.add_client("c-2", toggle=True, **BEA)
    create = world.write("c-2")
    assert isinstance(create, CreateCustomer)
    world.begin(create)
    survivor = world.quickbooks.add(world.now, fields(display_name="Frank"), "7").customer_id
    told(world, survivor)
    if read == "before the answer":
        settle_but(world, create)
    result = world.carry_out(create) if ends == "another" else ends
    world.deliver(world.link("c-2").key, create, result)  # type: ignore[arg-type]
    world.settle()

    assert world.link().customer_id == survivor
    assert question(world) == ("both_changed", None)
    assert {link.client_id for link in world.links()} == {"c-1", "c-2"}
    assert world.link("c-2").customer_id != survivor


@pytest.mark.parametrize("ours", [True, False])
def test_an_undo_meanwhile_gives_nobody_a_customer_of_ours(*, ours: bool) -> None:
    """It was unmatched from what went into one that we are creating for another client, as far as anybody can tell."""
    world = with_ann()
    world.intent("unmatch", "c-1")
    world.add_client("c-2", toggle=True, **BEA)
    create = world.write("c-2")
    assert isinstance(create, CreateCustomer)
    if ours:
        made = world.carry_out(create)
        assert isinstance(made, CustomerSaved)
        survivor = made.customer.customer_id
    else:
        world.begin(create)
        survivor = world.quickbooks.add(world.now, fields(display_name="Frank"), "7").customer_id
    told(world, survivor)
    settle_but(world, create)

    assert world.intent("restore", "c-1").code == "restore"
    settle_but(world, create)
    assert question(world) == ("customers_merged", survivor)
    world.deliver(world.link("c-2").key, create, world.carry_out(create))
    world.settle()

    if ours:
        assert world.link("c-2").customer_id == survivor
        assert question(world) == ("customers_merged", survivor)
        assert is_untouched(world, survivor, **BEA)
    else:
        assert world.link().customer_id == survivor
        assert question(world) == ("both_changed", None)


# ---- into a customer for which a client is being added to Canopy


def being_added() -> tuple[World, CreateClient]:
    """Customer 7 is new in QuickBooks, and its client is on its way to Canopy as c-1's customer goes into it."""
    world = with_ann()
    world.quickbooks.add(world.now, fields(display_name="Zoe", fax="9"), "7")
    world.notify("7")
    world.finish_read("7")
    create = world.customer("7").create
    assert create is not None
    world.begin(create)
    told(world, "7")
    settle_but(world, create)
    return world, create


def test_a_client_that_is_being_added_keeps_its_customer() -> None:
    """It is no second client without one, and who keeps the customer is asked."""
    world, create = being_added()
    assert is_untouched(world, CustomerId("7"), display_name="Zoe", fax="9")

    world.deliver(world.customer("7").key, create, world.carry_out(create))
    world.settle()

    assert world.link("c-of-7").customer_id == "7"
    assert question(world) == ("customers_merged", "7")
    assert is_untouched(world, CustomerId("7"), display_name="Zoe", fax="9")


def test_nobody_takes_a_customer_whose_client_is_on_its_way() -> None:
    """There would be one in Canopy that nobody wants."""
    world, _ = being_added()
    refusal = choices(world.table, world.link())["match"]

    assert refusal is not None
    assert refusal.code == "write_under_way"


@pytest.mark.parametrize("wanted", [True, False])
@pytest.mark.parametrize("ends", [Rejected(code="invalid_fields"), Unconfirmed(), Failed(why="raised")])
def test_a_customer_that_gets_no_client_of_its_own_is_the_clients_whose_own_went_into_it(
    ends: Rejected | Unconfirmed | Failed, *, wanted: bool
) -> None:
    """Canopy would not take it, or nobody knows; or a person took it back besides."""
    world, create = being_added()
    if not wanted:
        world.intent("undo_add_client", customer_id=CustomerId("7"))
    world.deliver(world.customer("7").key, create, ends)
    world.settle()

    assert world.link().customer_id == "7"
    assert question(world) == ("both_changed", None)


# ---- into a customer that another client has


def both_linked() -> tuple[World, CustomerId]:
    """Both customers have a client, and c-1's went into c-2's."""
    world = with_ann()
    world.add_client("c-2", toggle=True, **BEA)
    world.settle()
    survivor = world.link("c-2").customer_id
    assert survivor is not None
    told(world, survivor)
    world.settle()
    assert question(world) == ("customers_merged", survivor)
    return world, survivor


def unmatched(world: World, _: CustomerId) -> None:
    """A person takes the other client apart."""
    world.intent("unmatch", "c-2")


def unmatched_while_it_writes(world: World, _: CustomerId) -> None:
    """And something was on its way."""
    world.edit_client("c-2", phone="9")
    world.begin(world.write("c-2"))
    world.intent("unmatch", "c-2")
    assert world.link("c-2").status is LinkStatus.UNMATCHING


def unmatched_while_disconnected(world: World, _: CustomerId) -> None:
    """And connected again."""
    connection = world.firm.connection
    assert connection is not None
    world.intent("disconnect")
    world.settle()
    world.intent("unmatch", "c-2")
    world.intent("connect", realm_id=connection.realm_id)


def deleted(world: World, _: CustomerId) -> None:
    """The other client is deleted in Canopy."""
    before = world.canopy.clients[ClientId("c-2")]
    world.canopy.clients[before.client_id] = replace(before, version=before.version + 1, presence="deleted")
    world.hear(world.canopy.clients[before.client_id], "deleted")


def matched_elsewhere(world: World, survivor: CustomerId) -> None:
    """The other client gets another customer."""
    world.know_customer("9", display_name="Zoe")
    unmatched(world, survivor)
    world.intent("match", "c-2", customer_id=CustomerId("9"))


@pytest.mark.parametrize(
    "fate", [unmatched, unmatched_while_it_writes, unmatched_while_disconnected, deleted, matched_elsewhere]
)
def test_a_customer_that_the_other_client_has_let_go_is_given_to_nobody_unseen(fate: Fate) -> None:
    """It still holds that client's values. Once its review was seen it can be had, and an undo finds it free until then."""
    world, survivor = both_linked()
    fate(world, survivor)
    world.settle()
    theirs = {**BEA, "phone": "9"} if fate is unmatched_while_it_writes else BEA
    assert question(world) == ("customers_merged", survivor)
    assert is_untouched(world, survivor, **theirs)
    assert choices(world.table, world.link())["match"] is None

    problem = world.link().problem
    assert problem is not None
    world.quickbooks.customers.pop(LOSER)  # its name is free
    world.intent("answer", "c-1", question=problem.id, choice="match", customer_id=survivor)
    world.settle()

    assert (world.link().status, world.link().customer_id) == ("synced", survivor)
    assert world.canopy.clients[ClientId("c-1")].values == fields(**ANN)
    assert world.quickbooks.customers[survivor].values == fields(**{**theirs, **ANN})


def test_who_keeps_it_is_asked_no_more_once_it_is_gone() -> None:
    """Nobody can."""
    world, survivor = both_linked()
    del world.quickbooks.customers[survivor]
    world.notify(survivor, time=world.now)
    world.settle()

    assert [(link.status, link.reason) for link in world.links()] == [("not_synced", "customer_gone")] * 2


@pytest.mark.parametrize("lets_go", [False, True])
def test_who_keeps_it_is_asked_of_the_one_that_it_went_into(*, lets_go: bool) -> None:
    """The other client follows too, and may let go there."""
    world, survivor = both_linked()
    world.know_customer("9", display_name="Zoe")
    merged(world, survivor, "9")
    world.notify("9", deleted=survivor)
    world.settle()
    assert world.link("c-2").customer_id == "9"
    if lets_go:
        world.intent("unmatch", "c-2")
        world.settle()

    assert question(world) == ("customers_merged", "9")
    assert choices(world.table, world.link())["match"] is None


def test_a_refusal_of_what_was_on_its_way_to_the_loser_lifts_no_question() -> None:
    """QuickBooks knows it no longer, and we know why."""
    world = with_ann()
    world.add_client("c-2", toggle=True, **BEA)
    world.settle()
    survivor = world.link("c-2").customer_id
    assert survivor is not None
    world.edit_client("c-1", phone="3")
    write = world.begin(world.write())
    told(world, survivor)
    del world.quickbooks.customers[LOSER]

    world.deliver(world.link().key, write, world.carry_out(write))
    world.settle()

    assert question(world) == ("customers_merged", survivor)


def test_a_survivor_that_went_on_into_one_that_cannot_be_ours_is_followed_at_once() -> None:
    """The create that may have made the first one is still on its way."""
    world = with_ann()
    world.know_customer("9", display_name="Zoe")
    world.add_client("c-2", toggle=True, **BEA)
    create = world.begin(world.write("c-2"))
    world.quickbooks.add(world.now, fields(display_name="Frank"), "7")
    told(world, "7")
    assert question(world) == ("customers_merged", "7")

    merged(world, "7", "9")
    world.notify("9", deleted="7")

    assert world.link().customer_id == "9"
    assert create.id in {effect.id for effect in world.link("c-2").pending}

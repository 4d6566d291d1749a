"""A create is taken back: withdrawn, let go once it is known, or taken apart; what was made stays where it is."""

from domain.decision import Decision
from domain.effects import CreateCustomer
from domain.ids import ClientId, CustomerId
from domain.outcomes import NotDone, Rejected
from domain.rows import CustomerRow, LinkStatus, Reason
from tests.states.states import possible_duplicate
from tests.unit.domain.undoing import answered, take_back
from tests.unit.domain.world import World

KOFI = CustomerId("7")


def adding() -> World:
    """Canopy is asked for a client for Kofi Mensah."""
    world = World()
    world.switch(from_qbo_creating=False)
    world.settle()
    world.know_customer(KOFI, display_name="Kofi Mensah", email="kofi@example.com")
    world.intent("add_client", customer_id=KOFI)
    return world


def take_back_add(world: World) -> Decision:
    """Ask for no client after all."""
    return world.intent("undo_add_client", customer_id=KOFI, reason="it is a supplier")


def row(world: World) -> CustomerRow:
    """Kofi's row."""
    return world.customer(KOFI)


def test_a_client_whose_create_has_not_begun_is_not_added() -> None:
    """And can be added later all the same."""
    world = adding()

    decision = take_back_add(world)
    world.settle()

    assert (decision.verdict, decision.code) == ("applied", "undo_add_client")
    assert (row(world).pending, row(world).unwanted) == ((), None)
    assert world.canopy.clients == {}
    world.intent("add_client", customer_id=KOFI)
    world.settle()
    assert len(world.canopy.clients) == 1


def test_a_client_that_is_made_all_the_same_is_let_go_at_once_and_can_be_put_back() -> None:
    """Nobody can call a request back. It is matched again by whoever wants it."""
    world = adding()
    create = row(world).create
    assert create is not None
    world.begin(create)
    take_back_add(world)
    assert row(world).unwanted == create.id

    world.deliver(row(world).key, create, world.carry_out(create))
    world.settle()

    (link,) = world.links()
    assert (link.status, link.reason, link.choice) == (LinkStatus.NOT_SYNCED, Reason.UNMATCHED, "off")
    assert row(world).unwanted is None
    world.edit_client(link.client_id, phone="1")
    world.settle()
    assert world.quickbooks.writes == 0
    world.intent("restore", link.client_id)
    world.settle()
    assert world.link(link.client_id).customer_id == KOFI


def test_one_that_canopy_refuses_is_asked_about_by_nobody() -> None:
    """It was not wanted any more."""
    world = adding()
    create = row(world).create
    assert create is not None
    world.begin(create)
    take_back_add(world)

    world.deliver(row(world).key, create, Rejected(code="invalid_email"))

    assert (row(world).problem, row(world).pending, row(world).unwanted) == (None, (), None)


def test_what_is_not_being_added_is_said() -> None:
    """Not begun, taken back already, or done: then by whom it is matched."""
    world = adding()
    untouched = world.copied()
    (create,) = row(world).creates
    world.begin(create)
    take_back_add(world)
    assert take_back_add(world).code == "not_being_added"

    untouched.settle()
    (link,) = untouched.links()
    refused = take_back_add(untouched)
    assert (refused.code, refused.facts["client_id"]) == ("customer_linked", link.client_id)
    untouched.intent("unmatch", link.client_id)
    assert take_back_add(untouched).code == "not_being_added"


def test_a_customer_whose_create_has_not_begun_is_not_created() -> None:
    """And one that may have begun is let go once it is known."""
    for arrives in (None, True, False):
        world = World()
        world.add_client(toggle=False, display_name="Fiona Gallagher")
        world.intent("create", "c-1")
        create = world.write()
        assert isinstance(create, CreateCustomer)
        if arrives is not None:
            world.begin(create)
        world.intent("unmatch", "c-1")
        if arrives is not None:
            world.deliver(world.link().key, create, world.carry_out(create) if arrives else NotDone())
        world.settle()

        link = world.link()
        assert (link.status, link.reason) == (LinkStatus.NOT_SYNCED, Reason.UNMATCHED)
        assert len(world.quickbooks.customers) == int(arrives is True)
        world.edit_client(phone="1")
        world.settle()
        assert len(world.quickbooks.customers) == int(arrives is True)


def test_an_answer_that_adds_the_customer_as_another_client_is_taken_back_while_it_can_be() -> None:
    """The client is not added, and the question is open again; once it is added, whose it is is said."""
    world = possible_duplicate()
    settled = answered(world, "create_client")
    done = world.copied()

    take_back(world, settled)
    world.settle()

    assert world.link().problem is not None
    assert list(world.canopy.clients) == [ClientId("c-2"), ClientId("c-1")]
    done.settle()
    assert take_back(done, settled).code == "customer_linked"

"""A Canopy that can do less than we ask of it: what the engine still does right, and what it says where it can't know."""

from dataclasses import dataclass, replace

import pytest

from domain.decision import Decision
from domain.effects import CreateClient, ListClients, UpdateClient
from domain.fields import Field
from domain.ids import OURSELVES, ClientId, CustomerId
from domain.outcomes import ClientSaved, ClientsListed, Unconfirmed
from domain.rows import LinkStatus
from domain.snapshots import Client
from tests.unit.domain.outside import fields
from tests.unit.domain.test_arrivals import appears, create_of
from tests.unit.domain.world import FIRM, LONG_AGO, World


def synced() -> World:
    """Give a world with one synced client, c-1 and 58."""
    world = World()
    world.add_client(toggle=True, display_name="Fiona Gallagher", phone="1", email="f@example.com")
    world.settle()
    return world


def overwritten(world: World) -> Client:
    """Let a person edit in Canopy, and then our change be made without a look at the version; gives their edit."""
    world.edit_customer("58", phone="2")
    update = world.write()
    assert isinstance(update, UpdateClient)
    theirs = world.canopy.edit("c-1", world.now, fields(phone="3", email="new@example.com"))
    world.begin(update)
    ours = world.canopy.edit("c-1", world.now, update.values)
    world.deliver(world.link().key, update, ClientSaved(client=ours))
    return theirs


@pytest.mark.parametrize("told", ["after", "never"])
def test_without_versions_an_edit_beside_ours_goes_on_and_one_below_ours_is_on_the_timeline(
    told: str,
) -> None:
    """Both sides end equal; what a person wrote into the very field that we wrote into is superseded, with its value."""
    world = synced()
    theirs = overwritten(world)
    late = world.hear(theirs, actor="user:dana") if told == "after" else None
    world.settle()

    assert (
        world.canopy.clients[ClientId("c-1")].values
        == world.quickbooks.customers[world.customer("58").customer_id].values
    )
    assert world.canopy.clients[ClientId("c-1")].values[Field.EMAIL] == "new@example.com"
    assert world.canopy.clients[ClientId("c-1")].values[Field.PHONE] == "2"
    if late is not None:
        assert (late.verdict, late.code) == ("superseded", "older_version")


@pytest.mark.parametrize("order", ["event first", "answer first"])
@pytest.mark.parametrize("actor", [OURSELVES, "system:api", None], ids=["ours", "api", "nobody"])
def test_without_causes_a_client_of_ours_never_becomes_a_second_customer(
    order: str, actor: str | None
) -> None:
    """Whoever Canopy says it was; at worst a person is asked who it is."""
    world = World()
    appears(world, display_name="Frank")
    create, key = create_of(world), world.customer("7").key
    answer = world.carry_out(create)
    assert isinstance(answer, ClientSaved)
    if order == "answer first":
        world.deliver(key, create, answer)
    world.hear(answer.client, "created", True, actor=actor)
    if order == "event first":
        world.deliver(key, create, answer)
    world.settle()

    assert len(world.quickbooks.customers) == 1
    link = world.link(answer.client.client_id)
    if order == "event first" and actor != OURSELVES:
        assert link.problem is not None
        assert (
            link.problem.code == "display_name_taken"
        )  # whose holder is the customer itself: one click matches them
    else:
        assert link.customer_id == "7"


@dataclass
class Twice:
    """What came of a create that was done twice."""

    world: World
    first: Client
    second: Client


@dataclass
class Lost:
    """A customer, Frank, whose client Canopy was asked for once, and no answer came. `made`: the client, where it was made all the same."""

    world: World
    create: CreateClient
    made: Client | None

    def give_up(self) -> Decision:
        """The lane says that nobody knows."""
        return self.world.deliver(self.world.customer("7").key, self.create, Unconfirmed())

    def there(self) -> Client:
        """Give the client that was made."""
        assert self.made is not None
        return self.made

    def is_asked_about(self) -> bool:
        """Say whether a person is told of it, beside the customer."""
        problem = self.world.customer("7").problem
        return problem is not None and (problem.code, problem.detail) == ("rejected_by_canopy", "unconfirmed")

    def linked(self) -> ClientId | None:
        """Name the client that the customer is linked with."""
        link = self.world.table.link_of(FIRM, CustomerId("7"))
        return link.client_id if link is not None else None


def lost(*, done: bool) -> Lost:
    """Ask a Canopy without keys for a client, and let the answer be lost: before it is made, or after."""
    world = World()
    appears(world, display_name="Frank", email="frank@example.com")
    create = create_of(world)
    world.begin(create)
    return Lost(world, create, world.canopy.add("c-lost", world.now, create.values) if done else None)


@pytest.mark.parametrize("first", ["event", "giving up"])
@pytest.mark.parametrize("known_by", ["cause", "actor"])
def test_a_client_whose_answer_was_lost_is_taken_once_it_is_surely_ours(first: str, known_by: str) -> None:
    """By the cause of its event, or by our name and all that we sent; nothing is asked for again, and the question goes."""
    case = lost(done=True)
    by = {"cause": case.create.id, "actor": "system:api"} if known_by == "cause" else {"actor": OURSELVES}
    if first == "event":
        case.world.hear(case.there(), "created", True, **by)
    case.give_up()
    assert case.is_asked_about() == (first != "event")
    if first != "event":
        case.world.hear(case.there(), "created", True, **by)
    case.world.settle()

    assert case.linked() == "c-lost"
    assert case.world.link("c-lost").status is LinkStatus.SYNCED
    assert (case.world.customer("7").problem, case.world.customer("7").lost_create) == (None, None)
    assert case.world.writes == 0


def test_a_client_that_a_person_added_meanwhile_is_not_taken_for_ours() -> None:
    """With all the same values, before nobody knew what came of our own."""
    case = lost(done=True)
    case.world.hear(case.there(), "created", False, actor="user:dana")
    case.give_up()
    case.world.settle()

    assert (case.linked(), case.is_asked_about()) == (None, True)


def test_the_answer_of_a_worker_that_asked_on_is_taken_after_nobody_knew() -> None:
    """It may come from one that stood still, while another had taken over."""
    case = lost(done=True)
    case.give_up()
    case.world.deliver(case.world.customer("7").key, case.create, ClientSaved(client=case.there()))

    assert (case.linked(), case.is_asked_about()) == ("c-lost", False)


def test_a_client_that_was_never_made_is_asked_for_again_by_a_person_alone() -> None:
    """Not by an edit of the customer, nor by a sweep; and then it is made once."""
    case = lost(done=False)
    case.give_up()
    case.world.edit_customer("7", phone="2")
    case.world.settle()
    assert (case.is_asked_about(), case.world.canopy.clients) == (True, {})

    assert case.world.intent("add_client", customer_id=CustomerId("7")).verdict == "applied"
    case.world.settle()

    assert (case.linked(), case.world.canopy.writes) == ("c-of-7", 1)
    assert not case.is_asked_about()


@pytest.mark.parametrize("turns_up", ["listed", "told by nobody", "by a person", "with another value", "old"])
def test_a_client_that_may_be_ours_is_matched_by_a_person_alone(turns_up: str) -> None:
    """Whoever it is, no second client is made, and no second customer."""
    case = lost(done=True)
    case.give_up()
    world, client = case.world, case.there()
    match turns_up:
        case "listed":
            (sweep,) = (each for each in world.firm.pending if isinstance(each, ListClients))
            world.deliver(world.firm.key, sweep, ClientsListed(clients=(client,)))
        case "told by nobody":
            world.hear(client, "created", True)
        case "by a person":
            world.hear(client, "created", False, actor="user:dana")
        case "with another value":
            world.hear(
                world.canopy.edit("c-lost", world.now, fields(email="f@example.com")),
                "created",
                actor=OURSELVES,
            )
        case _:
            world.hear(replace(client, changed_at=LONG_AGO), "created", actor=OURSELVES)
    world.settle()
    assert (case.linked(), case.is_asked_about()) == (None, True)
    assert world.intent("add_client", customer_id=CustomerId("7")).code == "client_exists"

    assert world.intent("match", "c-lost", customer_id=CustomerId("7"), customer_sync_token=0).code == "match"
    world.settle()

    assert case.linked() == "c-lost"
    assert (world.customer("7").problem, world.customer("7").lost_create) == (None, None)
    assert (len(world.canopy.clients), len(world.quickbooks.customers)) == (1, 1)


def test_a_client_that_turns_up_before_a_person_s_second_one_is_asked_for_takes_its_place() -> None:
    """What has not begun is taken back."""
    case = lost(done=True)
    case.give_up()
    case.world.intent("add_client", customer_id=CustomerId("7"))
    case.world.hear(case.there(), "created", True, cause=case.create.id, actor=OURSELVES)
    case.world.settle()

    assert (case.linked(), list(case.world.canopy.clients)) == ("c-lost", ["c-lost"])


def test_nothing_is_asked_about_a_customer_that_a_person_has_matched_meanwhile() -> None:
    """Whatever became of the create."""
    case = lost(done=False)
    case.world.add_client("c-1", toggle=False, display_name="Frank")
    case.world.intent("match", "c-1", customer_id=CustomerId("7"), customer_sync_token=0)
    case.give_up()
    case.world.settle()

    assert (case.linked(), case.is_asked_about()) == ("c-1", False)


def created_twice() -> Twice:
    """Let a create be done, its answer be lost, and the same be done again by who knows no keys."""
    world = World()
    appears(world, display_name="Frank")
    create, key = create_of(world), world.customer("7").key
    assert isinstance(create, CreateClient)
    world.begin(create)
    first = world.canopy.add("c-lost", world.now, create.values)
    second = world.canopy.add("c-again", world.now, create.values)
    world.deliver(key, create, ClientSaved(client=second))
    return Twice(world, first, second)


def test_where_nobody_said_that_canopy_keeps_no_keys_a_client_may_be_made_twice_and_the_other_one_stays_apart() -> (
    None
):
    """It is listed as not synced, and never becomes a customer; a person archives it."""
    twice = created_twice()
    world = twice.world
    world.hear(twice.first, "created", True, actor=OURSELVES, cause="the same effect")
    world.settle()

    assert world.link("c-again").customer_id == "7"
    assert world.link("c-lost").status is LinkStatus.NOT_SYNCED
    assert len(world.quickbooks.customers) == 1


def test_without_idempotency_a_repeated_change_is_made_once() -> None:
    """The second one meets another version, which holds what was sent."""
    world = synced()
    world.edit_customer("58", phone="2")
    update = world.write()
    assert isinstance(update, UpdateClient)
    world.begin(update)
    world.canopy.update(update, world.now)
    again = world.canopy.update(update, world.now)
    world.deliver(world.link().key, update, again)
    world.settle()

    assert isinstance(again, ClientSaved)
    assert world.canopy.clients[ClientId("c-1")].version == 2
    assert world.link().status is LinkStatus.SYNCED

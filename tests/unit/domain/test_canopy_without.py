"""A Canopy that can do less than we ask of it: what the engine still does right, and what it says where it can't know."""

from dataclasses import dataclass, replace

import pytest

from domain.decision import Decision
from domain.effects import CreateClient, ListClients, UpdateClient
from domain.fields import Field
from domain.ids import OURSELVES, ClientId, CustomerId
from domain.outcomes import ClientSaved, ClientsListed, Rejected, Result, Unconfirmed
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
@pytest.mark.parametrize("toggle", [True, None, False])
@pytest.mark.parametrize("actor", [OURSELVES, "system:api", None], ids=["ours", "api", "nobody"])
def test_without_causes_a_client_of_ours_is_linked_by_its_answer(
    order: str, toggle: bool | None, actor: str | None
) -> None:
    """Whoever Canopy says it was, and whichever comes first; what was asked about it meanwhile is taken back."""
    world = World()
    appears(world, display_name="Frank")
    create, key = create_of(world), world.customer("7").key
    answer = world.carry_out(create)
    assert isinstance(answer, ClientSaved)
    if order == "answer first":
        world.deliver(key, create, answer)
    world.hear(answer.client, "created", toggle, actor=actor)
    if order == "event first":
        world.deliver(key, create, answer)
    world.settle()

    link = world.link(answer.client.client_id)
    assert (link.status, link.customer_id, link.problem) == (LinkStatus.SYNCED, "7", None)
    assert len(world.quickbooks.customers) == 1


@dataclass
class Told:
    """A customer, Frank, whose client Canopy has added; its event, of which nobody is named, came before the answer."""

    world: World
    create: CreateClient
    answer: ClientSaved

    @property
    def client(self) -> str:
        """The client that was added."""
        return self.answer.client.client_id

    def answered(self, result: Result | None = None) -> None:
        """The answer comes, or another outcome, and all is done."""
        self.world.deliver(self.world.customer("7").key, self.create, result or self.answer)
        self.world.settle()

    def settle(self) -> None:
        """Let all be done but the create, whose answer is still on its way."""
        for _ in range(50):
            due = [
                (row.key, each)
                for row in self.world.table
                for each in row.pending
                if each != self.create and self.world.is_due(each)
            ]
            if not due:
                return
            self.world.deliver(*due[0], self.world.carry_out(due[0][1]))
        raise AssertionError("it never comes to rest")

    def is_in_doubt(self) -> bool:
        """Say whether a person is asked whose client it is, with the customer as the holder."""
        problem = self.world.link(self.client).problem
        holders = (problem.holders or ()) if problem is not None else ()
        return problem is not None and problem.code == "display_name_taken" and holders[0].id == "7"

    def is_linked(self) -> bool:
        """Say whether both are one, on both sides, and no second one was made on either."""
        link = self.world.link(self.client)
        one = (len(self.world.quickbooks.customers), len(self.world.canopy.clients)) == (1, 1)
        same = (
            self.world.quickbooks.customers[CustomerId("7")].values
            == self.world.canopy.clients[ClientId(self.client)].values
        )
        return one and same and (link.status, link.customer_id) == (LinkStatus.SYNCED, "7")


def told_first() -> Told:
    """Let the event come before the answer."""
    world = World()
    appears(world, display_name="Frank")
    create = create_of(world)
    answer = world.carry_out(create)
    assert isinstance(answer, ClientSaved)
    world.hear(answer.client, "created", True)
    return Told(world, create, answer)


def told(*, when: str = "before the rename") -> Told:
    """Let the event come before the answer, and the customer be renamed in QuickBooks before or after it."""
    world = World()
    appears(world, display_name="Frank", email="frank@example.com")
    create = create_of(world)
    answer = world.carry_out(create)
    assert isinstance(answer, ClientSaved)
    if when == "before the rename":
        world.hear(answer.client, "created", True)
    case = Told(world, create, answer)
    world.edit_customer("7", display_name="Francis")
    if when != "before the rename":
        world.hear(answer.client, "created", True)
    case.settle()
    return case


@pytest.mark.parametrize("when", ["before the rename", "after the rename"])
def test_a_client_of_ours_is_no_second_customer_where_ours_was_renamed_before_the_answer(when: str) -> None:
    """Its name is free in QuickBooks, and still nobody takes it for the client until the answer says whose that is."""
    case = told(when=when)
    assert len(case.world.quickbooks.customers) == 1
    assert case.is_in_doubt()

    case.answered()

    assert case.is_linked()
    assert case.world.canopy.clients[ClientId(case.client)].values[Field.DISPLAY_NAME] == "Francis"


@pytest.mark.parametrize("by_then", ["asked", "being looked up"])
def test_the_answer_may_come_at_any_moment_of_the_question(by_then: str) -> None:
    """Before QuickBooks has said who has the name, or after."""
    case = told_first()
    if by_then == "asked":
        case.settle()

    case.answered()

    assert case.is_linked()


def test_a_client_of_ours_that_is_renamed_in_canopy_before_the_answer_is_no_second_customer() -> None:
    """Another name settles nothing as long as it may be ours; which of the two names stays is another question."""
    case = told()
    case.world.edit_client(case.client, display_name="Frankie")
    case.settle()
    assert case.is_in_doubt()

    case.answered()

    link = case.world.link(case.client)
    assert link.customer_id == "7"
    assert link.problem is not None
    assert link.problem.code == "both_changed"
    assert len(case.world.quickbooks.customers) == 1


@pytest.mark.parametrize("outcome", [Rejected(code="invalid_fields"), "another client"])
def test_a_client_that_was_not_ours_gets_its_customer_once_that_is_known(outcome: Result | str) -> None:
    """Ours was refused, or is another one."""
    world = World()
    appears(world, display_name="Frank")
    create = create_of(world)
    world.begin(create)
    world.add_client("c-1", toggle=True, display_name="Frank")
    world.edit_customer("7", display_name="Francis")
    answer = ClientSaved(client=world.canopy.add("c-of-7", world.now, create.values))
    case = Told(world, create, answer)
    case.settle()
    assert world.link("c-1").status is LinkStatus.NEEDS_ATTENTION

    case.answered(None if isinstance(outcome, str) else outcome)

    assert world.link("c-1").status is LinkStatus.SYNCED
    assert world.link("c-1").customer_id != "7"


def test_a_client_that_is_renamed_while_in_doubt_gets_a_customer_of_its_new_name_if_it_is_not_ours() -> None:
    """Also where the customer has kept the name that the client was asked about."""
    world = World()
    appears(world, display_name="Frank")
    create = create_of(world)
    world.begin(create)
    world.add_client("c-1", toggle=True, display_name="Frank")
    world.edit_client("c-1", display_name="Frankie")

    Told(world, create, ClientSaved(client=world.canopy.add("c-of-7", world.now, create.values))).answered()

    link = world.link("c-1")
    assert link.status is LinkStatus.SYNCED
    assert world.quickbooks.customers[CustomerId("58")].values == fields(display_name="Frankie")


def test_a_person_s_own_client_of_that_name_is_in_no_doubt() -> None:
    """Canopy said who made it."""
    world = World()
    appears(world, display_name="Frank")
    create = world.begin(create_of(world))
    world.edit_customer("7", display_name="Francis")
    world.hear(world.canopy.add("c-1", world.now, fields(display_name="Frank")), "created", actor="user:dana")
    (write,) = world.link("c-1").pending
    assert write.kind == "create_customer"
    assert create in world.customer("7").pending


def test_a_person_may_match_the_two_before_the_answer() -> None:
    """And the answer changes nothing of it."""
    case = told()
    renamed = case.world.customer("7").customer
    assert renamed is not None
    question = case.world.link(case.client).problem
    assert question is not None
    matched = case.world.intent("answer", case.client, question=question.id, choice="match")
    assert matched.verdict == "applied"
    case.settle()

    case.answered()

    assert case.is_linked()
    assert case.world.canopy.writes == 1


@pytest.mark.parametrize("canopy_has_it", [False, True])
def test_a_person_s_choice_of_another_name_stands(canopy_has_it: bool) -> None:
    """They were asked whose client it is, and said: another one. The answer that comes too late takes nothing back."""
    case = told()
    question = case.world.link(case.client).problem
    assert question is not None
    case.world.intent("answer", case.client, question=question.id, choice="name", value="Frank B")
    if canopy_has_it:
        case.world.finish(case.client)

    case.answered()

    link = case.world.link(case.client)
    assert (link.status, link.customer_id) == (LinkStatus.SYNCED, "58")
    assert case.world.customer("7").problem is None


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

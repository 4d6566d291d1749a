"""What can be taken back, as the history of a link tells it: its answers, and whether one of the two was made for the other."""

from dataclasses import replace

from adapters.store.answers_given import AnswersGiven
from adapters.store.both_left import BothLeft
from adapters.store.database import Database
from adapters.store.made_for_links import MadeForLinks
from adapters.store.read_model import ReadModel
from adapters.web.api.held_again_preview import held_again_preview, left_at
from adapters.web.api.undo_preview import answer_at, undo_preview
from domain.fields import Field
from domain.ids import ClientId, CustomerId
from domain.refusals import Refusal
from domain.remembered import Held, LeftApart, Settled
from tests.integration.store.recorded_world import RecordedWorld
from tests.unit.domain.holding_again import hold_again, left
from tests.unit.domain.undoing import take_back
from tests.unit.domain.world import FIRM

CLIENT = ClientId("c-1")
OURS, THEIRS = "canopy@example.com", "qbo@example.com"


def asked(world: RecordedWorld) -> str:
    """Let both sides change c-1's email; gives its customer."""
    world.add_client(toggle=True, display_name="Fiona Gallagher", email="before@example.com")
    world.settle()
    customer = world.link().customer_id
    assert customer is not None
    world.edit_client(email=OURS)
    world.quickbooks.edit(customer, world.now, {Field.EMAIL: THEIRS})
    world.finish()
    return customer


def answer(world: RecordedWorld, choice: str) -> int:
    """Answer the open question; gives the version that the answer left."""
    problem = world.link().problem
    assert problem is not None
    world.intent("answer", "c-1", question=problem.id, choice=choice)
    return world.link().version


async def test_an_answer_is_told_with_what_both_sides_had_before_it(database: Database) -> None:
    """The last one, and an older one by its version; who gave it, and nothing where there was none."""
    world = RecordedWorld()
    customer = asked(world)
    first = answer(world, "canopy")
    world.settle()
    await world.flush(database)
    answers = AnswersGiven(database)
    given = await answers.at(FIRM, CLIENT, None)
    assert given is not None
    assert (given.version, given.actor) == (first, "user:dana")
    settled = given.settled
    assert isinstance(settled, Settled)
    assert (settled.question, settled.customer_id) == ("both_changed", customer)
    assert (settled.stands, settled.canopy, settled.quickbooks) == (
        {Field.EMAIL: OURS},
        {Field.EMAIL: OURS},
        {Field.EMAIL: THEIRS},
    )

    take_back(world, settled)
    world.settle()
    second = answer(world, "quickbooks")
    world.settle()
    await world.flush(database)

    assert [each.version for each in await answers.newest(FIRM, CLIENT)] == [second, first]
    assert await answers.at(FIRM, CLIENT, first) == given
    assert await answers.at(FIRM, CLIENT, second + 1) is None
    assert await answers.at(FIRM, CLIENT, 2**40) is None
    assert await answers.at(FIRM, ClientId("c-9"), None) is None


async def test_a_preview_by_the_tables_comes_to_what_the_act_does(database: Database) -> None:
    """Both sides as they are in the end."""
    world = RecordedWorld()
    customer = asked(world)
    answer(world, "canopy")
    world.settle()
    await world.flush(database)
    reads = ReadModel(database)

    given = await answer_at(reads, FIRM, CLIENT, None)
    seen = await undo_preview(reads, FIRM, CLIENT, given, world.now)

    assert (seen.told.outcome, seen.told.code) == ("question", "both_changed")
    assert seen.text == (
        "The answer is taken back, and the question is open again, about email. Email is written to QuickBooks."
    )
    assert seen.told.writes["quickbooks"] == {Field.EMAIL: THEIRS}
    assert isinstance(given.settled, Settled)
    versions = {
        "link_version": seen.told.link_version,
        "customer_sync_token": seen.told.customer_sync_token,
        "client_version": seen.told.client_version,
    }
    assert take_back(world, given.settled, **versions).verdict == "applied"
    world.settle()
    assert world.quickbooks.customers[CustomerId(customer)].values[Field.EMAIL] == THEIRS


async def test_an_answer_whose_values_were_erased_can_not_be_taken_back(database: Database) -> None:
    """Nobody knows them any more."""
    world = RecordedWorld()
    asked(world)
    answer(world, "canopy")
    world.settle()
    known = world.canopy.clients[CLIENT]
    world.hear(replace(known, version=known.version + 1, presence="deleted"), "deleted")
    world.settle()
    world.intent("erase", "c-1", reason="asked by letter")
    await world.flush(database)

    given = await AnswersGiven(database).at(FIRM, CLIENT, None)

    assert given is not None
    assert given.settled == Refusal("nothing_to_undo")


async def test_what_was_made_for_a_link_is_known_from_what_was_matched(database: Database) -> None:
    """A customer for a client, a client for a customer, and neither."""
    world = RecordedWorld()
    world.switch(from_qbo_creating=False)
    world.add_client("c-1", toggle=True, display_name="Fiona Gallagher")
    world.settle()
    world.know_customer("7", display_name="Kofi Mensah")
    world.intent("add_client", customer_id=CustomerId("7"))
    world.settle()
    world.know_customer("8", display_name="Debbie Gallagher")
    world.add_client("c-3", toggle=False, display_name="Debbie Gallagher")
    world.intent("match", "c-3", customer_id=CustomerId("8"))
    world.settle()
    await world.flush(database)
    made = MadeForLinks(database)

    by_customer = {link.customer_id: await made.of(link) for link in world.links()}

    assert by_customer == {world.link("c-1").customer_id: "customer", "7": "client", "8": None}
    world.intent("unmatch", "c-1")
    await world.flush(database)
    assert await made.of(world.link("c-1")) is None


def held(world: RecordedWorld) -> None:
    """Let a switch hold an edit of c-1's email."""
    world.add_client(toggle=True, display_name="Fiona Gallagher", email=THEIRS)
    world.settle()
    world.switch(from_canopy_editing=False)
    world.edit_client(email=OURS)


async def test_what_was_left_on_both_sides_is_told_with_how_it_was_before(database: Database) -> None:
    """The last time, and an older one by its version; who left it, and nothing where nothing was."""
    world = RecordedWorld()
    held(world)
    first = left(world)
    hold_again(world, first)
    second = left(world)
    await world.flush(database)
    times = BothLeft(database)

    assert [each.left for each in await times.newest(FIRM, CLIENT)] == [second, first]
    once = await times.at(FIRM, CLIENT, None)
    assert once is not None
    assert (once.version, once.actor, once.left) == (second.version, "user:dana", second)
    older = await times.at(FIRM, CLIENT, first.version)
    assert older is not None
    assert older.left == first
    assert await times.at(FIRM, CLIENT, second.version + 1) is None
    assert await times.at(FIRM, CLIENT, 2**40) is None
    assert await times.at(FIRM, ClientId("c-9"), None) is None


async def test_a_preview_of_what_is_held_again_comes_to_what_the_act_does(database: Database) -> None:
    """Nothing is written; what is held already is not named as held again."""
    world = RecordedWorld()
    held(world)
    world.edit_client(phone="311")
    left(world)
    world.edit_client(phone="312")
    await world.flush(database)
    reads = ReadModel(database)

    once = await left_at(reads, FIRM, CLIENT, None)
    seen = await held_again_preview(reads, FIRM, CLIENT, once, world.now)

    assert (seen.told.outcome, seen.told.code) == ("undone", "undone")
    assert not any(seen.told.writes.values())
    assert {each.field: each.fate for each in seen.told.fields if each.fate == "held"} == {
        Field.EMAIL: "held",
        Field.PHONE: "held",
    }
    assert seen.text == (
        "Email is held again, until somebody says what is done with it. Nothing is written on either side."
    )
    assert isinstance(once.left, LeftApart)
    versions = {
        "link_version": seen.told.link_version,
        "customer_sync_token": seen.told.customer_sync_token,
        "client_version": seen.told.client_version,
    }
    assert hold_again(world, once.left, **versions).verdict == "applied"
    assert world.link().held == Held(to_quickbooks=(Field.EMAIL, Field.PHONE))
    await world.flush(database)
    again = await held_again_preview(reads, FIRM, CLIENT, once, world.now)
    assert (again.told.outcome, again.told.code) == ("blocked", "nothing_to_hold_again")
    assert again.text.startswith("There is nothing left of this to hold again")


async def test_what_was_left_can_not_be_held_again_once_its_values_were_erased(database: Database) -> None:
    """Nobody knows them any more."""
    world = RecordedWorld()
    held(world)
    left(world)
    known = world.canopy.clients[CLIENT]
    world.hear(replace(known, version=known.version + 1, presence="deleted"), "deleted")
    world.settle()
    world.intent("erase", "c-1", reason="asked by letter")
    await world.flush(database)

    once = await BothLeft(database).at(FIRM, CLIENT, None)

    assert once is not None
    assert once.left == Refusal("nothing_to_hold_again")

"""What can be taken back, as the history of a link tells it: its answers, and whether one of the two was made for the other."""

from dataclasses import replace

from adapters.store.answers_given import AnswersGiven
from adapters.store.database import Database
from adapters.store.made_for_links import MadeForLinks
from adapters.store.read_model import ReadModel
from adapters.web.api.undo_preview import answer_at, undo_preview
from domain.fields import Field
from domain.ids import ClientId, CustomerId
from domain.refusals import Refusal
from domain.remembered import Settled
from tests.integration.store.recorded_world import RecordedWorld
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

"""Which histories are kept: runs of the simulation, and stories told by hand."""

from collections.abc import Callable, Mapping
from functools import partial

from domain.fields import Address, Field, Values
from domain.ids import ClientId, CustomerId, FirmId, IntentId
from domain.inputs import (
    Answer,
    ChangeSettings,
    Connect,
    Disconnect,
    Intent,
    Match,
    Push,
    PutBack,
    Restore,
    Unmatch,
)
from domain.rows import LinkRow
from domain.settings import Actions, Settings
from tests.simulation.faults import RATES
from tests.simulation.script import next_round, opening
from tests.simulation.simulation import Simulation
from tests.simulation.topics import INTENTS

FIRM = FirmId("f-1")
FIONA = ClientId("c-fiona")
MOST_DECISIONS = 130


class Story:
    """One firm, told step by step: each is carried to its end before the next begins, and nothing goes wrong."""

    def __init__(self) -> None:
        self.company = Simulation(0, without=RATES.keys())
        self.canopy = self.company.canopy[FIRM]
        self.books = self.company.quickbooks[FIRM]
        self._intents = 0
        self.intent(Connect, realm_id=self.books.realm)

    def intent(self, kind: Callable[..., Intent], **more: object) -> None:
        """A person asks for something."""
        self._intents += 1
        name = IntentId(f"intent-{self._intents}")
        self.company.write(INTENTS, kind(firm_id=FIRM, intent_id=name, **more), name, "user:dana", None)
        self.company.settle()

    def link(self) -> LinkRow:
        """Fiona's link, as the log has it."""
        row = self.company.judge.rows[LinkRow(firm_id=FIRM, client_id=FIONA).key]
        assert isinstance(row, LinkRow)
        return row

    def question(self) -> str:
        """The question that is open about it."""
        problem = self.link().problem
        assert problem is not None
        return problem.id


def fiona() -> Simulation:
    """The support article: created, edited, unmatched, undone, matched with another customer."""
    story = Story()
    home = Address(line1="2119 S Wallace St", city="Chicago", region="IL", postal_code="60616", country="US")
    values: Values = {
        Field.DISPLAY_NAME: "Fiona Gallagher",
        Field.EMAIL: "fiona@example.com",
        Field.ADDRESS: home,
    }
    story.canopy.add(values, True, FIONA)
    story.company.settle()
    story.canopy.edit(FIONA, {Field.PHONE: "(312) 555-0100", Field.EMAIL: None})
    story.company.settle()
    story.intent(Unmatch, client_id=FIONA, reason="wrong customer")
    story.canopy.edit(FIONA, {Field.EMAIL: "f.gallagher@example.com"})
    story.company.settle()
    story.intent(Restore, client_id=FIONA)
    story.intent(Unmatch, client_id=FIONA)
    other = story.books.add({Field.DISPLAY_NAME: "Gallagher & Sons", Field.PHONE: "(312) 555-0199"}, "77")
    assert other is not None
    story.company.settle()
    story.intent(Match, client_id=FIONA, customer_id=CustomerId("77"))
    return story.company


def taken_name() -> Simulation:
    """A vendor has the name: asked, answered with another name, and that one is created."""
    story = Story()
    story.books.add_vendor("Fiona Gallagher")
    story.canopy.add({Field.DISPLAY_NAME: "Fiona Gallagher", Field.FIRST_NAME: "Fiona"}, True, FIONA)
    story.company.settle()
    story.intent(
        Answer,
        client_id=FIONA,
        question=story.question(),
        choice="name",
        field=Field.DISPLAY_NAME,
        value="Fiona G. Gallagher",
    )
    return story.company


def both_sides() -> Simulation:
    """Edited on both sides at once: asked, answered, put back; and held while a switch is off, then pushed."""
    story = Story()
    story.canopy.add({Field.DISPLAY_NAME: "Fiona Gallagher"}, True, FIONA)
    story.company.settle()
    (customer,) = story.books.customers
    story.canopy.edit(FIONA, {Field.EMAIL: "home@example.com"})
    story.books.edit(customer, {Field.EMAIL: "work@example.com"})
    story.company.settle()
    story.intent(Answer, client_id=FIONA, question=story.question(), choice="quickbooks")
    story.intent(PutBack, client_id=FIONA, field=Field.EMAIL, value="home@example.com")
    story.intent(ChangeSettings, settings=Settings(actions_from_canopy=Actions(editing=False)))
    story.canopy.edit(FIONA, {Field.PHONE: "(312) 555-0100"})
    story.company.settle()
    story.intent(Push, client_id=FIONA)
    return story.company


def away_and_back() -> Simulation:
    """Disconnected, edited on both sides meanwhile, and connected again: what drifted is held."""
    story = Story()
    story.canopy.add({Field.DISPLAY_NAME: "Fiona Gallagher"}, True, FIONA)
    story.company.settle()
    (customer,) = story.books.customers
    story.intent(Disconnect)
    story.canopy.edit(FIONA, {Field.EMAIL: "home@example.com"})
    story.books.edit(customer, {Field.PHONE: "(312) 555-0100"})
    story.company.settle()
    story.intent(Connect, realm_id=story.books.realm)
    story.intent(Push, client_id=FIONA)
    return story.company


def simulated(seed: int) -> Simulation:
    """Play a seed's opening and first rounds, with all that goes wrong."""
    company = Simulation(seed)
    company.play(opening(seed))
    for number in (1, 2):
        company.play(next_round(seed, number))
    return company


STORIES: Mapping[str, Callable[[], Simulation]] = {
    "story-fiona": fiona,
    "story-taken-name": taken_name,
    "story-both-sides": both_sides,
    "story-away-and-back": away_and_back,
    **{f"simulated-{seed}": partial(simulated, seed) for seed in (11, 12)},
}

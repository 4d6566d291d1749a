"""What console and API read. Each question is one consistent look at the tables that the projector fills."""

from sqlalchemy import and_

from adapters.store.activity import ActivityList
from adapters.store.answers_given import AnswersGiven
from adapters.store.audit import Audit
from adapters.store.client_lists import ClientLists
from adapters.store.customer_search import CustomerSearch
from adapters.store.database import Database
from adapters.store.dead_letter_list import DeadLetterList
from adapters.store.engine_versions import EngineVersions
from adapters.store.firm_facts import FirmFacts
from adapters.store.firm_list import FirmList
from adapters.store.link_list import LinkList
from adapters.store.made_for_links import MadeForLinks
from adapters.store.marked_links import MarkedLinks
from adapters.store.near_rows import NearRows
from adapters.store.pairings import Pairings
from adapters.store.past_states import PastStates
from adapters.store.pending_work import PendingWork
from adapters.store.projection import Projection
from adapters.store.read_tables import read_links
from adapters.store.recent_work import RecentWork
from adapters.store.remembered import forget_texts
from adapters.store.replaced_values import ReplacedValues
from adapters.store.row_changes import RowChanges
from adapters.store.settings_changes import SettingsHistory
from adapters.store.surroundings import Surroundings
from domain.projection import Build

DRIFTED = '"drifted":["'
"""So a row begins to name what is held since its company was disconnected; few are held at all, so none needs a column for it."""


class ReadModel:
    """The questions, by what they are about."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._projection = Projection(database)
        self.activity = ActivityList(database)
        self.answers = AnswersGiven(database)
        self.audit = Audit(database)
        self.versions = EngineVersions(database)
        self.past = PastStates(database)
        self.links = LinkList(database)
        self.lists = ClientLists(database)
        self.held = MarkedLinks(database, read_links.c.held)
        self.drifted = MarkedLinks(database, and_(read_links.c.held, read_links.c.row.contains(DRIFTED)))
        self.due = MarkedLinks(database, read_links.c.has_work)
        self.customers = CustomerSearch(database)
        self.near = NearRows(database)
        self.pairings = Pairings(database)
        self.made = MadeForLinks(database)
        self.replaced = ReplacedValues(database)
        self.surroundings = Surroundings(database)
        self.firms = FirmFacts(database)
        self.settings = SettingsHistory(database)
        self.recent = RecentWork(database)
        self.firm_list = FirmList(database)
        self.pending = PendingWork(database)
        self.changes = RowChanges(database)
        self.dead_letters = DeadLetterList(database)

    def forget(self) -> None:
        """Let go of what this process remembers of people: somebody was erased."""
        self.pairings.forget()
        forget_texts()

    async def build(self) -> Build:
        """Say which build of the tables there is, and whether it may be read."""
        return await self._projection.build("log")

    async def unfolded_beside(self) -> int | None:
        """Count the records that tables lack that are built beside these; None: none are."""
        return await self._projection.unfolded_beside()

    def is_lost(self) -> bool:
        """Say whether the database's file was deleted or replaced since it was opened."""
        return self._database.is_lost()

"""What console and API read. Each question is one consistent look at the tables that the projector fills."""

from sqlalchemy import select

from adapters.store.customer_search import CustomerSearch
from adapters.store.database import Database
from adapters.store.dead_letter_list import DeadLetterList
from adapters.store.firm_facts import FirmFacts
from adapters.store.link_list import LinkList
from adapters.store.tables import projector_positions

LOG_STREAM = "log"
DEAD_LETTER_STREAM = "dead_letters"


class ReadModel:
    """The questions, by what they are about."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.links = LinkList(database)
        self.customers = CustomerSearch(database)
        self.firms = FirmFacts(database)
        self.dead_letters = DeadLetterList(database)

    async def positions(self, stream: str = LOG_STREAM) -> dict[int, int]:
        """Give, per partition, the next offset that these tables do not show yet."""
        wanted = select(projector_positions.c.partition, projector_positions.c.next_offset)
        async with self._database.read() as connection:
            found = await connection.execute(wanted.where(projector_positions.c.stream == stream))
            return dict(found.all())

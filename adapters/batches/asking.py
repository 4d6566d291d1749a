"""What a batch asks for, for the gateway that asks for it (`adapters/asking_together.py`)."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from adapters.store.batch_ends import BatchEnds
from adapters.store.batches import Batch, Batches
from adapters.store.clients_seen import ClientsSeen
from adapters.store.database import Database
from adapters.store.decided_together import Said
from adapters.store.replaced_values import ReplacedValues
from domain.batches import NO_VALUES, OF_CLIENT, batch_intent
from domain.ids import IntentId
from domain.inputs import Intent


class BatchesUnderWay:
    """Those that are under way. So few rows of one are at work at once that stopping it means something."""

    def __init__(self, database: Database) -> None:
        self._batches = Batches(database)
        self._ends = BatchEnds(database)
        self._replaced = ReplacedValues(database)
        self._clients = ClientsSeen(database)
        self.under_way = self._batches.under_way
        self.take = self._batches.take
        self.end = self._batches.end
        self.at_work = self._ends.at_work

    async def intents(self, batch: Batch) -> Sequence[Intent]:
        """Give what its rows ask for, in their order."""
        rows = await self._batches.rows(batch.id)
        # A batch keeps no values. Where they are not any more what its person saw, the row's versions refuse it.
        back = [row.client_id for row in rows if row.do == "unmatch_with_values_back" and row.client_id]
        values = await self._replaced.to_put_back(batch.firm_id, back) if back else {}
        seen = [
            (row.client_id, row.link_version)
            for row in rows
            if row.do in OF_CLIENT and row.client_id is not None and row.link_version is not None
        ]
        clients = await self._clients.versions(batch.firm_id, seen) if seen else {}
        asked = (
            batch_intent(
                batch.id,
                batch.firm_id,
                number,
                row,
                batch.reason,
                values.get(row.client_id, NO_VALUES) if row.client_id else NO_VALUES,
                clients.get(row.client_id) if row.client_id else None,
            )
            for number, row in enumerate(rows)
        )
        return [each for each in asked if each is not None]

    async def said(self, batch: Batch) -> Mapping[IntentId, Said]:
        """Give what is decided of it."""
        return await self._ends.said(batch.firm_id, batch.id)

    async def stops_by_itself(self, _: Batch, __: datetime) -> bool:
        """Never: each row is decided by what holds then, on what its person saw."""
        return False

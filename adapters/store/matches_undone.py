"""What QuickBooks would be given if the matches of a batch were taken back with its values: decided on a copy of the firm's rows."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime

from adapters.store.database import Database
from adapters.store.replaced_values import ReplacedValues
from adapters.store.replay_ground import ReplayGrounds
from domain.ids import ClientId, FirmId
from domain.reverting import RevertedRow, with_what_was_replaced
from domain.table import Table
from domain.values_back import Replaced


class MatchesUndone:
    """The query."""

    def __init__(self, database: Database) -> None:
        self._grounds = ReplayGrounds(database)
        self._replaced = ReplacedValues(database)

    async def with_values(
        self, firm: FirmId, rows: Sequence[RevertedRow], at: datetime
    ) -> Sequence[RevertedRow]:
        """Say it of each row that is unmatched. `at`: when it would be asked for."""
        unmatched = [row.client_id for row in rows if row.outcome == "unmatched"]
        replaced = await self._replaced.of_clients(firm, unmatched)
        if not replaced:
            return rows
        table = await self._grounds.table(firm)
        return await asyncio.to_thread(_with_values, table, firm, rows, replaced, at)


def _with_values(
    table: Table,
    firm: FirmId,
    rows: Sequence[RevertedRow],
    replaced: Mapping[ClientId, Replaced],
    at: datetime,
) -> Sequence[RevertedRow]:
    started = frozenset(effect.id for row in table for effect in row.pending)
    return [
        with_what_was_replaced(table, firm, row, replaced[row.client_id], at, started)
        if row.client_id in replaced
        else row
        for row in rows
    ]

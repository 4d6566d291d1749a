"""Which rows of a firm were decided about between two places of the log: for who was away in between."""

from sqlalchemy import select

from adapters.store.database import Database
from adapters.store.kept_tables import history
from adapters.store.row_json import any_row
from domain.ids import FirmId
from domain.rows import Row

FARTHEST = 20_000
"""Offsets to look through: other firms share the partition, and looking at everything is cheaper beyond these."""


class RowChanges:
    """The query; `history` keeps what the read model has applied."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def since(
        self, firm: FirmId, partition: int, first: int, before: int, most: int
    ) -> tuple[Row, ...] | None:
        """Give each row as it was decided last in between; None: that is too much to tell."""
        if before - first > FARTHEST:
            return None
        lines = history.c
        wanted = select(lines.row_key, lines.row).where(
            lines.partition == partition, lines.offset >= first, lines.offset < before, lines.firm_id == firm
        )
        async with self._database.read() as connection:
            found = (await connection.execute(wanted.order_by(lines.offset).limit(most + 1))).all()
        if len(found) > most:
            return None
        last = dict(found)
        return tuple(any_row(key, row) for key, row in last.items())

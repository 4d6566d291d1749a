"""Whether somebody was erased: asked of `history`, which knows it while the read model is built anew."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import func, select, tuple_

from adapters.store.database import Database
from adapters.store.kept_tables import history
from adapters.store.row_json import any_row
from domain.ids import RowKey
from domain.rows import CustomerRow, LinkRow

AT_ONCE = 200


class ErasedPeople:
    """The query."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def any_since(self, keys: Iterable[RowKey], at: datetime) -> bool:
        """Say whether one of these clients or customers was erased after a moment."""
        wanted = sorted(keys)
        for first in range(0, len(wanted), AT_ONCE):
            if await self._any(wanted[first : first + AT_ONCE], at):
                return True
        return False

    async def _any(self, keys: list[RowKey], at: datetime) -> bool:
        lines, older = history.c, history.alias("older").c
        newest = (
            select(older.row_key, func.max(older.offset))
            .where(older.row_key.in_(keys))
            .group_by(older.row_key)
        )
        wanted = select(lines.row_key, lines.row).where(
            lines.row_key.in_(keys), tuple_(lines.row_key, lines.offset).in_(newest)
        )
        async with self._database.read() as connection:
            found = (await connection.execute(wanted)).all()
        rows = (any_row(key, row) for key, row in found)
        erased = (row.erased for row in rows if isinstance(row, LinkRow | CustomerRow))
        return any(each is not None and at < each.at for each in erased)

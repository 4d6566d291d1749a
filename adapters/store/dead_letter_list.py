"""The list of messages that could not be used, for operators."""

from sqlalchemy import select, tuple_

from adapters.store.cursors import cursor_of, number_key
from adapters.store.database import Database
from adapters.store.read_tables import read_dead_letters
from adapters.store.reading import reading
from adapters.store.views import DeadLetterPage, DeadLetterView
from domain.ids import FirmId

PAGE = 50


class DeadLetterList:
    """Reads what the projector collected from `sync.dead-letters`; the original bytes stay there."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def page(
        self, firms: frozenset[FirmId] | None = None, *, cursor: str | None = None, limit: int = PAGE
    ) -> DeadLetterPage:
        """List them, the newest first; `firms`: only those that name one of these as their key."""
        letters = read_dead_letters.c
        # Within the same moment, by place: a cursor has to name one line.
        key = tuple_(letters.time, letters.partition, letters.offset)
        wanted = select(read_dead_letters)
        if firms is not None:
            wanted = wanted.where(letters.key.in_(sorted(firms)))
        if cursor is not None:
            partition, offset = number_key(cursor, 2)
            last = select(letters.time).where(letters.partition == partition, letters.offset == offset)
            wanted = wanted.where(key < tuple_(last.scalar_subquery(), partition, offset))
        wanted = wanted.order_by(letters.time.desc(), letters.partition.desc(), letters.offset.desc())
        async with reading(self._database, "dead_letters") as connection:
            found = (await connection.execute(wanted.limit(limit + 1))).mappings().all()
        shown = tuple(DeadLetterView(**letter) for letter in found[:limit])
        more = len(found) > limit
        return DeadLetterPage(
            letters=shown, cursor=cursor_of(shown[-1].partition, shown[-1].offset) if more else None
        )

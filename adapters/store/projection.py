"""Fills the read model: rows, history and position in one transaction, so that none is ever ahead of the others."""

from collections.abc import Mapping

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.store.database import Database
from adapters.store.projected_rows import write_history, write_rows
from adapters.store.read_model import DEAD_LETTER_STREAM, LOG_STREAM
from adapters.store.tables import projector_positions, read_dead_letters
from adapters.store.upsert import insert_if_new
from domain.projection import DeadLetter, Stretch


class Projection:
    """The port `ReadModelWriter`. Two gateways may both apply: each stretch counts once, in order."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def log_positions(self) -> Mapping[int, int]:
        """Say how far the log has been applied."""
        return await self._positions(LOG_STREAM)

    async def dead_letter_positions(self) -> Mapping[int, int]:
        """Say how far the dead letters have been applied."""
        return await self._positions(DEAD_LETTER_STREAM)

    async def apply(self, stretch: Stretch) -> int:
        """Apply what was not applied yet; see the port."""
        while True:
            async with self._database.write() as connection:
                at = await _position(connection, LOG_STREAM, stretch.partition, stretch.first)
                if not stretch.first <= at < stretch.next_offset:
                    return at
                if await _advance(connection, LOG_STREAM, stretch.partition, at, stretch.next_offset):
                    news = [each for each in stretch.decided if each.offset >= at]
                    await write_rows(connection, news)
                    await write_history(connection, news)
                    return stretch.next_offset
            # Somebody else applied something since we looked.

    async def add_dead_letters(
        self, partition: int, next_offset: int, letters: tuple[DeadLetter, ...]
    ) -> None:
        """Add them to the list; see the port."""
        async with self._database.write() as connection:
            at = await _position(connection, DEAD_LETTER_STREAM, partition, 0)
            if at < next_offset:
                await _advance(connection, DEAD_LETTER_STREAM, partition, at, next_offset)
            # The key is the place in the topic, so a second gateway adds nothing.
            await insert_if_new(connection, read_dead_letters, [_columns(letter) for letter in letters])

    async def _positions(self, stream: str) -> Mapping[int, int]:
        positions = projector_positions.c
        wanted = select(positions.partition, positions.next_offset).where(positions.stream == stream)
        async with self._database.read() as connection:
            return dict((await connection.execute(wanted)).all())


async def _position(connection: AsyncConnection, stream: str, partition: int, begin: int) -> int:
    """Read a position; the first time it is where the reader begins."""
    fresh = {"stream": stream, "partition": partition, "next_offset": begin}
    await insert_if_new(connection, projector_positions, [fresh])
    positions = projector_positions.c
    at = await connection.scalar(
        select(positions.next_offset).where(positions.stream == stream, positions.partition == partition)
    )
    return begin if at is None else int(at)


async def _advance(connection: AsyncConnection, stream: str, partition: int, at: int, to: int) -> bool:
    """Move a position from `at`; False if it is no longer there."""
    positions = projector_positions.c
    moved = await connection.execute(
        update(projector_positions)
        .where(positions.stream == stream, positions.partition == partition, positions.next_offset == at)
        .values(next_offset=to)
    )
    return moved.rowcount == 1


def _columns(letter: DeadLetter) -> dict[str, object]:
    return {column.name: getattr(letter, column.name) for column in read_dead_letters.c}

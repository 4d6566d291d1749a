"""Fills the read model: rows, history and position in one transaction, so that none is ever ahead of the others."""

from collections.abc import Callable, Mapping

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.store.connection_check import ConnectionNotes
from adapters.store.connections_of_log import follow, mend
from adapters.store.database import Database
from adapters.store.dead_letter_list import realms_text
from adapters.store.erasing import ERASES, erase_in_kept_tables
from adapters.store.projected_rows import write_history, write_rows
from adapters.store.read_tables import projector_positions, read_build, read_dead_letters
from adapters.store.remembered import forget_texts
from adapters.store.upsert import insert_if_new
from domain.projection import Build, BuiltAgainError, DeadLetter, Stream, Stretch
from domain.rows import FirmRow

LOG: Stream = "log"
DEAD_LETTERS: Stream = "dead_letters"


class Projection:
    """The port `ReadModelWriter`. Two gateways may both apply: each stretch counts once, in order."""

    def __init__(
        self,
        database: Database,
        notes: ConnectionNotes | None = None,
        forget: Callable[[], None] = forget_texts,
    ) -> None:
        """`forget`: makes this process forget what it remembers of people."""
        self._database = database
        self._forget = forget
        self._notes = notes or ConnectionNotes()

    async def build(self, stream: Stream) -> Build:
        """Say which build of the tables there is."""
        wanted = select(read_build.c.id, read_build.c.complete, read_build.c.again)
        async with self._database.read() as connection:
            row = (await connection.execute(wanted.where(read_build.c.stream == stream))).one()
        return Build(id=row.id, complete=row.complete, again=row.again)

    async def complete(self, stream: Stream, build: int) -> None:
        """Let people read; see the port."""
        this = update(read_build).where(read_build.c.stream == stream, read_build.c.id == build)
        async with self._database.write() as connection:
            await connection.execute(this.values(complete=True))
            if stream == LOG:
                # In the same moment: who reads that the tables are complete may rely on the companies too.
                self._notes.take(await mend(connection))

    async def log_positions(self) -> Mapping[int, int]:
        """Say how far the log has been applied."""
        return await self._positions(LOG)

    async def dead_letter_positions(self) -> Mapping[int, int]:
        """Say how far the dead letters have been applied."""
        return await self._positions(DEAD_LETTERS)

    async def apply(self, stretch: Stretch, build: int) -> int:
        """Apply what was not applied yet; see the port."""
        try:
            return await self._apply(stretch, build)
        finally:
            # Whoever has applied it, this process may remember what stood there before.
            if any(each.code == ERASES for each in stretch.decided):
                self._forget()

    async def _apply(self, stretch: Stretch, build: int) -> int:
        while True:
            async with self._database.write() as connection:
                complete = await _hold_build(connection, LOG, build)
                at = await _position(connection, LOG, stretch.partition, stretch.first)
                if not stretch.first <= at < stretch.next_offset:
                    return at
                if await _advance(connection, LOG, stretch.partition, at, stretch.next_offset):
                    news = [each for each in stretch.decided if each.offset >= at]
                    await write_rows(connection, news)
                    await write_history(connection, news)
                    erased = await erase_in_kept_tables(connection, news)
                    if complete:  # until then firms' rows of long ago come by
                        await follow(connection, (each.row for each in news if isinstance(each.row, FirmRow)))
                else:
                    continue  # somebody else applied something since we looked
            if erased:
                await self._database.clear_away()
            return stretch.next_offset

    async def add_dead_letters(
        self, partition: int, next_offset: int, letters: tuple[DeadLetter, ...], build: int
    ) -> None:
        """Add them to the list; see the port."""
        async with self._database.write() as connection:
            await _hold_build(connection, DEAD_LETTERS, build)
            at = await _position(connection, DEAD_LETTERS, partition, 0)
            if at < next_offset:
                await _advance(connection, DEAD_LETTERS, partition, at, next_offset)
            # The key is the place in the topic, so a second gateway adds nothing.
            await insert_if_new(connection, read_dead_letters, [_columns(letter) for letter in letters])

    async def _positions(self, stream: Stream) -> Mapping[int, int]:
        positions = projector_positions.c
        wanted = select(positions.partition, positions.next_offset).where(positions.stream == stream)
        async with self._database.read() as connection:
            return dict((await connection.execute(wanted)).all())


async def _hold_build(connection: AsyncConnection, stream: Stream, build: int) -> bool:
    """Refuse if it is another build; let nobody begin another until the transaction ends. True: it is complete."""
    now = select(read_build.c.id, read_build.c.complete).where(read_build.c.stream == stream)
    row = (await connection.execute(now.with_for_update(read=True))).one_or_none()
    if row is None or row.id != build:
        raise BuiltAgainError
    return bool(row.complete)


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
    columns = {column.name: getattr(letter, column.name) for column in read_dead_letters.c}
    return {**columns, "realms": realms_text(letter.realms)}

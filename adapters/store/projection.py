"""Fills the read model: rows, history and position in one transaction, so that none is ever ahead of the others."""

from collections.abc import Callable, Mapping, Sequence

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.store.builds import Builds, builds_filled_since, builds_of, former_builds
from adapters.store.built_tables import projector_positions, read_build, read_folded, read_newer
from adapters.store.connection_check import ConnectionNotes
from adapters.store.connections_of_log import follow, mend
from adapters.store.database import Database
from adapters.store.erasing import ERASES, erase_in_kept_tables
from adapters.store.letter_lines import add_letters
from adapters.store.locks import fill_alone, fill_with_others
from adapters.store.projected_rows import remove_row, write_history, write_rows
from adapters.store.remembered import forget_texts
from adapters.store.upsert import insert_if_new
from domain.firm_rows import FirmRow
from domain.projection import Build, DeadLetter, Decided, Stream, Stretch

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
        """Say since when the tables are filled, and how far they are."""
        async with self._database.read() as connection:
            builds = await builds_of(connection, stream)
        return Build(id=builds.id, complete=builds.complete, again=builds.again)

    async def unfolded_beside(self) -> int | None:
        """Count the offsets of the log that a build beside the one that people read lacks; None: there is none."""
        folded = read_folded.c
        lacks = func.coalesce(func.sum(folded.until - folded.next_offset), 0)
        wanted = select(lacks).where(folded.stream == LOG, folded.next_offset < folded.until)
        async with self._database.read() as connection:
            if (await builds_of(connection, LOG)).beside is None:
                return None
            return int(await connection.scalar(wanted) or 0)

    async def complete(self, stream: Stream, build: int) -> None:
        """Let people read; see the port."""
        this = update(read_build).where(read_build.c.stream == stream, read_build.c.id == build)
        async with self._database.write() as connection:
            # Alone: a firm's row that is applied at this moment would be followed by nobody.
            await fill_alone(connection)
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
                await fill_with_others(connection)
                builds = await builds_filled_since(connection, LOG, build)
                at = await _position(connection, LOG, stretch.partition, stretch.first)
                if not stretch.first <= at < stretch.next_offset:
                    return at
                if await _advance(connection, LOG, stretch.partition, at, stretch.next_offset):
                    news = [each for each in stretch.decided if each.offset >= at]
                    await write_rows(connection, builds.shown, news)
                    await write_history(connection, news)
                    erased = await erase_in_kept_tables(connection, news)
                    if builds.beside is not None:
                        await _apply_beside(connection, builds.beside, news)
                    if erased:
                        await _erase_in_builds(connection, builds, stretch, news)
                    if builds.complete:  # until then firms' rows of long ago come by
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
            await fill_with_others(connection)
            builds = await builds_filled_since(connection, DEAD_LETTERS, build)
            at = await _position(connection, DEAD_LETTERS, partition, 0)
            if at < next_offset:
                await _advance(connection, DEAD_LETTERS, partition, at, next_offset)
            for each in builds.filled:
                await add_letters(connection, each, letters)

    async def _positions(self, stream: Stream) -> Mapping[int, int]:
        positions = projector_positions.c
        wanted = select(positions.partition, positions.next_offset).where(positions.stream == stream)
        async with self._database.read() as connection:
            return dict((await connection.execute(wanted)).all())


async def _apply_beside(connection: AsyncConnection, build: int, news: Sequence[Decided]) -> None:
    """Apply them to a build beside as well, and note that what is still to be folded of these rows is older."""
    await write_rows(connection, build, news)
    keys = {each.row.key for each in news}
    await insert_if_new(connection, read_newer, [{"build": build, "row_key": key} for key in sorted(keys)])


async def _erase_in_builds(
    connection: AsyncConnection, builds: Builds, stretch: Stretch, news: Sequence[Decided]
) -> None:
    """Take those rows out of former builds, and let a build beside be folded up to here: what it puts back into history is emptied again."""
    if builds.beside is not None:
        folded = read_folded.c
        here = update(read_folded).where(folded.stream == LOG, folded.partition == stretch.partition)
        await connection.execute(here.values(until=stretch.next_offset))
    for former in await former_builds(connection):
        for each in news:
            await remove_row(connection, former, each.row.key, each.row.firm_id)


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

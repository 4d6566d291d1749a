"""Fills the read model: rows, history and position in one transaction, so that none is ever ahead of the others."""

from collections.abc import Callable, Mapping

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.store.builds import (
    StoredBuild,
    beside_of_this_version,
    builds_of,
    hold_builds,
    hold_builds_alone,
    of_this_version,
    with_id,
)
from adapters.store.connection_check import ConnectionNotes
from adapters.store.connections_of_log import follow, mend
from adapters.store.database import Database
from adapters.store.dead_letter_list import realms_text
from adapters.store.erasing import ERASES, erase_in_kept_tables
from adapters.store.projected_rows import write_history, write_rows
from adapters.store.read_tables import read_build, read_dead_letters
from adapters.store.remembered import forget_texts
from adapters.store.switching import clear_former, former_tables, hold_readers_out, put_beside_in_place
from adapters.store.table_sets import LIVE, TableSet
from adapters.store.upsert import insert_if_new
from domain.projection import STREAMS, Build, BuiltAgainError, DeadLetter, Stream, Stretch
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
        """Say which build people read, or will; see the port.

        Raises:
            NewerDatabaseError: a newer version has put its own in place.
        """
        async with self._database.read() as connection:
            return of_this_version(await builds_of(connection, stream)).as_seen()

    async def beside(self, stream: Stream) -> Build | None:
        """Say which build is filled beside that one; see the port."""
        async with self._database.read() as connection:
            found = beside_of_this_version(await builds_of(connection, stream))
            return found.as_seen() if found is not None else None

    async def complete(self, stream: Stream, build: int) -> bool:
        """Let people read; see the port."""
        async with self._database.write() as connection:
            builds = await hold_builds_alone(connection, stream)
            try:
                this = with_id(builds, build)
            except BuiltAgainError:
                return False
            live = builds["live"]
            if (
                this is not live
                and this.shape == live.shape
                and not await _keeps_up(connection, stream, this)
            ):
                return False
            marked = update(read_build).where(read_build.c.stream == stream, read_build.c.id == build)
            await connection.execute(marked.values(complete=True))
            if this is live and stream == LOG:
                # In the same moment: who reads that the tables are complete may rely on the companies too.
                self._notes.take(await mend(connection))
        return this is live or await self._switch_over()

    async def _switch_over(self) -> bool:
        """Put what was built beside in place, once it is complete from all streams. False: not yet."""
        async with self._database.write() as connection:
            await hold_readers_out(connection)
            for stream in STREAMS:
                beside = (await hold_builds_alone(connection, stream)).get("beside")
                if beside is None or not beside.complete:
                    return False
            await connection.run_sync(put_beside_in_place)
            self._notes.take(await mend(connection))
        return True

    async def clear_former(self) -> None:
        """Drop what nobody reads any more; see the port."""
        await clear_former(self._database)

    async def has_work_beside(self) -> bool:
        """Say whether a build beside is to be filled, or something to be cleared away."""
        return await self.beside("log") is not None or bool(await former_tables(self._database))

    async def positions(self, stream: Stream, build: int) -> Mapping[int, int]:
        """Say how far a build is; see the port."""
        async with self._database.read() as connection:
            return await _positions(
                connection, stream, with_id(await builds_of(connection, stream), build).tables
            )

    async def log_positions(self) -> Mapping[int, int]:
        """Say how far the log is shown to people."""
        async with self._database.read() as connection:
            return await _positions(connection, LOG, LIVE)

    async def behind_beside(self) -> int | None:
        """Count the offsets by which the build beside is behind what people read; None: nothing is built beside it."""
        async with self._database.read() as connection:
            beside = beside_of_this_version(await builds_of(connection, LOG))
            if beside is None:
                return None
            shown, there = (
                await _positions(connection, LOG, LIVE),
                await _positions(connection, LOG, beside.tables),
            )
            return sum(max(0, at - there.get(partition, 0)) for partition, at in shown.items())

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
                builds = await hold_builds(connection, LOG)
                of_this_version(builds)  # else these rows would go into tables of another shape
                this = with_id(builds, build)
                at = await _position(connection, this.tables, LOG, stretch.partition, stretch.first)
                if not stretch.first <= at < stretch.next_offset:
                    return at
                if await _advance(connection, this.tables, LOG, stretch.partition, at, stretch.next_offset):
                    news = [each for each in stretch.decided if each.offset >= at]
                    await write_rows(connection, this.tables, news)
                    await write_history(connection, news)
                    erased = await erase_in_kept_tables(connection, news)
                    if this.is_read:  # until then firms' rows of long ago come by
                        await follow(connection, (each.row for each in news if isinstance(each.row, FirmRow)))
                    beside = beside_of_this_version(builds)
                    if beside is not None and this.place == "live":
                        await _apply_beside(connection, beside, stretch)
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
            builds = await hold_builds(connection, DEAD_LETTERS)
            this, beside = with_id(builds, build), beside_of_this_version(builds)
            at = await _position(connection, this.tables, DEAD_LETTERS, partition, 0)
            await _list(connection, this.tables, partition, at, next_offset, letters)
            if beside is None or this is beside:
                return
            there = (await _positions(connection, DEAD_LETTERS, beside.tables)).get(partition)
            if there is not None and there >= at:
                await _list(connection, beside.tables, partition, there, next_offset, letters)


async def _apply_beside(connection: AsyncConnection, beside: StoredBuild, stretch: Stretch) -> None:
    """Apply a stretch to what is built beside as well, where that has come so far: from then on both go on together."""
    at = (await _positions(connection, LOG, beside.tables)).get(stretch.partition)
    if at is None or not stretch.first <= at < stretch.next_offset:
        return
    await _advance(connection, beside.tables, LOG, stretch.partition, at, stretch.next_offset)
    await write_rows(connection, beside.tables, [each for each in stretch.decided if each.offset >= at])


async def _keeps_up(connection: AsyncConnection, stream: Stream, beside: StoredBuild) -> bool:
    """Say whether a build beside shows all that people see, in each partition: then nobody is taken back in time."""
    there = await _positions(connection, stream, beside.tables)
    shown = await _positions(connection, stream, LIVE)
    return all(there.get(partition, 0) >= at for partition, at in shown.items())


async def _positions(connection: AsyncConnection, stream: Stream, tables: TableSet) -> Mapping[int, int]:
    positions = tables.positions.c
    wanted = select(positions.partition, positions.next_offset).where(positions.stream == stream)
    return dict((await connection.execute(wanted)).all())


async def _position(
    connection: AsyncConnection, tables: TableSet, stream: Stream, partition: int, begin: int
) -> int:
    """Read a position; the first time it is where the reader begins."""
    fresh = {"stream": stream, "partition": partition, "next_offset": begin}
    await insert_if_new(connection, tables.positions, [fresh])
    return (await _positions(connection, stream, tables)).get(partition, begin)


async def _advance(
    connection: AsyncConnection, tables: TableSet, stream: Stream, partition: int, at: int, to: int
) -> bool:
    """Move a position from `at`; False if it is no longer there."""
    positions = tables.positions.c
    moved = await connection.execute(
        update(tables.positions)
        .where(positions.stream == stream, positions.partition == partition, positions.next_offset == at)
        .values(next_offset=to)
    )
    return moved.rowcount == 1


async def _list(
    connection: AsyncConnection,
    tables: TableSet,
    partition: int,
    at: int,
    next_offset: int,
    letters: tuple[DeadLetter, ...],
) -> None:
    if at < next_offset:
        await _advance(connection, tables, DEAD_LETTERS, partition, at, next_offset)
    # The key is the place in the topic, so a second gateway adds nothing.
    await insert_if_new(connection, tables.dead_letters, [_columns(letter) for letter in letters])


def _columns(letter: DeadLetter) -> dict[str, object]:
    columns = {column.name: getattr(letter, column.name) for column in read_dead_letters.c}
    return {**columns, "realms": realms_text(letter.realms)}

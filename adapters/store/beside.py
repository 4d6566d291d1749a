"""Builds the tables of the read model anew, beside those that people read, and lets people read them once they are whole.

From the moment it begins, whatever is applied for people goes into both builds in one transaction (`projection.py`). What it lacks is the log up
to there: no more comes to that, however much is decided, so it has an end. What is folded later than a newer state of its row has come is left out.
"""

import asyncio
from collections.abc import Mapping, Sequence

from sqlalchemy import Table, func, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.store.builds import (
    Builds,
    begin_beside,
    builds_of,
    former_builds,
    give_up_beside,
    switch_over,
    unused_number,
)
from adapters.store.built_tables import (
    OF_A_BUILD,
    projector_positions,
    read_folded,
    read_former,
    read_newer,
)
from adapters.store.connections_of_log import mend
from adapters.store.database import Database
from adapters.store.erasing import erase_in_kept_tables
from adapters.store.letter_lines import add_letters
from adapters.store.locks import fill_alone
from adapters.store.preparation import empty
from adapters.store.projected_rows import note_versions, write_history, write_rows
from domain.ids import RowKey
from domain.projection import BuiltAgainError, DeadLetter, Decided, Stream, Stretch, Unfolded

CLEARED_AT_ONCE = 500
"""So many rows of a former build are deleted in one transaction."""
REST_SECONDS = 0.02
"""Between two of these: where one writes at a time, others come in between."""


class Beside:
    """The port `BuildBeside`, for one command. Several may work on the same build: each stretch counts once."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._build = 0

    async def begin(self) -> bool:
        """Begin, or go on with what was begun. False: nobody can read the tables yet, so they were emptied instead, to be filled in place.

        Raises:
            StoreAwayError: the database does not answer.
        """
        async with self._database.write() as connection:
            await fill_alone(connection)
            builds = await builds_of(connection, "log")
            if not builds.complete:
                await empty(connection)
                return False
            self._build = builds.beside or await unused_number(connection, builds)
            if builds.beside is None:
                await begin_beside(connection, self._build, await _shown(connection))
        return True

    async def unfolded(self, stream: Stream) -> Mapping[int, Unfolded]:
        """Say what it lacks; see the port."""
        folded = read_folded.c
        wanted = select(folded.partition, folded.next_offset, folded.until).where(
            folded.stream == stream, folded.next_offset < folded.until
        )
        async with self._database.read() as connection:
            await self._is_filled(connection, stream)
            found = (await connection.execute(wanted)).all()
        return {row.partition: Unfolded(next_offset=row.next_offset, until=row.until) for row in found}

    async def fold(self, stretch: Stretch) -> None:
        """Apply a stretch; see the port."""
        async with self._database.write() as connection:
            await fill_alone(connection)
            await self._is_filled(connection, "log")
            at = await _folded(connection, "log", stretch.partition)
            if not stretch.first <= at < stretch.next_offset:
                return
            news = [each for each in stretch.decided if each.offset >= at]
            # A line that is missing comes again, and a person who was erased since is taken out of it again.
            await write_history(connection, news)
            await note_versions(connection, news)
            erased = await erase_in_kept_tables(connection, news)
            newer = await _newer(connection, self._build, news)
            await write_rows(connection, self._build, [each for each in news if each.row.key not in newer])
            await _advance(connection, "log", stretch.partition, stretch.next_offset)
        if erased:
            await self._database.clear_away()

    async def add_letters(self, partition: int, next_offset: int, letters: tuple[DeadLetter, ...]) -> None:
        """Add letters to its list; see the port."""
        async with self._database.write() as connection:
            await fill_alone(connection)
            await self._is_filled(connection, "dead_letters")
            await add_letters(connection, self._build, letters)
            await _advance(connection, "dead_letters", partition, next_offset)

    async def switch(self) -> bool:
        """Let people read it; see the port."""
        lacks = select(read_folded.c.stream).where(read_folded.c.next_offset < read_folded.c.until)
        async with self._database.write() as connection:
            await fill_alone(connection)
            builds = await builds_of(connection, "log")
            if builds.shown == self._build:
                return True  # who built it with us was first
            await self._is_filled(connection, "log")
            if (await connection.execute(lacks)).first() is not None:
                return False
            await switch_over(connection, builds)
            await mend(connection)
        return True

    async def give_up(self) -> int | None:
        """Let go of what is being built, whoever began it; gives how many offsets of the log it lacked, None if nothing is.

        What people read stays as it is. The rows are left to `clear_former`.

        Raises:
            StoreAwayError: the database does not answer.
        """
        folded = read_folded.c
        lacks = select(func.coalesce(func.sum(folded.until - folded.next_offset), 0))
        wanted = lacks.where(folded.stream == "log", folded.next_offset < folded.until)
        async with self._database.write() as connection:
            await fill_alone(connection)
            builds = await builds_of(connection, "log")
            if builds.beside is None:
                return None
            lacked = int(await connection.scalar(wanted) or 0)
            await give_up_beside(connection, builds.beside)
        return lacked

    async def is_given_up(self) -> bool:
        """Say whether somebody has given this build up."""
        async with self._database.read() as connection:
            return self._build in await former_builds(connection)

    async def clear_former(self) -> None:
        """Delete what nobody reads any more, little by little; see the port."""
        async with self._database.read() as connection:
            formers, builds = await former_builds(connection), await builds_of(connection, "log")
        # Now that people read it, what was newer in it than the log's beginning is of no interest.
        await self._clear(read_newer, builds.shown)
        for build in formers:
            for table in (read_newer, *OF_A_BUILD):
                await self._clear(table, build)
            async with self._database.write() as connection:
                await fill_alone(connection)
                # One that was given up has the highest number so far: until people read a higher one it stays taken.
                gone = read_former.c.build < (await builds_of(connection, "log")).shown
                await connection.execute(read_former.delete().where(read_former.c.build == build, gone))

    async def _clear(self, table: Table, build: int) -> None:
        key = tuple_(*table.primary_key)
        some = select(*table.primary_key).where(table.c.build == build).limit(CLEARED_AT_ONCE)
        gone = CLEARED_AT_ONCE
        while gone == CLEARED_AT_ONCE:
            async with self._database.write() as connection:
                await fill_alone(
                    connection
                )  # else two that clear away would each think that the other's rows were the last
                gone = (await connection.execute(table.delete().where(key.in_(some)))).rowcount
            await asyncio.sleep(REST_SECONDS)

    async def _is_filled(self, connection: AsyncConnection, stream: Stream) -> Builds:
        builds = await builds_of(connection, stream)
        if builds.beside != self._build:
            raise BuiltAgainError
        return builds


async def _shown(connection: AsyncConnection) -> list[dict[str, object]]:
    """Say what a build lacks that begins now: of each partition all that people are shown."""
    positions = projector_positions.c
    found = await connection.execute(select(positions.stream, positions.partition, positions.next_offset))
    return [
        {"stream": stream, "partition": partition, "next_offset": 0, "until": at}
        for stream, partition, at in found
    ]


async def _folded(connection: AsyncConnection, stream: Stream, partition: int) -> int:
    folded = read_folded.c
    wanted = select(folded.next_offset).where(folded.stream == stream, folded.partition == partition)
    return int((await connection.execute(wanted)).scalar_one())


async def _advance(connection: AsyncConnection, stream: Stream, partition: int, to: int) -> None:
    folded = read_folded.c
    here = update(read_folded).where(folded.stream == stream, folded.partition == partition)
    await connection.execute(here.where(folded.next_offset < to).values(next_offset=to))


async def _newer(connection: AsyncConnection, build: int, decided: Sequence[Decided]) -> set[RowKey]:
    """Name those rows of which something newer stands in the build already."""
    keys = {each.row.key for each in decided}
    newer = read_newer.c
    return set(
        await connection.scalars(select(newer.row_key).where(newer.build == build, newer.row_key.in_(keys)))
    )

"""Which builds of the read model's tables there are: the one that people read, and perhaps one beside it."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.store.built_tables import read_build, read_folded, read_former
from domain.projection import BuiltAgainError, Stream

FIRST = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Builds:
    """The builds from one topic. `id`: since when the tables are filled from it; see `domain.projection.Build`."""

    id: int
    complete: bool
    again: bool
    shown: int
    beside: int | None

    @property
    def filled(self) -> tuple[int, ...]:
        """Name the builds that what is new goes into."""
        return (self.shown,) if self.beside is None else (self.shown, self.beside)


async def builds_of(connection: AsyncConnection, stream: Stream) -> Builds:
    """Say which there are; they stay so for who has asked to fill them (`locks.py`) in the same transaction."""
    columns = read_build.c
    wanted = select(columns.id, columns.complete, columns.again, columns.shown, columns.beside)
    found = await connection.execute(wanted.where(columns.stream == stream))
    return Builds(**found.mappings().one())


async def builds_filled_since(connection: AsyncConnection, stream: Stream, began: int) -> Builds:
    """Say which there are.

    Raises:
        BuiltAgainError: the tables were emptied since `began`.
    """
    builds = await builds_of(connection, stream)
    if builds.id != began:
        raise BuiltAgainError
    return builds


async def former_builds(connection: AsyncConnection) -> Collection[int]:
    """Name those that nobody reads or fills any more, and of which rows may be left."""
    return (await connection.scalars(select(read_former.c.build))).all()


async def unused_number(connection: AsyncConnection, builds: Builds) -> int:
    """Give a number that no build had, so that nobody who still fills or clears away one of before takes the new one for it."""
    formers = await former_builds(connection)
    return 1 + max(builds.shown, builds.beside or 0, *formers)


async def give_up_beside(connection: AsyncConnection, build: int) -> None:
    """Let nothing go into a build beside any more; its rows are cleared away as those of a former one."""
    await connection.execute(update(read_build).values(beside=None))
    await connection.execute(read_folded.delete())
    await connection.execute(insert(read_former).values(build=build))


async def begin_beside(connection: AsyncConnection, build: int, until: Collection[dict[str, object]]) -> None:
    """Let what is new go into a build beside from now on; `until`: rows of `read_folded`, which say what it lacks then."""
    await connection.execute(update(read_build).values(beside=build))
    if until:
        await connection.execute(insert(read_folded), list(until))


async def switch_over(connection: AsyncConnection, builds: Builds) -> None:
    """Let people read the build beside from now on."""
    await connection.execute(update(read_build).values(shown=builds.beside, beside=None))
    await connection.execute(read_folded.delete())
    await connection.execute(insert(read_former).values(build=builds.shown))

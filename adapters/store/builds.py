"""Which builds of the read tables there are: the one that people read, and perhaps one beside it."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.store.migration import NewerDatabaseError
from adapters.store.read_tables import SHAPE, read_build
from adapters.store.table_sets import SETS, Place, TableSet
from domain.projection import Build, BuiltAgainError, StoreAwayError, Stream

READ = and_(read_build.c.place == "live", read_build.c.shape == SHAPE, read_build.c.complete)
"""Rows of `read_build` whose stream people may read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredBuild:
    """A row of `read_build`. `complete` of one beside: it shows all that people see, and keeps up with it."""

    place: Place
    id: int
    shape: int
    complete: bool
    again: bool

    @property
    def tables(self) -> TableSet:
        """Give the tables that it fills."""
        return SETS[self.place]

    @property
    def is_read(self) -> bool:
        """Say whether people may read it."""
        return self.place == "live" and self.complete and self.shape == SHAPE

    def as_seen(self) -> Build:
        """Say of it what those need who fill it."""
        return Build(id=self.id, complete=self.is_read, again=self.again or self.place == "beside")


Builds = Mapping[Place, StoredBuild]


async def builds_of(connection: AsyncConnection, stream: Stream) -> Builds:
    """Give the builds from one stream."""
    return await _builds(connection, stream, hold=None)


async def hold_builds(connection: AsyncConnection, stream: Stream) -> Builds:
    """Give them, and let nobody begin, complete or switch to another until the transaction ends; others may hold them too."""
    return await _builds(connection, stream, hold="with others")


async def hold_builds_alone(connection: AsyncConnection, stream: Stream) -> Builds:
    """Give them, and let nobody else hold them until the transaction ends."""
    return await _builds(connection, stream, hold="alone")


def with_id(builds: Builds, build: int) -> StoredBuild:
    """Find a build.

    Raises:
        BuiltAgainError: there is none of that id any more.
    """
    for each in builds.values():
        if each.id == build:
            return each
    raise BuiltAgainError


def of_this_version(builds: Builds) -> StoredBuild:
    """Find the build that a gateway of this version reads, or will read once it is complete.

    Raises:
        NewerDatabaseError: a newer version has switched over to another shape since.
        StoreAwayError: another version's build stands in its place.
    """
    live, beside = builds["live"], builds.get("beside")
    if live.shape == SHAPE:
        return live
    if live.shape > SHAPE:
        raise newer(live.shape)
    if beside is not None and beside.shape == SHAPE:
        return beside
    raise StoreAwayError(
        "another version builds the read model; start this one again when that one has ended"
    )


def beside_of_this_version(builds: Builds) -> StoredBuild | None:
    """Find the build that is filled beside the one that this version reads."""
    beside = builds.get("beside")
    if builds["live"].shape != SHAPE or beside is None or beside.shape != SHAPE:
        return None
    return beside


def newer(shape: int) -> NewerDatabaseError:
    """Say that a newer version has been here."""
    return NewerDatabaseError(
        f"The read model has shape {shape}, this version fills shape {SHAPE}. Start the newer version again, or "
        "give this one another database; nothing has been changed."
    )


async def _builds(connection: AsyncConnection, stream: Stream, hold: str | None) -> Builds:
    columns = read_build.c
    # All who hold them do it in the same order.
    wanted = (
        select(columns.place, columns.id, columns.shape, columns.complete, columns.again)
        .where(_is(stream))
        .order_by(columns.place)
    )
    if hold is not None:
        wanted = wanted.with_for_update(read=hold == "with others")
    rows = (await connection.execute(wanted)).mappings()
    return {row["place"]: StoredBuild(**row) for row in rows}


def _is(stream: Stream) -> ColumnElement[bool]:
    return read_build.c.stream == stream

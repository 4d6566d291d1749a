"""Makes a database ready for this version: whoever starts does it, and several may start at once."""

from sqlalchemy import Connection, delete, func, insert, inspect, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.store.builds import READ, newer
from adapters.store.database import Database
from adapters.store.locks import prepare_alone
from adapters.store.migration import migrate
from adapters.store.newest_rows import leave_offsets_to_another_log
from adapters.store.read_tables import SHAPE, read, read_build
from adapters.store.switching import begin_beside, build_id, fresh_build, retire_beside
from adapters.store.table_sets import OF_A_SET, Place
from domain.projection import STREAMS


async def prepare(database: Database) -> None:
    """Bring the kept tables up to date, and see that the read model has, or gets, the shape that this version fills.

    Tables of an older shape that people read stay until those beside them are complete: gateways of the older version go on.

    Raises:
        NewerDatabaseError: a newer version has been here.
        StoreAwayError: the database does not answer.
    """
    async with database.write() as connection:
        await prepare_alone(connection)
        await connection.run_sync(migrate)
        await connection.run_sync(_shape_read_tables)


async def prepare_kept(database: Database) -> None:
    """Bring the kept tables up to date, for who reads no others. Raises as `prepare` does."""
    async with database.write() as connection:
        await prepare_alone(connection)
        await connection.run_sync(migrate)


async def build_again(database: Database) -> Place:
    """Have the tables of a prepared database that are built from the log built again, from the beginning of the log.

    Beside those that people read, which stay until the new ones show all. Where nobody can read them yet they are emptied. Says which.

    Raises:
        StoreAwayError: the database does not answer.
    """
    async with database.write() as connection:
        await prepare_alone(connection)
        if await connection.scalar(select(read_build.c.id).where(read_build.c.stream == "log", READ)) is None:
            await _empty(connection)
            return "live"
        await connection.run_sync(begin_beside)
        return "beside"


async def follow_another_log(database: Database) -> None:
    """Empty those tables, and let `history` go on with a log whose offsets are others.

    Raises:
        StoreAwayError: the database does not answer.
    """
    async with database.write() as connection:
        await prepare_alone(connection)
        await _empty(connection)
        await leave_offsets_to_another_log(connection)


async def _empty(connection: AsyncConnection) -> None:
    # First this one: who applies a stretch holds its row, and notices afterwards that it is another build.
    await connection.execute(delete(read_build).where(read_build.c.place == "beside"))
    for stream in STREAMS:
        anew = update(read_build).where(read_build.c.stream == stream)
        await connection.execute(anew.values(id=build_id(), complete=False, again=True))
    for table in OF_A_SET:
        await connection.execute(delete(table))
    await connection.run_sync(retire_beside)


def _shape_read_tables(connection: Connection) -> None:
    there = set(inspect(connection).get_table_names())
    if not _knows_places(connection, there):
        _begin_anew(connection, there)
        return
    live, beside = (_shape(connection, place) for place in ("live", "beside"))
    if live is not None and live > SHAPE:
        raise newer(live)
    if live == SHAPE and there.issuperset(read.tables):
        return
    older_is_read = live is not None and live < SHAPE and _is_complete(connection)
    if not older_is_read:
        _begin_anew(connection, there)
    elif beside is None or beside < SHAPE:
        begin_beside(connection)


def _knows_places(connection: Connection, there: set[str]) -> bool:
    """Say whether `read_build` is there, as it is since tables are built beside others."""
    if read_build.name not in there:
        return False
    return {each["name"] for each in inspect(connection).get_columns(read_build.name)} == set(
        read_build.c.keys()
    )


def _shape(connection: Connection, place: Place) -> int | None:
    wanted = select(func.max(read_build.c.shape)).where(read_build.c.place == place)
    shape: int | None = connection.scalar(wanted)
    return shape


def _is_complete(connection: Connection) -> bool:
    wanted = select(read_build.c.complete).where(read_build.c.place == "live", read_build.c.stream == "log")
    return bool(connection.scalar(wanted))


def _begin_anew(connection: Connection, there: set[str]) -> None:
    """Begin with empty tables, which nobody reads before they are full."""
    retire_beside(connection)
    read.drop_all(connection)
    read.create_all(connection)
    again = not there.isdisjoint(read.tables)
    connection.execute(insert(read_build), [fresh_build(stream, "live", again=again) for stream in STREAMS])

"""Makes a database ready for this version: whoever starts does it, and several may start at once."""

import secrets

from sqlalchemy import Connection, delete, func, insert, inspect, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.store.builds import FIRST, builds_of, unused_number
from adapters.store.built_tables import SHAPE, built, read_build
from adapters.store.database import Database
from adapters.store.locks import fill_alone, prepare_alone
from adapters.store.migration import NewerDatabaseError, migrate
from adapters.store.newest_rows import leave_offsets_to_another_log
from adapters.store.read_tables import create_views, drop_views, views
from domain.projection import STREAMS, Stream


async def prepare(database: Database) -> None:
    """Bring the kept tables up to date, and the read model's to the shape that this version fills.

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


async def build_again(database: Database) -> None:
    """Empty the tables of a prepared database that are built from the log, for the projectors to fill them again from the beginning of the log.

    Everybody sees all of it or nothing: until it shows the whole log, `reading` refuses.

    Raises:
        StoreAwayError: the database does not answer.
    """
    async with database.write() as connection:
        await fill_alone(connection)
        await empty(connection)


async def follow_another_log(database: Database) -> None:
    """Empty those tables, and let `history` go on with a log whose offsets are others.

    Raises:
        StoreAwayError: the database does not answer.
    """
    async with database.write() as connection:
        await fill_alone(connection)
        await empty(connection)
        await leave_offsets_to_another_log(connection)


async def empty(connection: AsyncConnection) -> None:
    """Empty them, of all builds, for who fills them alone. Whoever goes on to fill them notices it by their id."""
    fresh = await unused_number(connection, await builds_of(connection, "log"))
    for stream in STREAMS:
        anew = update(read_build).where(read_build.c.stream == stream)
        await connection.execute(
            anew.values(id=_by_chance(), complete=False, again=True, shown=fresh, beside=None)
        )
    for table in reversed(built.sorted_tables):
        if table is not read_build:
            await connection.execute(delete(table))


def _shape_read_tables(connection: Connection) -> None:
    looked = inspect(connection)
    there = (set(looked.get_table_names()) | set(looked.get_view_names())) & (
        set(built.tables) | set(views.tables)
    )
    shape = _shape(connection) if read_build.name in there else None
    if shape is not None and shape > SHAPE:
        raise NewerDatabaseError(
            f"The read model has shape {shape}, this version fills shape {SHAPE}. Start the newer version again, or "
            "give this one another database; nothing has been changed."
        )
    if shape != SHAPE or there != set(built.tables) | set(views.tables):
        drop_views(connection)
        built.drop_all(connection)
        built.create_all(connection)
        create_views(connection)
        connection.execute(insert(read_build), [_fresh(stream, again=bool(there)) for stream in STREAMS])


def _fresh(stream: Stream, *, again: bool) -> dict[str, object]:
    """Describe tables that have shown nothing yet."""
    return {
        "stream": stream,
        "shape": SHAPE,
        "id": _by_chance(),
        "complete": False,
        "again": again,
        "shown": FIRST,
        "beside": None,
    }


def _shape(connection: Connection) -> int | None:
    shape: int | None = connection.scalar(select(func.max(read_build.c.shape)))
    return shape


def _by_chance() -> int:
    return secrets.randbits(62)

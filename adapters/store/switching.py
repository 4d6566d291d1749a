"""Begins a set of read tables beside the one that people read, puts it in its place, and clears away what nobody reads any more."""

import secrets

from sqlalchemy import (
    ColumnElement,
    Connection,
    delete,
    insert,
    inspect,
    literal_column,
    select,
    table,
    text,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.store.database import Database
from adapters.store.read_tables import SHAPE, read_build
from adapters.store.table_sets import BESIDE_PREFIX, FORMER_PREFIX, OF_A_SET, tables_beside
from domain.projection import STREAMS

LINES_AT_ONCE = 500
"""So many lines of a former table are cleared in one transaction: others write in between."""

SWITCH_WITHIN = "300ms"
"""Readers wait behind a switch that waits itself; so it gives up soon, and is tried again."""


def begin_beside(connection: Connection) -> None:
    """Begin an empty set beside, in place of any that was begun before."""
    # First these: who applies a stretch holds them, and notices afterwards that it is another build.
    connection.execute(delete(read_build).where(read_build.c.place == "beside"))
    retire_beside(connection)
    tables_beside(_token()).create_all(connection, checkfirst=False)
    connection.execute(insert(read_build), [fresh_build(stream, "beside", again=True) for stream in STREAMS])


def retire_beside(connection: Connection) -> None:
    """Leave the tables of the set beside, if there are any, to be cleared away."""
    _retire(connection, BESIDE_PREFIX)


def fresh_build(stream: str, place: str, *, again: bool) -> dict[str, object]:
    """Describe a build that has shown nothing yet."""
    return {
        "stream": stream,
        "place": place,
        "shape": SHAPE,
        "id": build_id(),
        "complete": False,
        "again": again,
    }


def build_id() -> int:
    """Make an id that no other build has."""
    return secrets.randbits(62)


async def hold_readers_out(connection: AsyncConnection) -> None:
    """Wait for those who look at the tables, and let no others begin until the transaction ends.

    Whoever looks, looks at `read_build` first. In PostgreSQL a look finds a table by its name, as it is called at that moment, so under a look
    that goes on the names must not change. In SQLite it sees all names as they were when it began.

    Raises:
        StoreAwayError: somebody looks for long.
    """
    if connection.dialect.name == "postgresql":
        await connection.execute(text(f"SET LOCAL lock_timeout = '{SWITCH_WITHIN}'"))
        await connection.execute(text(f"LOCK TABLE {read_build.name} IN ACCESS EXCLUSIVE MODE"))


def put_beside_in_place(connection: Connection) -> None:
    """Let people read the set beside from now on; the other one is a former one. Takes as long in a large database as in a small one."""
    _retire(connection, "")
    for each in OF_A_SET:
        _rename(connection, BESIDE_PREFIX + each.name, each.name)
    connection.execute(delete(read_build).where(read_build.c.place == "live"))
    connection.execute(update(read_build).values(place="live"))


async def clear_former(database: Database) -> None:
    """Drop the tables that nobody reads any more, whoever left them. In SQLite little by little.

    Dropped at once, all their pages would be overwritten (`secure_delete`) in one transaction, while everybody else waits to write.
    """
    names = await former_tables(database)
    for name in names:
        if database.is_sqlite:
            await _empty(database, name)
        async with database.write() as connection:
            await connection.execute(text(f'DROP TABLE IF EXISTS "{name}"'))
    if names:
        await database.clear_away()


async def former_tables(database: Database) -> list[str]:
    """Name the tables that wait to be cleared away."""
    async with database.read() as connection:
        names = await connection.run_sync(lambda each: inspect(each).get_table_names())
    return [name for name in names if name.startswith(FORMER_PREFIX)]


async def _empty(database: Database, name: str) -> None:
    async with database.read() as connection:
        indexes = await connection.run_sync(lambda each: inspect(each).get_indexes(name))
    for index in indexes:
        async with database.write() as connection:
            await connection.execute(text(f'DROP INDEX IF EXISTS "{index["name"]}"'))
    former = table(name)
    line: ColumnElement[int] = literal_column("rowid")
    some = select(line).select_from(former).limit(LINES_AT_ONCE)
    while True:
        async with database.write() as connection:
            gone = await connection.execute(delete(former).where(line.in_(some)))
        if gone.rowcount < LINES_AT_ONCE:
            return


def _retire(connection: Connection, prefix: str) -> None:
    """Give the tables of a set, as far as they are there, names that nobody looks for."""
    there, token = set(inspect(connection).get_table_names()), _token()
    for each in OF_A_SET:
        if prefix + each.name in there:
            _rename(connection, prefix + each.name, f"{FORMER_PREFIX}{token}_{each.name}")


def _rename(connection: Connection, name: str, to: str) -> None:
    connection.execute(text(f'ALTER TABLE "{name}" RENAME TO "{to}"'))


def _token() -> str:
    return secrets.token_hex(4)

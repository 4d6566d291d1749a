"""A database of any earlier time becomes what this version needs, and loses nothing that stands nowhere else."""

import asyncio
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import Connection, Table, delete, func, insert, inspect, select, text, update

from adapters.store.built_tables import SHAPE, built, built_firms, read_build
from adapters.store.connections import Connections, StoredConnection
from adapters.store.database import Database
from adapters.store.idempotency import Answered, IdempotencyKeys
from adapters.store.kept_tables import history, kept
from adapters.store.migration import NewerDatabaseError
from adapters.store.preparation import prepare
from adapters.store.projection import Projection
from adapters.store.read_tables import drop_views, read_firms, views
from deploy.database_address import database_address
from domain.ids import FirmId, RealmId
from domain.projection import Build
from tests.integration.gateway.log_writer import NOW
from tests.integration.postgres import fresh_database

FORMER = Path(__file__).with_name("former_tables.sql")


async def test_migrations_lead_to_the_tables_that_the_code_speaks_of(database: Database) -> None:
    """Column by column and index by index, as the database itself describes them."""
    async with database.write() as connection:
        migrated = await connection.run_sync(_schema)
        await connection.run_sync(kept.drop_all)
        await connection.run_sync(kept.create_all)
        described = await connection.run_sync(_schema)

    assert migrated == described
    assert {name for name, _ in migrated} >= {*kept.tables, *built.tables, *views.tables, "history_of_a_row"}


async def test_every_text_in_postgresql_is_in_order_by_code_point(postgres: str) -> None:
    """As in SQLite: pages follow each other by `<`, which must mean the same as the list's order, on any server."""
    with fresh_database(postgres) as address:
        database = Database(database_address(address))
        await prepare(database)
        async with database.read() as connection:
            found = await connection.execute(
                text(
                    "SELECT table_name, column_name, collation_name FROM information_schema.columns "
                    "WHERE table_schema = 'public' AND data_type = 'character varying' "
                    "AND table_name <> 'alembic_version'"
                )
            )
            columns = found.all()
        await database.close()

    assert len(columns) > 20
    assert {collation for _, _, collation in columns} == {"C"}


async def test_several_that_start_at_once_prepare_it_once(empty_database_url: str) -> None:
    """Two gateways and a command, say, on an empty database."""
    all_of_them = [Database(empty_database_url) for _ in range(4)]

    await asyncio.gather(*map(prepare, all_of_them))

    builds = [await Projection(each).build("log") for each in all_of_them]
    assert len(set(builds)) == 1
    assert not builds[0].again
    for each in all_of_them:
        await each.close()


async def test_a_new_file_that_another_writes_to_is_waited_for(tmp_path: Path) -> None:
    """Who comes second finds the switch to WAL refused, and is not refused himself."""
    file = tmp_path / "new.sqlite"
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    database = Database(f"sqlite+aiosqlite:///{file}")

    preparing = asyncio.create_task(prepare(database))
    await asyncio.wait({preparing}, timeout=0.3)
    assert not preparing.done(), "it did not wait"
    other.execute("ROLLBACK")
    await preparing

    assert other.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    other.close()
    await database.close()


async def test_a_database_without_migrations_is_taken_over(tmp_path: Path) -> None:
    """As the first version made it, in SQLite: what is kept is kept, what is built from the log is built again."""
    file = tmp_path / "former.sqlite"
    with sqlite3.connect(file) as former:
        former.executescript(FORMER.read_text())
    former.close()
    database = Database(f"sqlite+aiosqlite:///{file}")

    await prepare(database)

    realm = RealmId("91")
    assert await Connections(database).of_realms([realm]) == {
        realm: StoredConnection(realm, FirmId("f-1"), "connected")
    }
    keys = IdempotencyKeys(database)
    asked = await keys.claim(FirmId("f-1"), "k-1", request="POST /x", body_hash="b", now=NOW)
    assert asked == Answered(200, b"{}", {})
    assert await _count(database, history) == 1
    assert await _count(database, read_firms) == 0
    assert await Projection(database).log_positions() == {}
    build = await Projection(database).build("log")
    assert (build.complete, build.again) == (False, True)
    await database.close()


async def test_an_older_shape_is_built_anew_and_nothing_else(database: Database) -> None:
    """Also when somebody has dropped one of its tables; the same shape stays as it is."""
    before = await _complete(database)
    await prepare(database)
    assert await Projection(database).build("log") == before

    async with database.write() as connection:
        await connection.execute(update(read_build).values(shape=SHAPE - 1))
    await prepare(database)
    older = await Projection(database).build("log")
    await _complete(database)
    async with database.write() as connection:
        await connection.run_sync(drop_views)
    await prepare(database)
    dropped = await Projection(database).build("log")

    assert len({before.id, older.id, dropped.id}) == 3
    assert not older.complete
    assert not dropped.complete
    assert await _count(database, read_firms) == 0
    assert await _count(database, history) == 1


@pytest.mark.parametrize("newer", ["migration", "shape"])
async def test_what_a_newer_version_has_changed_is_left_alone(database: Database, newer: str) -> None:
    """This one might misread it, so it does not start."""
    async with database.write() as connection:
        if newer == "shape":
            await connection.execute(update(read_build).values(shape=SHAPE + 1))
        else:
            await connection.execute(text("UPDATE alembic_version SET version_num = 'later'"))

    with pytest.raises(NewerDatabaseError, match="Start the newer version again"):
        await prepare(database)


async def _complete(database: Database) -> Build:
    async with database.write() as connection:
        await connection.execute(delete(history))
        await connection.execute(insert(history).values(_LINE))
        await connection.execute(insert(built_firms).values(build=1, firm_id="f-1", row='{"firm_id":"f-1"}'))
    projection = Projection(database)
    await projection.complete("log", (await projection.build("log")).id)
    return await projection.build("log")


async def _count(database: Database, table: Table) -> int:
    async with database.read() as connection:
        return int(await connection.scalar(select(func.count()).select_from(table)) or 0)


def _schema(connection: Connection) -> set[tuple[str, str]]:
    if connection.dialect.name == "sqlite":
        found = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL"))
        return {(name, " ".join(sql.split())) for name, sql in found}
    columns = connection.execute(
        text(
            "SELECT table_name, concat_ws(' ', ordinal_position, column_name, data_type, collation_name, is_nullable) "
            "FROM information_schema.columns WHERE table_schema = 'public'"
        )
    )
    indexes = connection.execute(
        text("SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'")
    )
    keys = {
        (name, str(sorted(inspect(connection).get_pk_constraint(name)["constrained_columns"])))
        for name in inspect(connection).get_table_names()
    }
    return {(name, said) for name, said in [*columns, *indexes]} | keys


_LINE = {
    "partition": 3,
    "offset": 7,
    "firm_id": "f-1",
    "row_key": "link/f-1/c-1",
    "version": 2,
    "verdict": "applied",
    "code": "match",
    "time": NOW,
    "input_topic": "sync.intents",
    "input_id": "i-1",
    "changes": [],
    "facts": {},
    "row": "{}",
}

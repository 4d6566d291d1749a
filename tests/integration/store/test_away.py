"""A database that goes away and comes back is waited for; what was being written then is written whole or not at all."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import insert, make_url, select, text

from adapters.store.built_tables import built_firms
from adapters.store.database import Database
from adapters.store.preparation import prepare
from deploy.database_address import database_address
from deploy.gateway import serve_gateway
from deploy.kafka.ports import free_port
from deploy.settings import Settings
from domain.projection import StoreAwayError
from tests.integration.postgres import fresh_database


@pytest.fixture
async def address(postgres: str) -> AsyncIterator[str]:
    """A PostgreSQL database for one test to hurt."""
    with fresh_database(postgres) as given:
        yield database_address(given)


async def test_connections_that_the_server_ended_are_replaced(address: str, postgres: str) -> None:
    """Who was in the middle hears of it as of a database that is away; who comes next notices nothing."""
    database = Database(address)
    await prepare(database)

    with pytest.raises(StoreAwayError):
        await write_while_all_connections_end(database, postgres, address)
    async with database.read() as connection:
        firms = (await connection.execute(select(built_firms))).all()
    end_all_connections(postgres, address)  # the one that waits in the pool
    async with database.read() as connection:
        again = (await connection.execute(select(built_firms))).all()

    assert firms == again == []
    await database.close()


async def test_who_reads_sees_one_moment(address: str) -> None:
    """A page and its counts belong together, though somebody writes between the two questions."""
    database = Database(address)
    await prepare(database)

    async with database.read() as reader:
        before = (await reader.execute(select(built_firms))).all()
        async with database.write() as writer:
            await writer.execute(insert(built_firms).values(build=1, firm_id="f-1", row="{}"))
        after = (await reader.execute(select(built_firms))).all()

    assert before == after == []
    await database.close()


async def test_a_gateway_whose_database_is_away_says_so_and_ends(
    address: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """With the setting that names it, and without the password."""
    nowhere = make_url(address).set(username="u", password="secret-word", host="127.0.0.1", port=free_port())
    nowhere = nowhere.set(query={})
    url = nowhere.render_as_string(hide_password=False)
    settings = Settings(database_url=url, http_port=free_port(), data_folder=tmp_path)

    assert await serve_gateway(settings) == 4

    said = capsys.readouterr().err
    assert "The database does not answer" in said
    assert "CLIENT_SYNC_DATABASE_URL" in said
    assert "secret-word" not in said


async def write_while_all_connections_end(database: Database, server: str, address: str) -> None:
    async with database.write() as connection:
        await connection.execute(insert(built_firms).values(build=1, firm_id="f-1", row="{}"))
        await asyncio.to_thread(end_all_connections, server, address)
        await connection.execute(text("SELECT 1"))


def end_all_connections(server: str, address: str) -> None:
    with psycopg.connect(server, autocommit=True) as connection:
        ended = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
        connection.execute(ended, (make_url(address).database,))

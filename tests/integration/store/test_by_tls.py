"""A database server by TLS: believed by its authority and its name, shown our certificate where it asks; or nothing is sent."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, make_url, select

from adapters.store.built_tables import built_firms
from adapters.store.database import Database
from adapters.store.preparation import prepare
from deploy.database_address import database_address
from deploy.way_to_database import wrong_way
from domain.projection import StoreAwayError
from tests.certificates import Authority
from tests.integration.postgres import fresh_database
from tests.integration.store.tls_front import by_tls


@pytest.fixture
async def server(postgres: str) -> AsyncIterator[str]:
    """A PostgreSQL database of its own."""
    with fresh_database(postgres) as address:
        yield address


def way(server: str, port: int, host: str = "127.0.0.1", **options: object) -> str:
    """Write the address as people do, of a start outside the sandbox."""
    there = make_url(server)
    told = {name: str(value) for name, value in options.items()}
    given = there.set(host=host, port=port, query=told).render_as_string(hide_password=False)
    address = database_address(given)
    assert wrong_way(address, sandbox=False) is None
    return address


async def _works(address: str) -> None:
    database = Database(address)
    try:
        await prepare(database)
        async with database.write() as connection:
            await connection.execute(insert(built_firms).values(build=1, firm_id="f-1", row="{}"))
        async with database.read() as connection:
            assert len((await connection.execute(select(built_firms))).all()) == 1
    finally:
        await database.close()


async def _is_refused(address: str) -> None:
    database = Database(address)
    try:
        with pytest.raises(StoreAwayError):
            await prepare(database)
    finally:
        await database.close()


async def test_a_server_is_believed_by_its_authority_and_its_name(server: str, tmp_path: Path) -> None:
    """Another authority, or another name: nothing is sent."""
    ours = Authority(tmp_path)
    theirs = Authority(tmp_path, "stranger")
    async with by_tls(server, ours) as port:
        await _is_refused(way(server, port, sslmode="verify-full", sslrootcert=theirs.file))
        # The certificate names the number alone.
        await _is_refused(way(server, port, "localhost", sslmode="verify-full", sslrootcert=ours.file))
        await _works(way(server, port, sslmode="verify-full", sslrootcert=ours.file))


async def test_a_server_that_takes_tls_only_is_not_reached_in_clear(server: str, tmp_path: Path) -> None:
    """Whatever the address says."""
    async with by_tls(server, Authority(tmp_path)) as port:
        await _is_refused(way(server, port, sslmode="disable"))


async def test_our_certificate_is_shown_where_it_is_asked_for(server: str, tmp_path: Path) -> None:
    """Signed by whom the server believes."""
    ours = Authority(tmp_path)
    certificate, key = ours.issue("sync")
    key.chmod(0o600)
    other, other_key = Authority(tmp_path, "stranger").issue("somebody")
    other_key.chmod(0o600)
    told: dict[str, Any] = {"sslmode": "verify-full", "sslrootcert": ours.file}
    async with by_tls(server, ours, asks_for_certificate=True) as port:
        await _is_refused(way(server, port, **told))
        await _is_refused(way(server, port, **told, sslcert=other, sslkey=other_key))
        await _works(way(server, port, **told, sslcert=certificate, sslkey=key))

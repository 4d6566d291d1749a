"""One system with two workers, and on its log two pairs of gateways: one pair on SQLite, one on PostgreSQL."""

import asyncio
from collections.abc import AsyncIterator, Mapping

import aiohttp
import pytest
import pytest_asyncio

from deploy.database_address import database_address
from tests.chaos.stack import Stack, running_stack
from tests.integration.gateways.pair import Pair, pair_of
from tests.integration.postgres import fresh_database


@pytest_asyncio.fixture(scope="package", loop_scope="package")
async def stack(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stack]:
    """Kafka, both stand-ins and two workers."""
    async with running_stack(tmp_path_factory.mktemp("gateways"), workers=2) as running:
        running.fleet.start()
        yield running
        assert running.fleet.exits == [], "a worker ended by itself"


@pytest_asyncio.fixture(scope="package", loop_scope="package")
async def pairs(stack: Stack, postgres: str) -> AsyncIterator[Mapping[str, Pair]]:
    """The gateways, by the kind of their database. Both of a pair start at once, on an empty one."""
    with fresh_database(postgres) as address:
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=20)) as http:
            urls = {
                "sqlite": f"sqlite+aiosqlite:///{stack.folder / 'two-gateways.sqlite'}",
                "postgresql": database_address(address),
            }
            pairs = {name: pair_of(stack, url, name, http) for name, url in urls.items()}
            gateways = [gateway for pair in pairs.values() for gateway in (pair.one, pair.two)]
            try:
                for pair in pairs.values():
                    await asyncio.gather(pair.one.start(), pair.two.start())
                yield pairs
            finally:
                for gateway in gateways:
                    gateway.stop()


@pytest_asyncio.fixture(params=["sqlite", "postgresql"], loop_scope="package")
async def pair(request: pytest.FixtureRequest, pairs: Mapping[str, Pair]) -> Pair:
    """Two gateways on one database, of each kind."""
    return pairs[request.param]

"""The read model is built again beside the one that people read, and takes its place when it shows as much."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import orjson
import pytest
from sqlalchemy import func, inspect, select, update

from adapters.store.database import Database
from adapters.store.link_list import LinkList
from adapters.store.migration import NewerDatabaseError
from adapters.store.preparation import build_again, prepare
from adapters.store.projection import Projection
from adapters.store.read_tables import SHAPE, read_build, read_links
from adapters.store.table_sets import BESIDE_PREFIX, FORMER_PREFIX
from domain.projection import STREAMS, BeingBuiltError, BuiltAgainError, DeadLetter, StoreAwayError, Stretch
from tests.integration.gateway.firm import FIRM, client_row
from tests.integration.gateway.log_writer import NOW
from tests.integration.store.again import completed
from tests.integration.store.decided import decided

CLIENTS = 12


async def test_people_read_the_former_one_until_the_new_one_shows_as_much(database: Database) -> None:
    """Then that one, in which a row that somebody had changed by hand is right again."""
    projection = await _shown(database, 24)
    async with database.write() as connection:
        await connection.execute(update(read_links).values(status="wrong"))

    assert await build_again(database) == "beside"
    for at in range(0, 24, 6):
        beside = await projection.beside("log")
        assert beside is not None
        assert await _statuses(database) == {"wrong"}
        assert not await completed(projection), "it shows less than what people see"
        await _apply(projection, beside.id, at, at + 6)
    assert await completed(projection)

    assert await _statuses(database) == {"not_synced"}
    assert await projection.beside("log") is None
    assert (await projection.build("log")).complete
    assert await projection.log_positions() == {0: 24}


async def test_what_is_decided_meanwhile_goes_to_both_once_the_new_one_has_come_as_far(
    database: Database,
) -> None:
    """Nobody is taken back in time by the switch, however much is decided."""
    projection = await _shown(database, 12)
    live = (await projection.build("log")).id
    await build_again(database)
    beside = await projection.beside("log")
    assert beside is not None

    await _apply(projection, live, 12, 15)
    assert await projection.positions("log", beside.id) == {}, "what lies before is missing in it"
    await _apply(projection, beside.id, 0, 14)
    assert await projection.behind_beside() == 1
    assert not await completed(projection)
    await _apply(projection, live, 14, 20)
    assert await projection.behind_beside() == 0
    assert await projection.positions("log", beside.id) == {0: 20}
    assert await completed(projection)

    assert sorted(await _versions(database)) == list(range(9, 21))


async def test_letters_that_come_meanwhile_are_in_the_new_list(database: Database) -> None:
    """They have a topic of their own."""
    projection = await _shown(database, 12)
    live = (await projection.build("dead_letters")).id
    await projection.add_dead_letters(0, 2, (_letter(0), _letter(1)), live)
    await build_again(database)
    beside = await projection.beside("dead_letters")
    in_log = await projection.beside("log")
    assert beside is not None
    assert in_log is not None
    await _apply(projection, in_log.id, 0, 12)

    assert not await completed(projection)
    await projection.add_dead_letters(0, 1, (_letter(0),), beside.id)
    assert not await completed(projection)
    await projection.add_dead_letters(0, 2, (_letter(1),), beside.id)
    await projection.add_dead_letters(0, 3, (_letter(2),), live)
    assert await projection.positions("dead_letters", beside.id) == {0: 3}
    assert await completed(projection)


async def test_one_that_was_interrupted_goes_on_where_it_was(database: Database, other: Database) -> None:
    """Whoever starts next, at the same gateway or another one."""
    projection = await _shown(database, 12)
    await build_again(database)
    beside = await projection.beside("log")
    assert beside is not None
    await _apply(projection, beside.id, 0, 5)

    await prepare(other)
    next_one = Projection(other)
    assert await next_one.beside("log") == beside
    assert await next_one.positions("log", beside.id) == {0: 5}
    await _apply(next_one, beside.id, 0, 12)
    assert await completed(next_one)


async def test_one_that_is_asked_for_again_begins_clean_and_leaves_nothing(database: Database) -> None:
    """Who fills the former one notices. What nobody reads is cleared away."""
    projection = await _shown(database, 24)
    await build_again(database)
    first = await projection.beside("log")
    assert first is not None
    await _apply(projection, first.id, 0, 12)

    await build_again(database)
    with pytest.raises(BuiltAgainError):
        await _apply(projection, first.id, 12, 24)
    second = await projection.beside("log")
    assert second is not None
    assert await projection.positions("log", second.id) == {}
    await _apply(projection, second.id, 0, 24)
    assert await completed(projection)

    assert any(name.startswith(FORMER_PREFIX) for name in await _tables(database))
    await projection.clear_former()
    assert not any(name.startswith((FORMER_PREFIX, BESIDE_PREFIX)) for name in await _tables(database))
    assert len(await _versions(database)) == CLIENTS


async def test_tables_of_an_older_shape_stay_until_those_of_this_one_are_complete(database: Database) -> None:
    """Gateways of the older version go on reading them. This one shows nothing before."""
    projection = await _shown(database, 12)
    async with database.write() as connection:
        await connection.execute(update(read_build).values(shape=SHAPE - 1))

    await prepare(database)
    build = await projection.build("log")
    assert (build.complete, build.again) == (False, True)
    assert len(await _versions(database)) == CLIENTS, "the older version reads them"
    with pytest.raises(BeingBuiltError):
        await LinkList(database).page(FIRM, limit=10)
    await _apply(projection, build.id, 0, 6)
    await prepare(database)
    assert await projection.positions("log", build.id) == {0: 6}, "another start goes on with it"
    await _apply(projection, build.id, 6, 12)
    for stream in STREAMS:
        await projection.complete(stream, (await projection.build(stream)).id)

    assert await projection.build("log") == replace(build, complete=True)
    assert len((await LinkList(database).page(FIRM, limit=100)).clients) == CLIENTS


async def test_a_gateway_of_the_older_version_ends_when_the_newer_one_has_switched_over(
    database: Database,
) -> None:
    """It would write rows of its shape into tables of another."""
    projection = await _shown(database, 12)
    build = (await projection.build("log")).id
    async with database.write() as connection:
        await connection.execute(update(read_build).values(shape=SHAPE + 1))

    with pytest.raises(BeingBuiltError):
        await LinkList(database).page(FIRM, limit=10)
    with pytest.raises(NewerDatabaseError):
        await projection.build("log")
    with pytest.raises(NewerDatabaseError):
        await _apply(projection, build, 12, 13)


async def test_who_looks_sees_all_clients_through_every_switch(database: Database, other: Database) -> None:
    """And never an older state than before."""
    projection = await _shown(database, 24)
    enough = asyncio.Event()
    looking = [asyncio.create_task(_look(other, enough)) for _ in range(3)]
    for _ in range(3):
        await build_again(database)
        build = await projection.beside("log")
        assert build is not None
        for at in range(0, 24, 6):
            await _apply(projection, build.id, at, at + 6)
        await _until_switched(projection)
        await projection.clear_former()
    enough.set()

    assert min(await asyncio.gather(*looking)) > 0


async def test_under_a_look_that_goes_on_nothing_is_renamed(database: Database, other: Database) -> None:
    """In PostgreSQL the switch waits, not for long, and is tried again; in SQLite the look sees all as it was."""
    projection = await _shown(database, 24)
    await build_again(database)
    build = await projection.beside("log")
    assert build is not None
    await _apply(projection, build.id, 0, 24)

    async with other.read() as connection:
        before = await connection.scalar(select(func.count()).select_from(read_build))
        if database.is_sqlite:
            assert await completed(projection)
        else:
            with pytest.raises(StoreAwayError):
                await completed(projection)
        seen = await connection.scalar(select(func.count()).select_from(read_links))
    await _until_switched(projection)

    assert (before, seen) == (4, CLIENTS)


async def _look(database: Database, enough: asyncio.Event) -> int:
    looks, newest = 0, 0
    while not enough.is_set():
        page = await LinkList(database).page(FIRM, limit=100)
        assert len(page.clients) == CLIENTS
        now = max(each.row.version for each in page.clients)
        assert now >= newest
        looks, newest = looks + 1, now
    return looks


async def _until_switched(projection: Projection) -> None:
    async with asyncio.timeout(20):
        while await projection.beside("log") is not None:
            try:
                await completed(projection)
            except StoreAwayError:
                await asyncio.sleep(0)


async def _shown(database: Database, records: int) -> Projection:
    projection = Projection(database)
    await _apply(projection, (await projection.build("log")).id, 0, records)
    assert await completed(projection)
    return projection


async def _apply(projection: Projection, build: int, first: int, end: int) -> None:
    edits = tuple(
        decided(replace(client_row(f"c-{n % CLIENTS + 1}", "Fiona"), version=n + 1), offset=n)
        for n in range(first, end)
    )
    await projection.apply(Stretch(partition=0, first=first, next_offset=end, decided=edits), build)


def _letter(offset: int) -> DeadLetter:
    return DeadLetter(
        partition=0,
        offset=offset,
        key=FIRM,
        reason="not_json",
        detail="",
        source="t/0/1",
        time=NOW + timedelta(seconds=offset),
        size=1,
    )


async def _statuses(database: Database) -> set[str]:
    async with database.read() as connection:
        return set(await connection.scalars(select(read_links.c.status)))


async def _versions(database: Database) -> Sequence[int]:
    page_of_rows = select(read_links.c.row)
    async with database.read() as connection:
        rows = await connection.scalars(page_of_rows)
        return [_version(row) for row in rows]


def _version(row: str) -> int:
    return int(orjson.loads(row)["version"])


async def _tables(database: Database) -> Sequence[str]:
    async with database.read() as connection:
        return await connection.run_sync(lambda each: inspect(each).get_table_names())

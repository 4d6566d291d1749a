"""The read model is built again beside the one that people read: who looks sees all of it, all the time, and then the new one."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import count

import orjson
import pytest
from sqlalchemy import delete, func, select, update

from adapters.store.beside import Beside
from adapters.store.built_tables import OF_A_BUILD, built_links, read_folded, read_former, read_newer
from adapters.store.database import Database
from adapters.store.kept_tables import history
from adapters.store.link_list import LinkList
from adapters.store.locks import fill_alone, fill_with_others
from adapters.store.preparation import build_again, prepare
from adapters.store.projection import Projection
from adapters.store.read_model import ReadModel
from adapters.store.read_tables import read_dead_letters, read_links
from deploy.database_address import database_address
from domain.ids import ClientId, EngineVersion, link_key
from domain.projection import BeingBuiltError, BuiltAgainError, DeadLetter, Stretch
from tests.integration.gateway.firm import FIRM, client_row, customer_row
from tests.integration.gateway.log_writer import NOW
from tests.integration.postgres import fresh_database
from tests.integration.store.beside import CLIENTS, Written
from tests.integration.store.decided import decided
from tests.integration.store.recorded_world import RecordedWorld
from tests.integration.store.test_erasing import CANARY, a_life, holds
from tests.patience import PATIENCE_SECONDS

SHARING = 8
"""So many share a lock in turn."""


@pytest.fixture
async def log(database: Database) -> Written:
    """A log of two edits of each client, of which people see all."""
    log = Written()
    log.edit(2 * CLIENTS)
    await log.show(database)
    return log


async def test_people_read_the_former_one_until_the_new_one_lacks_nothing(
    database: Database, log: Written
) -> None:
    """Then that one, in which a row that somebody had changed by hand is right again. Nothing is left of the former one."""
    async with database.write() as connection:
        await connection.execute(update(built_links).values(status="wrong"))
    beside, projection = Beside(database), Projection(database)

    assert await beside.begin()
    while await projection.unfolded_beside():
        assert not await beside.switch()
        assert await _statuses(database) == {"wrong"}
        await log.fold(beside, 5)
    assert await _statuses(database) == {"wrong"}
    assert await beside.switch()

    assert await _statuses(database) == {"not_synced"}
    assert await projection.unfolded_beside() is None
    assert await _versions(database) == list(range(CLIENTS + 1, 2 * CLIENTS + 1))
    await beside.clear_former()
    assert await _builds_left(database) == 1


async def test_what_is_decided_meanwhile_goes_into_both_and_makes_the_way_no_longer(
    database: Database, log: Written
) -> None:
    """However much it is. What is folded later of the same rows is older, and changes nothing; nor does it bring back one that is gone."""
    beside = Beside(database)
    await beside.begin()
    to_fold = []
    while (lacks := await log.fold(beside, 3)) > 0:
        to_fold.append(lacks)
        log.edit(7)
        if len(to_fold) == 1:
            log.remove(link_key(FIRM, ClientId("c-9")))
            gone_at = len(log.lines)
        await log.show(database)
    expected = await _versions(database)

    assert to_fold == list(range(2 * CLIENTS, 0, -3))
    assert await beside.switch()
    assert await _versions(database) == expected
    assert expected[-1] > gone_at


async def test_a_row_that_is_gone_meanwhile_stays_gone(database: Database, log: Written) -> None:
    """Though the log before it still has it."""
    beside = Beside(database)
    await beside.begin()
    log.remove(link_key(FIRM, ClientId("c-9")))
    await log.show(database)
    while await log.fold(beside, 5):
        pass
    await beside.switch()

    assert await LinkList(database).one(FIRM, ClientId("c-9")) is None
    assert len(await _versions(database)) == CLIENTS - 1


async def test_those_who_follow_the_log_notice_nothing_of_the_switch(
    database: Database, other: Database, log: Written
) -> None:
    """They go on where they are: nobody who waits for a decision misses it."""
    follower = Projection(other)
    build = (await follower.build("log")).id
    await _rebuilt(database, log)

    log.edit(1)
    at = len(log.lines)
    assert await follower.apply(log.stretch(at - 1, at), build) == at
    assert (await follower.build("log")).id == build
    assert at in await _versions(database)


async def test_letters_that_come_meanwhile_are_in_the_new_list(database: Database, log: Written) -> None:
    """They have a topic of their own, and the list of before is folded too."""
    projection = Projection(database)
    build = (await projection.build("dead_letters")).id
    await projection.add_dead_letters(0, 2, (_letter(0), _letter(1)), build)
    beside = Beside(database)
    await beside.begin()
    while await log.fold(beside, 5):
        pass

    assert not await beside.switch()
    await projection.add_dead_letters(0, 3, (_letter(2),), build)
    assert not await beside.switch()
    await beside.add_letters(0, 3, (_letter(0), _letter(1), _letter(2)))
    assert await beside.switch()

    async with database.read() as connection:
        listed = list(await connection.scalars(select(read_dead_letters.c.offset)))
    assert sorted(listed) == [0, 1, 2]


async def test_one_that_was_killed_is_gone_on_with(database: Database, other: Database, log: Written) -> None:
    """By whoever asks for it next, where it was; also after a start of a gateway, and after others were decided about."""
    first = Beside(database)
    await first.begin()
    await log.fold(first, 9)
    await prepare(other)
    log.edit(5)
    await log.show(other)

    second = Beside(other)
    await second.begin()
    assert (await second.unfolded("log"))[0].next_offset == 9
    while await log.fold(second, 9):
        pass
    assert await second.switch()
    assert max(await _versions(database)) == 2 * CLIENTS + 5


async def test_of_two_that_are_asked_for_each_piece_counts_once(
    database: Database, other: Database, log: Written
) -> None:
    """Both end well, whoever is first."""
    both = Beside(database), Beside(other)
    for each in both:
        await each.begin()
    await asyncio.gather(*(_fold_all(each, log, step) for each, step in zip(both, (2, 5), strict=True)))

    assert await both[0].switch()
    assert await both[1].switch()
    assert await _versions(database) == list(range(CLIENTS + 1, 2 * CLIENTS + 1))


async def test_one_that_is_killed_while_it_clears_away_is_cleared_away_by_the_next(
    database: Database, log: Written
) -> None:
    """And people see none of it."""
    beside = Beside(database)
    await beside.begin()
    while await log.fold(beside, 9):
        pass
    await beside.switch()

    assert await _builds_left(database) == 2
    assert len(await _versions(database)) == CLIENTS
    await Beside(database).clear_former()
    assert await _builds_left(database) == 1


async def test_one_that_is_given_up_leaves_nothing_and_people_notice_nothing(
    database: Database, other: Database, log: Written
) -> None:
    """Given up by another command: its rows go, also those of what was decided meanwhile, and nothing goes into it any more."""
    projection = Projection(database)
    beside = Beside(database)
    await beside.begin()
    await log.fold(beside, 9)
    log.edit(3)
    await log.show(database)
    before = await _all_of_build(database, 1)
    assert await _filled(database) == {1, 2}

    await log.fold(beside, 5)
    giving_up = Beside(other)
    assert await giving_up.give_up() == 2 * CLIENTS - 14
    assert await giving_up.give_up() is None
    assert await projection.unfolded_beside() is None
    await giving_up.clear_former()

    assert await _filled(database) == {1}
    assert await _all_of_build(database, 1) == before
    assert await _versions(database) == list(range(CLIENTS + 4, 2 * CLIENTS + 4))
    async with database.read() as connection:
        for table in (read_folded, read_newer):
            assert (await connection.execute(select(table))).all() == []
    log.edit(1)
    await log.show(database)
    assert await _filled(database) == {1}
    assert max(await _versions(database)) == 2 * CLIENTS + 4


async def test_who_builds_what_is_given_up_ends_and_fills_nothing_that_is_begun_after(
    database: Database, other: Database, log: Written
) -> None:
    """The next one begins at the log's beginning under a number of its own, whether all of the other is cleared away or not."""
    first, second = Beside(database), Beside(other)
    await first.begin()
    await log.fold(first, 9)
    await second.give_up()
    assert await first.is_given_up()
    for cleared_away in (False, True):
        if cleared_away:
            await second.clear_former()
        await second.begin()
        assert not await second.is_given_up()
        assert (await second.unfolded("log"))[0].next_offset == 0
        for at_it in (first.unfolded("log"), first.fold(log.stretch(9, 12)), first.switch()):
            with pytest.raises(BuiltAgainError):
                await at_it
        if not cleared_away:
            await second.give_up()

    await second.clear_former()
    assert await _all_of_build(database, 1) != []
    await _fold_all(second, log, 5)
    await second.clear_former()
    assert await second.switch()
    with pytest.raises(BuiltAgainError):
        await first.switch()
    await second.clear_former()

    assert await _filled(database) == {4}
    assert await _builds_left(database) == 1, "numbers that are over are not remembered for ever"
    assert await _versions(database) == list(range(CLIENTS + 1, 2 * CLIENTS + 1))


async def test_tables_that_are_emptied_after_one_was_given_up_are_not_taken_for_it(
    database: Database, log: Written
) -> None:
    """Else who built it would tell that people read it now."""
    beside = Beside(database)
    await beside.begin()
    await beside.give_up()
    await build_again(database)

    with pytest.raises(BuiltAgainError):
        await beside.switch()


async def test_one_that_is_given_up_while_people_work_loses_none_of_it(
    database: Database, other: Database, log: Written
) -> None:
    """Whenever it is: what they read goes on, and in the end there is one build."""
    enough = asyncio.Event()
    looking = [asyncio.create_task(_look(other, enough)) for _ in range(2)]
    working = asyncio.create_task(_work(other, log, enough))
    for steps in range(4):
        beside = Beside(database)
        await beside.begin()
        for _ in range(steps):
            await log.fold(beside, 5)
        assert await beside.give_up() is not None
        await beside.clear_former()
    enough.set()

    assert min(await asyncio.gather(*looking)) > 0
    assert await working > 0
    await log.show(database)
    assert await _filled(database) == {1}
    assert max(await _versions(database)) == len(log.lines)


async def test_where_nobody_can_read_yet_the_tables_are_emptied(database: Database) -> None:
    """There is nothing to show meanwhile, and gateways are filling them already."""
    log = Written()
    log.edit(5)
    projection = Projection(database)
    build = (await projection.build("log")).id
    await projection.apply(log.stretch(0, 5), build)

    assert not await Beside(database).begin()

    with pytest.raises(BuiltAgainError):
        await projection.apply(log.stretch(0, 5), build)
    await log.show(database)
    assert await _versions(database) == [1, 2, 3, 4, 5]


async def test_tables_that_are_emptied_meanwhile_end_it(database: Database, log: Written) -> None:
    """As an import of the log does: the build beside would be of another log."""
    beside = Beside(database)
    await beside.begin()
    await log.fold(beside, 5)
    await build_again(database)

    with pytest.raises(BuiltAgainError):
        await beside.fold(log.stretch(5, 9))
    with pytest.raises(BuiltAgainError):
        await beside.switch()
    with pytest.raises(BeingBuiltError):
        await LinkList(database).one(FIRM, ClientId("c-1"))
    await log.show(database)
    assert len(await _versions(database)) == CLIENTS


async def test_a_missing_line_of_history_comes_again(database: Database, log: Written) -> None:
    """As `client-sync verify` promises."""
    async with database.write() as connection:
        await connection.execute(delete(history).where(history.c.offset == 3))
    await _rebuilt(database, log)

    async with database.read() as connection:
        offsets = set(await connection.scalars(select(history.c.offset)))
    assert offsets == set(range(2 * CLIENTS))


async def test_a_line_of_before_versions_were_kept_says_which_decided(
    database: Database, log: Written
) -> None:
    """As far as the log still has it. What a line says already stays, and where the log says nothing it says nothing."""
    before, after = EngineVersion("1.3.2"), EngineVersion("1.4.0")
    told = {2: before, 3: before, 5: after, 6: before}
    log.lines = [replace(each, engine=told.get(each.offset)) for each in log.lines]
    async with database.write() as connection:
        await connection.execute(update(history).where(history.c.offset == 6).values(engine="1.3.3"))
    await _rebuilt(database, log)

    async with database.read() as connection:
        found = await connection.execute(select(history.c.offset, history.c.engine))
        engines = {offset: engine for offset, engine in found if engine is not None}
    assert engines == told | {6: "1.3.3"}


async def test_who_is_erased_meanwhile_is_in_neither_build_nor_in_a_line_that_comes_again(
    database: Database,
) -> None:
    """Nor in what is left of a former build. The log has the values still, and a line that was missing is put back from it."""
    world = await a_life(database)
    await _complete(database)
    await _fold_world(world, Beside(database))
    async with database.read() as connection:
        line = next(each for each in world.lines if CANARY in repr(each.row))
        assert CANARY.lower() in "".join(await connection.scalars(select(built_links.c.row))).lower()
    async with database.write() as connection:
        await connection.execute(delete(history).where(history.c.offset == line.offset))
    beside = Beside(database)
    await beside.begin()

    world.intent("erase", "c-1", reason="asked by letter")
    await world.flush(database)
    await _fold_world(world, beside)

    assert await holds(database, CANARY) == []
    async with database.read() as connection:
        assert line.offset in set(await connection.scalars(select(history.c.offset)))


async def test_what_is_remembered_of_a_firm_goes_by_the_build(database: Database) -> None:
    """A pairing is made anew where the rows are others, though nothing was decided."""
    log = Written()
    log.lines += [decided(client_row("c-1", "Ada Roe"), 0), decided(customer_row("58", "Ada Roe"), 1)]
    await log.show(database)
    async with database.write() as connection:
        wrong = func.replace(built_links.c.row, "Ada Roe", "Bo Lindqvist")
        await connection.execute(update(built_links).values(row=wrong))
    pairings = ReadModel(database).pairings
    before = await pairings.of(FIRM)
    await _rebuilt(database, log)
    after = await pairings.of(FIRM)

    assert before.pairing.only_clients
    assert not after.pairing.only_clients


async def test_who_looks_sees_all_clients_through_every_switch(
    database: Database, other: Database, log: Written
) -> None:
    """And never an older state than before, while others decide without a rest."""
    enough = asyncio.Event()
    looking = [asyncio.create_task(_look(other, enough)) for _ in range(3)]
    working = asyncio.create_task(_work(other, log, enough))
    for _ in range(3):
        await _rebuilt(database, log)
    enough.set()

    assert min(await asyncio.gather(*looking)) > 0
    assert await working > 0


async def test_who_wants_to_fill_them_alone_comes_next(postgres: str, prepared_postgres: str) -> None:
    """Though others fill them without a rest, each before all others have ended: a switch is not put off by any work.

    In SQLite one writes at a time anyway.
    """
    held, enough = asyncio.Event(), asyncio.Event()
    with fresh_database(postgres, prepared_postgres) as address:
        database, other = Database(database_address(address)), Database(database_address(address))
        sharing = [asyncio.create_task(_share(other, n, held, enough)) for n in range(SHARING)]
        await held.wait()
        async with asyncio.timeout(PATIENCE_SECONDS / 2):
            for _ in range(5):
                async with database.write() as connection:
                    await fill_alone(connection)
        enough.set()
        await asyncio.gather(*sharing)
        await database.close()
        await other.close()


async def _share(database: Database, number: int, held: asyncio.Event, enough: asyncio.Event) -> None:
    for turn in count():
        if enough.is_set():
            return
        async with database.write() as connection:
            await fill_with_others(connection)
            held.set()
            # Not all of them for as long: else they would soon begin and end together.
            await asyncio.sleep(0.02 + 0.01 * ((number * 7 + turn * 3) % SHARING))


async def _rebuilt(database: Database, log: Written) -> None:
    beside = Beside(database)
    await beside.begin()
    await _fold_all(beside, log, 5)
    assert await beside.switch()
    await beside.clear_former()


async def _fold_all(beside: Beside, log: Written, step: int) -> None:
    while await log.fold(beside, step):
        pass


async def _complete(database: Database) -> None:
    projection = Projection(database)
    await projection.complete("log", (await projection.build("log")).id)


async def _fold_world(world: RecordedWorld, beside: Beside) -> None:
    """Build it again from a world's decisions, but clear nothing away."""
    await beside.begin()
    while not await beside.switch():
        for partition, each in (await beside.unfolded("log")).items():
            some = tuple(world.lines[each.next_offset : each.until])
            await beside.fold(
                Stretch(partition=partition, first=each.next_offset, next_offset=each.until, decided=some)
            )


async def _work(database: Database, log: Written, enough: asyncio.Event) -> int:
    done = 0
    while not enough.is_set():
        log.edit(3)
        await log.show(database)
        done += 3
        await asyncio.sleep(0)
    return done


async def _look(database: Database, enough: asyncio.Event) -> int:
    looks, newest = 0, 0
    while not enough.is_set():
        page = await LinkList(database).page(FIRM, limit=100)
        assert len(page.clients) == CLIENTS
        now = max(each.row.version for each in page.clients)
        assert now >= newest
        looks, newest = looks + 1, now
    return looks


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
    async with database.read() as connection:
        rows = (await connection.scalars(select(read_links.c.row))).all()
    return sorted(int(orjson.loads(row)["version"]) for row in rows)


async def _all_of_build(database: Database, build: int) -> list[str]:
    """Give all rows of a build, each written out."""
    async with database.read() as connection:
        found = [await connection.execute(select(each).where(each.c.build == build)) for each in OF_A_BUILD]
    return sorted(repr(row) for rows in found for row in rows)


async def _filled(database: Database) -> set[int]:
    """Name the builds that any row is left of."""
    builds: set[int] = set()
    async with database.read() as connection:
        for table in (*OF_A_BUILD, read_newer):
            builds |= set(await connection.scalars(select(table.c.build)))
    return builds


async def _builds_left(database: Database) -> int:
    """Count the builds that any row, or note, is left of."""
    async with database.read() as connection:
        former = set(await connection.scalars(select(read_former.c.build)))
    return len(await _filled(database) | former)

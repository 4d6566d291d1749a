"""Two gateways write into one database at the same moment, and it is as if one had come after the other."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from adapters.store.connections import Connections, RealmTakenError
from adapters.store.database import Database
from adapters.store.idempotency import Fresh, IdempotencyKeys, Open
from adapters.store.link_list import LinkList
from adapters.store.preparation import build_again
from adapters.store.projection import Projection
from domain.ids import ClientId, FirmId, RealmId
from domain.projection import BeingBuiltError, BuiltAgainError, Stretch
from tests.integration.gateway.firm import FIRM, client_row
from tests.integration.gateway.log_writer import NOW
from tests.integration.store.decided import decided

ROUNDS = 10


async def test_of_two_that_claim_a_key_one_is_first(database: Database, other: Database) -> None:
    """The other one learns that it is asked already."""
    both = [IdempotencyKeys(database), IdempotencyKeys(other)]

    for n in range(ROUNDS):
        said = await asyncio.gather(
            *(keys.claim(FIRM, f"k-{n}", request="POST /x", body_hash="b", now=NOW) for keys in both)
        )
        assert len(said) == 2
        assert all(each in said for each in (Fresh(), Open(asked_at=NOW)))


async def test_of_two_firms_that_connect_a_company_one_gets_it(database: Database, other: Database) -> None:
    """And keeps it: the other is told that it is taken."""
    for n in range(ROUNDS):
        realm = RealmId(f"9{n}")
        firms = (FirmId(f"f-{n}-one"), FirmId(f"f-{n}-two"))
        said = await asyncio.gather(
            *(
                Connections(each).claim(firm, realm, datetime.now(UTC))
                for each, firm in zip((database, other), firms, strict=True)
            ),
            return_exceptions=True,
        )

        refused = [isinstance(each, RealmTakenError) for each in said]
        assert sorted(refused) == [False, True]
        stored = await Connections(database).of_realms([realm])
        assert stored[realm].firm_id == firms[refused.index(False)]


async def test_each_stretch_is_applied_once_whoever_is_first(database: Database, other: Database) -> None:
    """Both read the same log, cut in different places."""
    one, two = Projection(database), Projection(other)
    build = (await one.build("log")).id

    await asyncio.gather(_apply(one, build, 0, 60, step=7), _apply(two, build, 0, 60, step=4))
    await one.complete("log", build)

    assert await one.log_positions() == {0: 60}
    timeline = await LinkList(other).timeline(FIRM, ClientId("c-1"), limit=200)
    assert [line.version for line in timeline.lines] == list(range(60, 0, -1))
    shown = await LinkList(other).one(FIRM, ClientId("c-1"))
    assert shown is not None
    assert shown.row.version == 60


async def test_who_fills_the_tables_notices_that_they_were_emptied(
    database: Database, other: Database
) -> None:
    """It must not go on where it was: what came before would be missing for good. Nobody reads half of them."""
    one = Projection(database)
    build = (await one.build("log")).id
    await _apply(one, build, 0, 10, step=10)
    await one.complete("log", build)

    await build_again(other)

    with pytest.raises(BuiltAgainError):
        await _apply(one, build, 10, 20, step=10)
    with pytest.raises(BeingBuiltError):
        await LinkList(database).one(FIRM, ClientId("c-1"))
    await one.complete("log", build)  # of the former build: too late
    assert not (await one.build("log")).complete
    assert (await one.build("log")).again
    assert await one.log_positions() == {}
    assert len((await LinkList(database).timeline(FIRM, ClientId("c-1"))).lines) == 10


async def test_emptying_them_while_two_write_loses_nothing(database: Database, other: Database) -> None:
    """Each begins again when it is told to, and in the end all is there."""
    emptied = asyncio.Event()
    await asyncio.gather(
        _follow(Projection(database), 120, 3, emptied),
        _follow(Projection(other), 120, 5, emptied),
        _empty(other, emptied),
    )

    projection = Projection(database)
    await projection.complete("log", (await projection.build("log")).id)
    assert await projection.log_positions() == {0: 120}
    shown = await LinkList(other).page(FIRM, limit=200)
    assert len(shown.clients) == 12
    assert {each.row.version for each in shown.clients} == set(range(109, 121))


async def _empty(database: Database, emptied: asyncio.Event) -> None:
    for _ in range(3):
        while True:
            if (await Projection(database).log_positions()).get(0, 0) >= 30:
                break
            await asyncio.sleep(0)
        await build_again(database)
    emptied.set()


async def _follow(projection: Projection, end: int, step: int, emptied: asyncio.Event) -> None:
    last = False
    while not last:
        last = emptied.is_set()
        try:
            await _apply(projection, (await projection.build("log")).id, 0, end, step, clients=12)
        except BuiltAgainError:
            last = False


async def _apply(
    projection: Projection, build: int, first: int, end: int, step: int, clients: int = 1
) -> None:
    for at in range(first, end, step):
        behind = min(at + step, end)
        edits = tuple(
            decided(replace(client_row(f"c-{n % clients + 1}", "Fiona"), version=n + 1), offset=n)
            for n in range(at, behind)
        )
        await projection.apply(Stretch(partition=0, first=at, next_offset=behind, decided=edits), build)

"""All firms as operators see them, in both databases."""

from dataclasses import replace
from datetime import timedelta

from adapters.store.database import Database
from adapters.store.firm_list import FirmList
from adapters.store.projection import Projection
from domain.effects import ReadCustomer, UpdateCustomer
from domain.fields import Field
from domain.firm_rows import AllFirmsRow, Paused
from domain.ids import CustomerId, EffectId, FirmId, RealmId
from domain.projection import Stretch
from domain.rows import Row
from tests.integration.gateway.firm import Firm
from tests.integration.gateway.log_writer import NOW
from tests.integration.store.decided import decided

ONE, TWO, THREE = (Firm(FirmId(f"f-{n}"), RealmId(f"9{n}")) for n in (1, 2, 3))
MINUTE = timedelta(minutes=1)


def update(number: int, waits: timedelta) -> UpdateCustomer:
    """A change that waits for so long."""
    return UpdateCustomer(
        id=EffectId(f"e-{number}"),
        customer_id=CustomerId("58"),
        sync_token=1,
        values={Field.EMAIL: "new@example.com"},
        asked_by="rule",
        planned_at=NOW - waits,
    )


async def fill(database: Database, *rows: Row) -> FirmList:
    """Show rows, each a decision of its own; gives the list."""
    projection = Projection(database)
    build = await projection.build("log")
    lines = tuple(decided(row, offset) for offset, row in enumerate(rows))
    await projection.apply(Stretch(partition=0, first=0, next_offset=len(rows), decided=lines), build.id)
    await projection.complete("log", build.id)
    return FirmList(database)


def everywhere(_: FirmId) -> int:
    """All firms of these tests are in one partition."""
    return 0


async def test_a_firm_is_shown_with_what_waits_and_since_when(database: Database) -> None:
    """Of several changes the oldest; what only asks counts, and has no time."""
    read = ReadCustomer(id=EffectId("e-9"), customer_id=CustomerId("7"))
    firms = await fill(
        database,
        ONE.connected(),
        ONE.synced_row("c-1", "Ada", "58", pending=(update(1, MINUTE), update(2, 5 * MINUTE))),
        ONE.synced_row("c-2", "Bea", "59", pending=(update(3, 2 * MINUTE),)),
        ONE.synced_row("c-3", "Cleo", "60"),
        replace(ONE.customer_row("7", "Dora"), pending=(read,)),
    )

    (shown,) = (await firms.page(everywhere)).firms

    assert (shown.firm_id, shown.status, shown.realm_id, shown.since) == ("f-1", "connected", "91", NOW)
    assert (shown.pending, shown.oldest_wait) == (3, NOW - 5 * MINUTE)
    assert (shown.paused, shown.last_decision) == (None, NOW)


async def test_what_is_done_waits_no_longer(database: Database) -> None:
    """The row says so, and the firm with it."""
    waits = ONE.synced_row("c-1", "Ada", "58", pending=(update(1, MINUTE),))
    firms = await fill(database, ONE.connected(), waits, replace(waits, version=3, pending=()))

    shown = await firms.one(everywhere, ONE.id)

    assert shown is not None
    assert (shown.pending, shown.oldest_wait) == (0, None)


async def test_a_pause_is_the_firms_own_or_that_of_all(database: Database) -> None:
    """Its own goes first; each with its person and reason."""
    own = Paused(since=NOW, by="user:dana", reason="their books are closed")
    of_all = Paused(since=NOW, by="user:lee", reason="Intuit is down")
    firms = await fill(
        database,
        replace(ONE.connected(), paused=own),
        TWO.connected(),
        AllFirmsRow(partition=0, version=1, paused=of_all),
    )

    first, second = (await firms.page(everywhere)).firms
    elsewhere = (await firms.page(lambda _: 1)).firms

    assert (first.paused, first.paused_with_all) == (own, False)
    assert (second.paused, second.paused_with_all) == (of_all, True)
    assert [each.paused for each in elsewhere] == [own, None]


async def test_each_firm_is_on_one_page(database: Database) -> None:
    """Also one that never connected and is known by its clients; of whose firms they are, no others."""
    clients = [THREE.client_row(f"c-{n}", "Zoe") for n in range(5)]
    firms = await fill(database, *clients, TWO.connected(), ONE.connected(), ONE.client_row("c-1", "Ada"))

    seen, cursor = [], None
    while True:
        page = await firms.page(everywhere, cursor=cursor, limit=1)
        seen += [(each.firm_id, each.status) for each in page.firms]
        cursor = page.cursor
        if cursor is None:
            break

    assert seen == [("f-1", "connected"), ("f-2", "connected"), ("f-3", "never_connected")]
    some = await firms.page(everywhere, frozenset({TWO.id, THREE.id, FirmId("f-9")}))
    assert [each.firm_id for each in some.firms] == ["f-2", "f-3"]
    assert (await firms.page(everywhere, frozenset())).firms == ()
    assert await firms.one(everywhere, FirmId("f-9")) is None

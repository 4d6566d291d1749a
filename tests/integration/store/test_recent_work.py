"""What was heard of a company lately, counted in the history, in both databases."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from adapters.store.database import Database
from adapters.store.projection import Projection
from adapters.store.recent_work import HourOfWork, RecentWork, Sweep
from domain.effects import ListCustomers
from domain.firm_rows import FirmRow
from domain.ids import EffectId, FirmId, RealmId
from domain.projection import Decided, Stretch
from domain.remembered import Heard
from domain.rows import Row
from tests.integration.gateway.firm import Firm
from tests.integration.store.decided import decided

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
ONE, TWO = Firm(FirmId("f-1"), RealmId("91")), Firm(FirmId("f-2"), RealmId("92"))
ADA = ONE.synced_row("c-1", "Ada", "58")
EVENTS, NOTICES, OUTCOMES = "x.canopy.client-events", "x.qbo.notifications", "x.sync.outcomes"


def ago(minutes: float) -> datetime:
    """Say when that was."""
    return NOW - timedelta(minutes=minutes)


async def shown(database: Database, *lines: tuple[Row, dict[str, object]]) -> RecentWork:
    """Show decisions, in their order."""
    projection = Projection(database)
    build = await projection.build("log")
    told: Iterable[Decided] = (
        decided(row, offset, **about)  # type: ignore[arg-type]
        for offset, (row, about) in enumerate(lines)
    )
    await projection.apply(
        Stretch(partition=0, first=0, next_offset=len(lines), decided=tuple(told)), build.id
    )
    return RecentWork(database)


def listing(heard: Heard, *, cursor: str | None = None, of: Firm = ONE) -> FirmRow:
    """A firm as a page of a listing left it; `cursor`: more pages follow."""
    work = ListCustomers(id=EffectId("e-1"), cursor=cursor)
    return replace(of.connected(), heard=heard, pending=(work,))


async def test_the_last_webhook_is_the_newest_notice_of_the_firm(database: Database) -> None:
    """Also one that told nothing new; what comes from elsewhere is none."""
    recent = await shown(
        database,
        (ADA, {"code": "customer_noticed", "topic": NOTICES, "at": ago(9)}),
        (ADA, {"code": "already_read", "topic": NOTICES, "at": ago(5)}),
        (ADA, {"code": "disconnected", "topic": EVENTS, "at": ago(3)}),
        (TWO.synced_row("c-1", "Ada", "58"), {"code": "customer_noticed", "topic": NOTICES, "at": ago(1)}),
    )

    assert await recent.last_webhook(ONE.id) == ago(5)
    assert await recent.last_webhook(FirmId("f-9")) is None


async def test_the_last_sweep_says_what_it_found_on_all_its_pages(database: Database) -> None:
    """It ends with its last page; what the one before had found is not its own."""

    def page(row: FirmRow, minutes: int, kind: str = "customers_listed") -> tuple[Row, dict[str, object]]:
        return row, {"code": "listed", "topic": OUTCOMES, "id_": f"e-{minutes}-{kind}", "at": ago(minutes)}

    first = [page(listing(Heard()), 90)]
    before = [page(listing(Heard(told=2)), 60), page(listing(Heard(told=2)), 50, "clients_listed")]
    last = [
        page(listing(Heard(told=4, untold=1), cursor="1000"), 31),
        page(listing(Heard(told=5, untold=1)), 30),
    ]

    recent = await shown(database, *first, *before, *last)

    assert await recent.last_sweep(ONE.id) == Sweep(at=ago(30), told=3, untold=1)


async def test_a_first_listing_is_no_sweep(database: Database) -> None:
    """Neither is that after connecting again, whatever was found before."""
    before = listing(Heard(told=7))
    assert before.connection is not None
    again = replace(before, connection=replace(before.connection, connected_at=ago(10)))
    about = {"code": "listed", "topic": OUTCOMES}

    recent = await shown(
        database,
        (before, {**about, "id_": "e-1-customers_listed", "at": ago(60)}),
        (again, {**about, "id_": "e-2-customers_listed", "at": ago(5)}),
        (listing(Heard(), of=TWO), {**about, "id_": "e-3-customers_listed", "at": ago(4)}),
    )

    assert await recent.last_sweep(ONE.id) is None
    assert await recent.last_sweep(TWO.id) is None


async def test_work_is_counted_by_the_minute_and_by_the_hour(database: Database) -> None:
    """An answer that several rows followed from counts once; what Canopy answered is none of QuickBooks'."""
    saved = {"code": "customer_saved", "topic": OUTCOMES}
    recent = await shown(
        database,
        (ADA, {**saved, "id_": "e-0-customer_saved", "at": ago(23 * 60 + 31)}),
        (ADA, {**saved, "id_": "e-1-customer_saved", "at": ago(23 * 60 + 30)}),
        (ADA, {"topic": EVENTS, "at": ago(31)}),
        (ADA, {**saved, "id_": "e-2-customer_saved", "at": ago(2)}),
        (ADA, {**saved, "id_": "e-3-customer_read", "at": ago(0.5)}),
        (ONE.synced_row("c-2", "Bea", "59"), {**saved, "id_": "e-3-customer_read", "at": ago(0.5)}),
        (ADA, {"code": "client_saved", "topic": OUTCOMES, "id_": "e-4-client_saved", "at": ago(0.5)}),
        (ADA, {"code": "customer_noticed", "topic": NOTICES, "at": ago(0.2)}),
    )

    assert await recent.answers(ONE.id, NOW) == 1
    hours = await recent.hours(ONE.id, NOW)
    assert len(hours) == 24
    assert [hours[0], hours[-2], hours[-1]] == [
        HourOfWork(since=datetime(2026, 11, 23, 10, tzinfo=UTC), answers=1),
        HourOfWork(since=datetime(2026, 11, 24, 8, tzinfo=UTC), canopy=1),
        HourOfWork(since=datetime(2026, 11, 24, 9, tzinfo=UTC), quickbooks=1, answers=2),
    ]
    assert sum(each.answers for each in hours) == 3

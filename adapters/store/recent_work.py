"""What was heard of a company lately, and how much was asked of it: counted in `history`, which tells of every decision."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic

from sqlalchemy import ColumnElement, case, func, or_, select

from adapters.store.database import Database
from adapters.store.kept_tables import history
from adapters.store.row_json import firm_row
from domain.firm_rows import FirmRow
from domain.ids import FirmId, firm_key

HOUR = timedelta(hours=1)
HOURS = 24
MINUTE = timedelta(minutes=1)
HOLDS = 20
"""So many times as long as it took to count hours that count is shown again: of a busy firm it takes some tenths of a second, and
its page asks at every change."""
MOST_KEPT = 100

NOTICED = ("customer_noticed", "already_read", "disconnected")
"""Codes of what comes of a notification of a firm's own company."""

ANSWERS = (
    "customer_saved",
    "customer_moved",
    "customer_read",
    "customer_gone",
    "customers_listed",
    "holders_found",
    "name_taken",
)
"""How the ids of answers end that came from QuickBooks. What it rejects is left out: its id may be one of Canopy's too."""

BACK = 50
"""So many pages of listings are looked at for the last sweep and the one before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sweep:
    """The last search for what no webhook told of. `told`, `untold`: changes that it found, which a webhook had told of, or none."""

    at: datetime
    told: int
    untold: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HourOfWork:
    """One hour. `canopy`: changes that Canopy told of; `quickbooks`: webhooks; `answers`: answers from QuickBooks."""

    since: datetime
    canopy: int = 0
    quickbooks: int = 0
    answers: int = 0


class RecentWork:
    """The queries. They do not wait for the read model: history is there as far as it is."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._hours: dict[FirmId, tuple[float, Sequence[HourOfWork]]] = {}

    async def last_webhook(self, firm: FirmId) -> datetime | None:
        """Say when a notification of QuickBooks was taken in last; None: none ever was."""
        lines = history.c
        newest = select(lines.time).where(lines.firm_id == firm, lines.code.in_(NOTICED), _notified())
        async with self._database.read() as connection:
            found: datetime | None = await connection.scalar(newest.order_by(lines.time.desc()).limit(1))
        return found

    async def last_sweep(self, firm: FirmId) -> Sweep | None:
        """Say when the last sweep ended, and what it found; None: none has, since the company was connected."""
        lines = history.c
        pages = select(lines.time, lines.row).where(
            lines.row_key == firm_key(firm),
            lines.code == "listed",
            lines.input_id.like("%-customers_listed"),
        )
        pages = pages.order_by(lines.partition.desc(), lines.offset.desc()).limit(BACK)
        async with self._database.read() as connection:
            found = (await connection.execute(pages)).all()
        rows = [(time, firm_row(row)) for time, row in found]
        ends = [(time, row) for time, row in rows if _is_end(row)]
        if len(ends) < 2 or not _same_company(ends[0][1], ends[1][1]):  # noqa: PLR2004  (the first end is that of the listing)
            return None
        (at, now), (_, before) = ends[0], ends[1]
        return Sweep(
            at=at,
            told=now.heard.told - before.heard.told,
            untold=now.heard.untold - before.heard.untold,
        )

    async def answers(self, firm: FirmId, now: datetime) -> int:
        """Count the answers from QuickBooks that came in during the last minute."""
        lines = history.c
        counted = select(func.count(lines.input_id.distinct())).where(
            lines.firm_id == firm, lines.time > now - MINUTE, _answered()
        )
        async with self._database.read() as connection:
            return await connection.scalar(counted) or 0

    async def hours(self, firm: FirmId, now: datetime) -> Sequence[HourOfWork]:
        """Count by hours, the last of which has just begun; the oldest first. What took long to count is given again for a while."""
        began = monotonic()
        holds_until, kept = self._hours.get(firm, (began, ()))
        if began < holds_until:
            return kept
        if len(self._hours) >= MOST_KEPT:
            self._hours.clear()
        hours = await self._count_hours(firm, now)
        counted = monotonic()
        self._hours[firm] = counted + HOLDS * (counted - began), hours
        return hours

    async def _count_hours(self, firm: FirmId, now: datetime) -> Sequence[HourOfWork]:
        lines = history.c
        last = now.replace(minute=0, second=0, microsecond=0)
        begins = [last - HOUR * ago for ago in reversed(range(HOURS))]
        hour = case(*((lines.time < begins[n + 1], n) for n in range(HOURS - 1)), else_=HOURS - 1)
        kind = case((_told(), "canopy"), (_notified(), "quickbooks"), (_answered(), "answers"))
        counted = (
            select(hour, kind, func.count(lines.input_id.distinct()))
            .where(lines.firm_id == firm, lines.time >= begins[0])
            .group_by(hour, kind)
        )
        async with self._database.read() as connection:
            found = {(n, what): number for n, what, number in await connection.execute(counted)}
        return [
            HourOfWork(
                since=since,
                canopy=found.get((n, "canopy"), 0),
                quickbooks=found.get((n, "quickbooks"), 0),
                answers=found.get((n, "answers"), 0),
            )
            for n, since in enumerate(begins)
        ]


def _told() -> ColumnElement[bool]:
    return history.c.input_topic.endswith("canopy.client-events")


def _notified() -> ColumnElement[bool]:
    return history.c.input_topic.endswith("qbo.notifications")


def _answered() -> ColumnElement[bool]:
    return or_(*(history.c.input_id.endswith(f"-{each}", autoescape=True) for each in ANSWERS))


def _is_end(row: FirmRow) -> bool:
    """Say whether a page was the last: what follows is a new search, for later."""
    return any(each.kind == "list_customers" and each.cursor is None for each in row.pending)


def _same_company(row: FirmRow, before: FirmRow) -> bool:
    one, other = row.connection, before.connection
    return (
        one is not None
        and other is not None
        and one.realm_id == other.realm_id
        and one.connected_at == other.connected_at
    )

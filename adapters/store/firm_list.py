"""All firms that we know, for operators: how each is connected, what waits, whether it is paused, when it was last decided about."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, union, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.store.cursors import cursor_of, one_text
from adapters.store.database import Database
from adapters.store.firm_facts import connection_status, shut_since
from adapters.store.kept_tables import history
from adapters.store.read_tables import read_all, read_customers, read_firms, read_links
from adapters.store.reading import reading
from adapters.store.row_json import all_row, firm_row
from adapters.store.views import FirmPage, FirmView
from domain.firm_rows import FirmRow, Paused
from domain.ids import FirmId

PAGE = 50


@dataclass(frozen=True, slots=True)
class _Work:
    """How many rows of a firm have work, and since when the oldest of it waits."""

    rows: int = 0
    since: datetime | None = None


class FirmList:
    """The query. A firm that never connected is known by its clients."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def page(
        self,
        partition_of: Callable[[FirmId], int],
        firms: frozenset[FirmId] | None = None,
        *,
        cursor: str | None = None,
        limit: int = PAGE,
    ) -> FirmPage:
        """List them by id; `firms`: of these only. What goes for all firms stands in the partition of each."""
        after = one_text(cursor) if cursor is not None else ""
        async with reading(self._database) as connection:
            found = await _known(connection, after, firms, limit + 1)
            shown = found[:limit]
            rows = await _rows(connection, shown)
            work = await _work(connection, shown)
            decided = await _decided(connection, shown)
            everybody = await _paused_with_all(connection)
        views = tuple(
            _view(
                rows.get(firm, FirmRow(firm_id=firm)),
                work.get(firm, _Work()),
                decided.get(firm),
                everybody.get(partition_of(firm)),
            )
            for firm in shown
        )
        return FirmPage(firms=views, cursor=cursor_of(shown[-1]) if len(found) > limit else None)

    async def one(self, partition_of: Callable[[FirmId], int], firm: FirmId) -> FirmView | None:
        """Give one; None if we never heard of it."""
        page = await self.page(partition_of, frozenset({firm}))
        return page.firms[0] if page.firms else None


async def _known(
    connection: AsyncConnection, after: str, firms: frozenset[FirmId] | None, limit: int
) -> list[FirmId]:
    wanted = []
    for table in (read_firms, read_links):
        some = select(table.c.firm_id).where(table.c.firm_id > after).distinct()
        if firms is not None:
            some = some.where(table.c.firm_id.in_(sorted(firms)))
        first = some.order_by(table.c.firm_id).limit(limit).subquery()
        wanted.append(select(first.c.firm_id))
    both = union(*wanted).subquery()
    found = await connection.scalars(select(both.c.firm_id).order_by(both.c.firm_id).limit(limit))
    return list(found)


async def _rows(connection: AsyncConnection, firms: Sequence[FirmId]) -> Mapping[FirmId, FirmRow]:
    wanted = select(read_firms.c.row).where(read_firms.c.firm_id.in_(firms))
    return {row.firm_id: row for row in map(firm_row, await connection.scalars(wanted))}


async def _work(connection: AsyncConnection, firms: Sequence[FirmId]) -> Mapping[FirmId, _Work]:
    asking = union_all(
        *(
            select(table.c.firm_id, table.c.work_since).where(table.c.has_work, table.c.firm_id.in_(firms))
            for table in (read_links, read_customers)
        )
    ).subquery()
    counted = select(asking.c.firm_id, func.count(), func.min(asking.c.work_since)).group_by(asking.c.firm_id)
    return {firm: _Work(rows, since) for firm, rows, since in await connection.execute(counted)}


async def _decided(connection: AsyncConnection, firms: Sequence[FirmId]) -> Mapping[FirmId, datetime]:
    """Say when each was last decided about: the newest line of each, not a count over all of them."""
    lines = history.c
    found: dict[FirmId, datetime] = {}
    for firm in firms:
        newest = select(lines.time).where(lines.firm_id == firm).order_by(lines.time.desc()).limit(1)
        if (time := await connection.scalar(newest)) is not None:
            found[firm] = time
    return found


async def _paused_with_all(connection: AsyncConnection) -> Mapping[int, Paused]:
    rows = map(all_row, await connection.scalars(select(read_all.c.row)))
    return {row.partition: row.paused for row in rows if row.paused is not None}


def _view(row: FirmRow, work: _Work, decided: datetime | None, everybody: Paused | None) -> FirmView:
    company = row.connection
    return FirmView(
        firm_id=row.firm_id,
        status=connection_status(company),
        realm_id=company.realm_id if company else None,
        since=(company.asleep_since or company.connected_at) if company else None,
        reauthorise_since=shut_since(company),
        pending=work.rows,
        oldest_wait=work.since,
        paused=row.paused or everybody,
        paused_with_all=row.paused is None and everybody is not None,
        last_decision=decided,
    )

"""How clients stood at an earlier point of the log, read from `history`: of each row the newest line up to there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, assert_never

from sqlalchemy import ColumnElement, func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.store.database import Database
from adapters.store.kept_tables import history
from adapters.store.row_json import any_row
from domain.ids import ClientId, FirmId, RowKey, client_in, customer_key, link_key
from domain.past import PastClient, client_among, fold
from domain.points import Moment, Place, Point, Version
from domain.rows import LinkRow, Row

PAGE = 50


@dataclass(frozen=True, slots=True)
class Cut:
    """The last record up to which all counts. `time`: of its input."""

    partition: int
    offset: int
    time: datetime


@dataclass(frozen=True, slots=True)
class PastPage:
    """Clients by their ids, as they stood; `cursor`: the last one, if more follow."""

    clients: tuple[PastClient, ...]
    cursor: ClientId | None


class PastStates:
    """The queries. All that is asked of a cut is of its firm."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def cut(self, firm: FirmId, point: Point, client: ClientId | None = None) -> Cut | None:
        """Find a point's record; None: there is none. A version is that of `client`."""
        lines = history.c
        wanted = select(lines.partition, lines.offset, lines.time)
        match point:
            case Version(number):
                if client is None:
                    return None
                wanted = wanted.where(lines.row_key == link_key(firm, client), lines.version == number)
                wanted = wanted.order_by(lines.partition, lines.offset)
            case Moment(time):
                last = select(func.max(lines.offset)).where(lines.firm_id == firm, lines.time <= time)
                wanted = wanted.where(lines.firm_id == firm, lines.offset == last.scalar_subquery())
            case Place(partition, offset):
                wanted = wanted.where(
                    lines.firm_id == firm, lines.partition == partition, lines.offset <= offset
                ).order_by(lines.offset.desc())
            case _:
                assert_never(point)
        async with self._database.read() as connection:
            found = (await connection.execute(wanted.limit(1))).one_or_none()
        return Cut(*found) if found is not None else None

    async def one(self, firm: FirmId, client: ClientId, cut: Cut) -> PastClient | None:
        """Give a client as it stood; None: nobody knew it then."""
        async with self._database.read() as connection:
            link = await _newest(connection, cut, [link_key(firm, client)])
            return client_among(fold([*link, *await _customers(connection, cut, link)]), firm, client)

    async def page(
        self,
        firm: FirmId,
        cut: Cut,
        *,
        since: Cut | None = None,
        after: ClientId | None = None,
        limit: int = PAGE,
    ) -> PastPage:
        """List a firm's clients as they stood; with `since`, those about which something was decided after that."""
        lines, whole = history.c, link_key(firm, ClientId(""))
        newest = func.max(lines.offset)
        wanted = select(lines.row_key).where(
            lines.row_key > link_key(firm, after or ClientId("")),
            lines.row_key < whole[:-1] + chr(ord(whole[-1]) + 1),
            lines.partition == cut.partition,
            lines.offset <= cut.offset,
        )
        wanted = wanted.group_by(lines.row_key).order_by(lines.row_key).limit(limit + 1)
        if since is not None:
            wanted = wanted.having(newest > since.offset)
        async with self._database.read() as connection:
            keys = [RowKey(key) for key in (await connection.execute(wanted)).scalars()]
            links = await _newest(connection, cut, keys[:limit])
            rows = fold([*links, *await _customers(connection, cut, links)])
        clients = (client_among(rows, firm, client_in(key)) for key in keys[:limit])
        return PastPage(
            clients=tuple(each for each in clients if each is not None),
            cursor=client_in(keys[limit - 1]) if len(keys) > limit else None,
        )


async def _customers(connection: AsyncConnection, cut: Cut, links: Sequence[Row]) -> list[Row]:
    held = [row for row in links if isinstance(row, LinkRow) and row.customer_id is not None]
    keys = [customer_key(row.firm_id, row.customer_id) for row in held if row.customer_id is not None]
    return await _newest(connection, cut, keys)


async def _newest(connection: AsyncConnection, cut: Cut, keys: Sequence[RowKey]) -> list[Row]:
    """Give each of these rows as its newest line up to the cut has it."""
    lines, older = history.c, history.alias("older").c
    up_to = (
        select(older.row_key, func.max(older.offset))
        .where(older.row_key.in_(keys), *_up_to(older, cut))
        .group_by(older.row_key)
    )
    wanted = select(lines.row_key, lines.row).where(
        lines.row_key.in_(keys), *_up_to(lines, cut), tuple_(lines.row_key, lines.offset).in_(up_to)
    )
    found = (await connection.execute(wanted)).all() if keys else []
    return [any_row(key, row) for key, row in found]


def _up_to(lines: Any, cut: Cut) -> tuple[ColumnElement[bool], ...]:
    return lines.partition == cut.partition, lines.offset <= cut.offset

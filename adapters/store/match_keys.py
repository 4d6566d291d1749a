"""What rows share with who may be the same, a line for each key, so that the rows near one are found by an index.

A firm's list need not be looked through, however long it is. Most decisions leave a row's keys as they are, and write nothing here.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Literal

from sqlalchemy import ColumnElement, Select, Table, and_, bindparam, case, delete, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.store.read_tables import read_match_keys
from adapters.store.table_sets import TableSet
from adapters.store.upsert import insert_if_new
from domain.ids import FirmId
from domain.matching.keys import WEIGHTS

Side = Literal["client", "customer"]

_OWN: Mapping[Side, str] = {"client": "client_id", "customer": "customer_id"}


async def write_match_keys(
    connection: AsyncConnection, tables: TableSet, side: Side, rows: Sequence[Mapping[str, Any]]
) -> None:
    """Make the lines those of these rows, given by column, of which the older states still stand in their table."""
    table, own = tables.links if side == "client" else tables.customers, _OWN[side]
    by_firm: dict[FirmId, dict[str, str]] = {}
    for row in rows:
        by_firm.setdefault(row["firm_id"], {})[row[own]] = row["match_keys"]
    gone, new = [], []
    for firm, now in by_firm.items():
        wanted = select(table.c[own], table.c.match_keys)
        wanted = wanted.where(table.c.firm_id == firm, table.c[own].in_(now))
        before = dict((await connection.execute(wanted)).all())
        changed = ((own_id, keys) for own_id, keys in now.items() if before.get(own_id, "") != keys)
        for own_id, keys in changed:
            old, fresh = set(before.get(own_id, "").split()), set(keys.split())
            gone += [_line(firm, side, key, own_id) for key in sorted(old - fresh)]
            new += [_line(firm, side, key, own_id) for key in sorted(fresh - old)]
    if gone:
        lines = [{f"gone_{name}": value for name, value in each.items()} for each in gone]
        await connection.execute(delete(tables.match_keys).where(_line_of(tables.match_keys)), lines)
    await insert_if_new(connection, tables.match_keys, new)


async def remove_match_keys(
    connection: AsyncConnection, tables: TableSet, side: Side, firm: FirmId, own_id: str
) -> None:
    """Remove the lines of a row that is about to go."""
    none_any_more = {"firm_id": firm, _OWN[side]: own_id, "match_keys": ""}
    await write_match_keys(connection, tables, side, [none_any_more])


def _line_of(table: Table) -> ColumnElement[bool]:
    return and_(*(column == bindparam(f"gone_{column.name}") for column in table.c))


def nearest(firm: FirmId, side: Side, keys: Collection[str], *, most: int) -> Select[Any]:
    """Select the ids, as `own_id`, of those of a side that share most of these keys; of many that share as much, the first."""
    lines = read_match_keys.c
    weight = func.sum(case(WEIGHTS, value=func.substr(lines.key, 1, 1), else_=0))
    return (
        select(lines.own_id)
        .where(lines.firm_id == firm, lines.side == side, lines.key.in_(sorted(keys)))
        .group_by(lines.own_id)
        .order_by(weight.desc(), lines.own_id)
        .limit(most)
    )


def _line(firm: FirmId, side: Side, key: str, own_id: str) -> dict[str, str]:
    return {"firm_id": firm, "side": side, "key": key, "own_id": own_id}

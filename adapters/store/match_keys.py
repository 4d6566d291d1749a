"""What rows share with who may be the same, a line for each key, so that the rows near one are found by an index.

A firm's list need not be looked through, however long it is. Most decisions leave a row's keys as they are, and write nothing here.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from sqlalchemy import Select, Table, and_, bindparam, case, delete, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.store.built_tables import built_customers, built_links, built_match_keys
from adapters.store.read_tables import read_match_keys
from adapters.store.upsert import insert_if_new
from domain.ids import FirmId
from domain.matching.keys import WEIGHTS

Side = Literal["client", "customer"]

_ROWS: Mapping[Side, tuple[Table, str]] = {
    "client": (built_links, "client_id"),
    "customer": (built_customers, "customer_id"),
}
_LINE = and_(*(column == bindparam(f"gone_{column.name}") for column in built_match_keys.c))


async def write_match_keys(
    connection: AsyncConnection, build: int, side: Side, rows: Sequence[Mapping[str, Any]]
) -> None:
    """Make a build's lines those of these rows, given by column, of which the older states still stand in their table."""
    table, own = _ROWS[side]
    by_firm: dict[FirmId, dict[str, str]] = {}
    for row in rows:
        by_firm.setdefault(row["firm_id"], {})[row[own]] = row["match_keys"]
    gone, new = [], []
    for firm, now in by_firm.items():
        wanted = select(table.c[own], table.c.match_keys)
        wanted = wanted.where(table.c.build == build, table.c.firm_id == firm, table.c[own].in_(now))
        before = dict((await connection.execute(wanted)).all())
        changed = ((own_id, keys) for own_id, keys in now.items() if before.get(own_id, "") != keys)
        for own_id, keys in changed:
            old, fresh = set(before.get(own_id, "").split()), set(keys.split())
            gone += [_line(build, firm, side, key, own_id) for key in sorted(old - fresh)]
            new += [_line(build, firm, side, key, own_id) for key in sorted(fresh - old)]
    if gone:
        lines = [{f"gone_{name}": value for name, value in each.items()} for each in gone]
        await connection.execute(delete(built_match_keys).where(_LINE), lines)
    await insert_if_new(connection, built_match_keys, new)


async def remove_match_keys(
    connection: AsyncConnection, build: int, side: Side, firm: FirmId, own_id: str
) -> None:
    """Remove the lines of a row that is about to go."""
    without = {"firm_id": firm, _ROWS[side][1]: own_id, "match_keys": ""}
    await write_match_keys(connection, build, side, [without])


def nearest(side: Side, *, most: int) -> Select[Any]:
    """Select the ids, as `own_id`, of those of a side that share most of some keys; of many that share as much, the first.

    To be executed with `firm`, and with `keys`, a list.
    """
    lines = read_match_keys.c
    weight = func.sum(case(WEIGHTS, value=func.substr(lines.key, 1, 1), else_=0))
    return (
        select(lines.own_id)
        .where(
            lines.firm_id == bindparam("firm"),
            lines.side == side,
            lines.key.in_(bindparam("keys", expanding=True)),
        )
        .group_by(lines.own_id)
        .order_by(weight.desc(), lines.own_id)
        .limit(most)
    )


def _line(build: int, firm: FirmId, side: Side, key: str, own_id: str) -> dict[str, str | int]:
    return {"build": build, "firm_id": firm, "side": side, "key": key, "own_id": own_id}

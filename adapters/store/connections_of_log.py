"""Keeps the table of connections as the firms' rows in the log say, so that losing it loses nothing.

Firms' rows are projected into `read_firms`; the comparison is between two tables, in one transaction. A company that two
firms have in the log, which only two databases for one log bring about, stays with the firm that had it first.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.store.built_tables import read_build
from adapters.store.kept_tables import connections
from adapters.store.read_tables import read_firms
from adapters.store.row_json import firm_row
from adapters.store.upsert import insert_or_replace
from domain.firm_rows import Connection, FirmRow
from domain.ids import FirmId, RealmId

CLAIMED = "connecting"

Columns = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mending:
    """What makes the table say what the log says. `contested`: companies that several firms have in the log."""

    written: tuple[Columns, ...] = ()
    let_go: tuple[RealmId, ...] = ()
    removed: tuple[RealmId, ...] = ()
    contested: tuple[RealmId, ...] = ()
    firms: tuple[FirmId, ...] = ()

    @property
    def is_needed(self) -> bool:
        """Say whether the two differ."""
        return bool(self.written or self.let_go or self.removed)


async def compared(connection: AsyncConnection, *, whole: bool = False) -> Mending:
    """Compare all of the table with all firms' rows; while those are being built again, there is nothing to compare.

    `whole`: what no firm's row names is not in the log at all. Otherwise it may lie in a part that is not shown.
    """
    if not await connection.scalar(select(read_build.c.complete).where(read_build.c.stream == "log")):
        return Mending()
    rows = [firm_row(row) for row in await connection.scalars(select(read_firms.c.row))]
    stored = [dict(row) for row in (await connection.execute(select(connections))).mappings()]
    return mending(rows, stored, whole=whole)


async def mend(connection: AsyncConnection, *, whole: bool = False) -> Mending:
    """Make the table say what the firms' rows say; gives what that took. `whole`: see `compared`."""
    found = await compared(connection, whole=whole)
    known = connections.c
    # First what gives way: a firm has one connected company at most.
    if found.let_go:
        let_go = update(connections).where(known.realm_id.in_(found.let_go))
        await connection.execute(let_go.values(status="disconnected"))
    if found.removed:
        await connection.execute(delete(connections).where(known.realm_id.in_(found.removed)))
    await insert_or_replace(connection, connections, found.written)
    return found


async def follow(connection: AsyncConnection, rows: Iterable[FirmRow]) -> Mending:
    """Take over what new rows of firms say; costs one look where they say nothing new."""
    said = {row.firm_id: row.connection for row in rows if row.connection is not None}
    if not said:
        return Mending()
    of_them = or_(
        connections.c.firm_id.in_(said), connections.c.realm_id.in_([each.realm_id for each in said.values()])
    )
    stored = (await connection.execute(select(connections).where(of_them))).all()
    by_realm = {row.realm_id: (row.firm_id, row.status) for row in stored}
    connected = {row.firm_id: row.realm_id for row in stored if row.status == "connected"}
    for firm, each in said.items():
        now = each.realm_id if each.asleep_since is None else None
        if by_realm.get(each.realm_id) != (firm, _status(each)) or connected.get(firm) != now:
            return await mend(connection)
    return Mending()


def mending(rows: Iterable[FirmRow], stored: Sequence[Columns], *, whole: bool) -> Mending:
    """Say what makes `stored`, rows of the table, what the firms' rows say."""
    said = {row.firm_id: row.connection for row in rows if row.connection is not None}
    wanted, contested = _wanted(said)
    there = {row["realm_id"]: row for row in stored}
    written = [row for realm, row in wanted.items() if _is_news(row, there.get(realm))]
    # A firm that gets a company lets go of its own first, also where another firm gets that one.
    moving = {row["firm_id"] for row in written}
    let_go: list[RealmId] = []
    removed: list[RealmId] = []
    for realm, row in there.items():
        if row["status"] != "connected" or (realm in wanted and row["firm_id"] not in moving):
            continue
        if row["firm_id"] in said:
            let_go.append(realm)
        elif whole:
            removed.append(realm)
    return Mending(
        written=tuple(sorted(written, key=lambda row: row["status"], reverse=True)),
        let_go=tuple(let_go),
        removed=tuple(removed),
        contested=contested,
        firms=tuple(
            sorted({each["firm_id"] for each in (*written, *(there[r] for r in (*let_go, *removed)))})
        ),
    )


def _is_news(row: Columns, there: Columns | None) -> bool:
    """Say whether a row that the log asks for is not there; a claim stays until the log says whose the company is."""
    if there is not None and there["status"] == CLAIMED and row["status"] != "connected":
        return False
    return there is None or any(there[name] != row[name] for name in ("firm_id", "status"))


def _wanted(said: dict[FirmId, Connection]) -> tuple[dict[RealmId, Columns], tuple[RealmId, ...]]:
    """Give the rows that the log asks for, and the companies that several firms have."""
    wanted: dict[RealmId, Columns] = {}
    contested: list[RealmId] = []
    # Those that are connected first, each company with who had it first.
    for firm, each in sorted(said.items(), key=lambda one: (_status(one[1]), one[1].connected_at, one[0])):
        row = {
            "realm_id": each.realm_id,
            "firm_id": firm,
            "status": _status(each),
            "created_at": each.connected_at,
        }
        before = wanted.setdefault(each.realm_id, row)
        if before is not row and row["status"] == "connected":
            contested.append(each.realm_id)
    return wanted, tuple(dict.fromkeys(contested))


def _status(connection: Connection) -> str:
    return "connected" if connection.asleep_since is None else "disconnected"

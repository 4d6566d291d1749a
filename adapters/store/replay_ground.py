"""All that a plan is decided on, in one consistent look: a firm's rows, and what was done to its links."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

import orjson
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.store.activity import acts_of
from adapters.store.database import Database
from adapters.store.engine_versions import EngineVersions, VersionSeen
from adapters.store.kept_tables import history
from adapters.store.read_tables import read_customers, read_firms, read_links
from adapters.store.reading import reading
from adapters.store.row_json import customer_row, firm_row, link_row
from domain.acts import ActFilter
from domain.decision import Verdict
from domain.firm_rows import FirmRow
from domain.ids import ClientId, FirmId, client_in
from domain.replays import PastAct
from domain.rows import LinkRow
from domain.table import Table

AT_ONCE = 500
"""Rows that are read before any is put away: as many as are held beside the table."""

BRINGS_A_LINK_WHERE_IT_STANDS = ("match", "unmatch", "restore", "create")


@dataclass(frozen=True, slots=True)
class ReplayGround:
    """`acts`: those that are meant, of each client the newest. `last`: of each client, whatever brought its link where it stands."""

    table: Table
    acts: tuple[PastAct, ...]
    last: Mapping[ClientId, PastAct]
    links: int
    digest: str


class ReplayGrounds:
    """The query."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, firm: FirmId, wanted: ActFilter) -> ReplayGround | None:
        """Read it; None: there is no such firm."""
        async with reading(self._database) as connection:
            of_firm = await _firm(connection, firm)
            if of_firm is None:
                return None
            table = Table()
            table.put(of_firm)
            links = await _put_all(connection, firm, table)
            return ReplayGround(
                table=table,
                acts=await _acts(connection, firm, wanted),
                last=await _last(connection, firm),
                links=links,
                digest=digest_of(of_firm),
            )

    async def table(self, firm: FirmId) -> Table:
        """Read the rows alone; nothing is in it if there is no such firm."""
        table = Table()
        async with reading(self._database) as connection:
            of_firm = await _firm(connection, firm)
            if of_firm is not None:
                table.put(of_firm)
                await _put_all(connection, firm, table)
        return table

    async def versions(self, firm: FirmId) -> Sequence[VersionSeen]:
        """Name the versions of the program that have decided in the firm, the one that decided last first."""
        return await EngineVersions(self._database).of(firm)

    async def digest(self, firm: FirmId) -> str | None:
        """Give what stands now for the firm's settings and its company; None: there is no such firm."""
        async with reading(self._database) as connection:
            row = await _firm(connection, firm)
        return digest_of(row) if row is not None else None


def digest_of(firm: FirmRow) -> str:
    """Shorten what a firm's links are decided by, beside themselves: its settings, and which company is connected."""
    realm = firm.connection.realm_id if firm.connection is not None else None
    told = orjson.dumps((firm.settings, realm, firm.is_connected))
    return sha256(told).hexdigest()[:32]


async def _firm(connection: AsyncConnection, firm: FirmId) -> FirmRow | None:
    row = await connection.scalar(select(read_firms.c.row).where(read_firms.c.firm_id == firm))
    return firm_row(row) if row is not None else None


async def _put_all(connection: AsyncConnection, firm: FirmId, table: Table) -> int:
    """Put a firm's links and customers into a table; gives how many links there are."""
    links = 0
    for rows, read in ((read_links, link_row), (read_customers, customer_row)):
        found = await connection.stream_scalars(select(rows.c.row).where(rows.c.firm_id == firm))
        async for some in found.partitions(AT_ONCE):
            for each in some:
                row = read(each)
                table.put(row)
                links += isinstance(row, LinkRow)
    return links


async def _acts(connection: AsyncConnection, firm: FirmId, wanted: ActFilter) -> tuple[PastAct, ...]:
    """Give of each client the newest act that is meant."""
    lines, among = history.c, frozenset(wanted.clients)
    # Clients may be thousands, and a database takes no more parameters than some: they are looked up here.
    plain = replace(wanted, clients=())
    query = acts_of(firm, plain).where(lines.verdict == Verdict.APPLIED.value)
    newest: dict[ClientId, PastAct] = {}
    found = await connection.stream(query.order_by(lines.offset.desc()))
    async for some in found.mappings().partitions(AT_ONCE):
        for line in some:
            row = link_row(line["row"]) if line["row_key"].startswith("link/") else None
            if row is not None and row.client_id not in newest and (not among or row.client_id in among):
                newest[row.client_id] = _past(line, row)
    return tuple(newest.values())


async def _last(connection: AsyncConnection, firm: FirmId) -> Mapping[ClientId, PastAct]:
    lines = history.c
    query = acts_of(firm, ActFilter()).where(
        lines.verdict == Verdict.APPLIED.value, lines.code.in_(BRINGS_A_LINK_WHERE_IT_STANDS)
    )
    names = ("partition", "offset", "time", "actor", "code", "row_key")
    newest: dict[ClientId, PastAct] = {}
    found = await connection.stream(
        query.with_only_columns(*(lines[name] for name in names)).order_by(lines.offset.desc())
    )
    async for line in found.mappings():
        client = client_in(line["row_key"])
        if client not in newest:
            newest[client] = PastAct(
                client_id=client,
                kind=line["code"],
                at=line["time"],
                actor=line["actor"],
                partition=line["partition"],
                offset=line["offset"],
            )
    return newest


def _past(line: Any, row: LinkRow) -> PastAct:
    former = row.former.customer_id if row.former is not None else None
    return PastAct(
        client_id=row.client_id,
        kind=line["code"],
        at=line["time"],
        actor=line["actor"],
        partition=line["partition"],
        offset=line["offset"],
        customer_id=row.customer_id or former,
    )

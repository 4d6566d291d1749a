"""Counts the metered reads of QuickBooks, by company and month, for all processes and over restarts.

Each process notes its reads in memory and adds them to the database a moment later, what gathered meanwhile at once. So
a process that is killed loses at most those of the last moment, and those under way; one that is told to stop loses
none. While the database is away they are kept, and added when it is back; where its answer to an addition is lost, that
may be added twice. No read waits for any of this.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.store.database import Database
from adapters.store.kept_tables import metered_reads
from adapters.store.migration import NewerDatabaseError
from adapters.store.upsert import insert_or_add
from domain.ids import RealmId
from domain.projection import StoreAwayError
from domain.read_budget import BudgetState, ReadBudget, month_of

GATHER_SECONDS = 0.2
AGAIN_SECONDS = 5.0

Prepared = Callable[[], Awaitable[None]]

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadsOfMonth:
    """Reads of one company, or of all: `answered` are metered, `unanswered` left without an answer, and may be."""

    answered: int = 0
    unanswered: int = 0

    @property
    def used(self) -> int:
        """How many have to be reckoned with."""
        return self.answered + self.unanswered


class MeteredReads:
    """What all processes have counted."""

    def __init__(self, database: Database, budget: ReadBudget) -> None:
        self.budget = budget
        self._database = database

    async def of_month(self, month: str, realm: RealmId | None = None) -> ReadsOfMonth:
        """Give what is counted for a month (`2026-11`); of all companies unless one is named.

        Raises:
            StoreAwayError: the database does not answer.
        """
        async with self._database.read() as connection:
            return await _sum(connection, month, realm)


class ReadCounter:
    """The count of one process. `prepared`: waits until the table is there, before the first time that it is needed."""

    def __init__(
        self, database: Database, budget: ReadBudget, now: Callable[[], datetime], prepared: Prepared
    ) -> None:
        self._database = database
        self._budget = budget
        self._now = now
        self._prepared: Prepared | None = prepared
        self._noted: Counter[tuple[str, RealmId, bool]] = Counter()
        self._known: dict[str, int] = {}
        self._said: set[tuple[str, BudgetState]] = set()
        self._writing: asyncio.Task[None] | None = None
        self._closing = asyncio.Event()

    def count(self, realm: RealmId, *, answered: bool) -> None:
        """Take note of one read; it is written down in a moment."""
        self._noted[month_of(self._now()), realm, answered] += 1
        if self._writing is None:
            self._writing = asyncio.create_task(self._write())

    def saves(self) -> bool:
        """Say whether reads are to be saved, by what all processes had read when this one last looked."""
        month = month_of(self._now())
        own = sum(number for (of, _, _), number in self._noted.items() if of == month)
        return self._budget.saves(self._known.get(month, 0) + own)

    @property
    def is_behind(self) -> bool:
        """Say whether reads are noted that are not in the database yet."""
        return bool(self._noted)

    async def aclose(self) -> None:
        """Write down what is noted. While the database is away, that is lost, and said."""
        self._closing.set()
        if self._writing is not None:
            await self._writing
        if self._noted:
            log.error("quickbooks_reads_lost", reads=self._noted.total())

    async def _write(self) -> None:
        """Add what is noted until nothing is left. Never cancelled: what was added must not be added again."""
        away = False
        while self._noted and not (away and self._closing.is_set()):
            with suppress(TimeoutError):
                async with asyncio.timeout(AGAIN_SECONDS if away else GATHER_SECONDS):
                    await self._closing.wait()
            try:
                await self._add()
                away = False
            except (NewerDatabaseError, StoreAwayError):
                away = True
        self._writing = None

    async def _add(self) -> None:
        if self._prepared is not None:
            await self._prepared()
            self._prepared = None
        taken = self._noted.copy()
        rows = [
            {
                "month": month,
                "realm_id": realm,
                "answered": taken[month, realm, True],
                "unanswered": taken[month, realm, False],
            }
            for month, realm in sorted({(month, realm) for month, realm, _ in taken})
        ]
        months = {month for month, _, _ in taken}
        async with self._database.write() as connection:
            await insert_or_add(connection, metered_reads, rows)
            known = {month: (await _sum(connection, month, None)).used for month in months}
        self._noted -= taken
        self._known = known
        for month, used in known.items():
            self._warn(month, used)

    def _warn(self, month: str, used: int) -> None:
        state = self._budget.state(used)
        if state is not BudgetState.ENOUGH and (month, state) not in self._said:
            self._said.add((month, state))
            log.warning(
                "quickbooks_reads_run_short",
                month=month,
                reads=used,
                budget=self._budget.reads_a_month,
                state=state.value,
                saving=self._budget.saves(used),
            )


async def _sum(connection: AsyncConnection, month: str, realm: RealmId | None) -> ReadsOfMonth:
    reads = metered_reads.c
    wanted = select(func.sum(reads.answered), func.sum(reads.unanswered)).where(reads.month == month)
    if realm is not None:
        wanted = wanted.where(reads.realm_id == realm)
    answered, unanswered = (await connection.execute(wanted)).one()
    return ReadsOfMonth(answered=int(answered or 0), unanswered=int(unanswered or 0))

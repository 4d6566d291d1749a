"""Compares connections and log now and then, mends the table, and says so.

The projector keeps the two in step. They differ where the database was lost, brought back from a copy, changed by hand or
is that of another system: then webhooks of a company would be parked, while everybody is told that it is connected.
"""

import asyncio
from contextlib import suppress
from dataclasses import dataclass

import structlog
from prometheus_client import Counter, Gauge

from adapters.store.connections_of_log import Mending, compared, mend
from adapters.store.database import Database
from adapters.store.kept_tables import connections
from adapters.store.locks import hold_table
from domain.ids import RealmId
from domain.ports import KafkaAwayError
from domain.projection import Progress, StoreAwayError

EVERY_SECONDS = 60.0

MENDED = Counter(
    "client_sync_connections_mended",
    "Times that a company's row in the database was not what the log says, and was put right.",
)
CONTESTED = Gauge(
    "client_sync_connections_contested",
    "Companies that several firms have in the log; each is with its first.",
)

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What the checks of this gateway found. `mended`: rows, since it began; `contested`: companies, now."""

    mended: int = 0
    contested: tuple[RealmId, ...] = ()


class ConnectionNotes:
    """What was found, for who asks how this gateway is."""

    def __init__(self) -> None:
        self.last = Checked()

    def take(self, found: Mending) -> None:
        """Say what was found, in the log and where it is counted."""
        rows = len(found.written) + len(found.let_go) + len(found.removed)
        if rows:
            log.warning("connections_mended", rows=rows, firms=found.firms)
        if found.contested and found.contested != self.last.contested:
            log.error("connections_contested", realms=found.contested)
        MENDED.inc(rows)
        CONTESTED.set(len(found.contested))
        self.last = Checked(mended=self.last.mended + rows, contested=found.contested)


class ConnectionCheck:
    """The checks of one gateway."""

    def __init__(self, database: Database, notes: ConnectionNotes, progress: Progress) -> None:
        self._database = database
        self._notes = notes
        self._progress = progress

    async def run(self) -> None:
        """Check for good. What it can't see now it sees later."""
        while True:
            # Neither is news: /readyz says so, and the projector's lines in the log.
            with suppress(KafkaAwayError, StoreAwayError):
                # Else what the log said long ago would be taken for what it says.
                await self._progress.caught_up()
                await self.look()
            await asyncio.sleep(EVERY_SECONDS)

    async def look(self) -> None:
        """Compare, and mend what differs."""
        # A firm of a partition that is stopped is not shown, and has its company all the same.
        whole = not self._progress.stopped()
        async with self._database.read() as connection:
            found = await compared(connection, whole=whole)
        if found.is_needed:
            async with self._database.write() as connection:
                await hold_table(connection, connections)
                found = await mend(connection, whole=whole)
        self._notes.take(found)

"""Who counts a process's metered reads of QuickBooks."""

from datetime import UTC, datetime

from adapters.store.database import Database
from adapters.store.metered_reads import ReadCounter
from adapters.store.preparation import prepare_kept
from deploy.settings import Settings


def read_counter(database: Database, settings: Settings) -> ReadCounter:
    """Give it. The database is prepared at the first read: it may be away when a process starts."""

    async def prepared() -> None:
        await prepare_kept(database)

    return ReadCounter(database, settings.read_budget, lambda: datetime.now(UTC), prepared)

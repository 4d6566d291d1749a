"""What is asked for together, a replay or a batch: of several gateways one is at it, until it is stopped or all is decided."""

from datetime import datetime, timedelta

from sqlalchemy import Table, or_, update

from adapters.store.database import Database

SENDER_SILENT = timedelta(seconds=15)
"""Who has not been heard of for so long is gone, and another one goes on."""


class SentTogether:
    """The marks of one table of these, which all have the same names."""

    def __init__(self, database: Database, table: Table) -> None:
        self._database = database
        self._heads = table

    async def take(self, id_: str, *, sender: str, at: datetime) -> bool:
        """Be the one who asks for its rows, from now on or still; False: another one is at it, or nobody is to be."""
        heads = self._heads.c
        free = or_(heads.sender.is_(None), heads.sender == sender, heads.sender_seen_at < at - SENDER_SILENT)
        this = update(self._heads).where(
            heads.id == id_, heads.ended_at.is_(None), heads.cancelled_at.is_(None), free
        )
        async with self._database.write() as connection:
            done = await connection.execute(this.values(sender=sender, sender_seen_at=at))
        return done.rowcount == 1

    async def cancel(self, id_: str, *, by: str, at: datetime) -> bool:
        """Ask for nothing more of it; False: all is asked for, or it was cancelled before."""
        heads = self._heads.c
        this = update(self._heads).where(
            heads.id == id_, heads.ended_at.is_(None), heads.cancelled_at.is_(None)
        )
        async with self._database.write() as connection:
            done = await connection.execute(this.values(cancelled_at=at, cancelled_by=by))
        return done.rowcount == 1

    async def end(self, id_: str, at: datetime) -> None:
        """Note that all it asks for is decided."""
        heads = self._heads.c
        async with self._database.write() as connection:
            this = update(self._heads).where(heads.id == id_, heads.cancelled_at.is_(None))
            await connection.execute(this.values(ended_at=at))

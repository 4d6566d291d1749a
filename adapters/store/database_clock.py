"""The database's clock: the one that all processes share, however wrong their own are."""

from datetime import UTC, datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection


async def database_now(connection: AsyncConnection) -> datetime:
    """Say what time it is there."""
    if connection.dialect.name == "postgresql":
        now: datetime = await connection.scalar(text("SELECT clock_timestamp()"))
        return now.astimezone(UTC)
    written: str = await connection.scalar(text("SELECT strftime('%Y-%m-%d %H:%M:%f', 'now')"))
    return datetime.fromisoformat(written).replace(tzinfo=UTC)

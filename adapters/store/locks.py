"""Waiting for each other, where SQLite lets one write at a time anyway and PostgreSQL has to be asked."""

from sqlalchemy import Table, text
from sqlalchemy.ext.asyncio import AsyncConnection

# Any number will do, as long as nobody else locks it in the same database.
_PREPARING = 5_140_077_342
_PREPARE_WITHIN = "60s"


async def hold_table(connection: AsyncConnection, table: Table) -> None:
    """Let nobody else change a table until the transaction ends."""
    if connection.dialect.name == "postgresql":
        await connection.execute(text(f"LOCK TABLE {table.name} IN SHARE ROW EXCLUSIVE MODE"))


async def prepare_alone(connection: AsyncConnection) -> None:
    """Let nobody else prepare the database until the transaction ends; they may all start at once."""
    if connection.dialect.name == "postgresql":
        await connection.execute(text(f"SET LOCAL lock_timeout = '{_PREPARE_WITHIN}'"))
        await connection.execute(text(f"SELECT pg_advisory_xact_lock({_PREPARING})"))

"""Waiting for each other, where SQLite lets one write at a time anyway and PostgreSQL has to be asked."""

from sqlalchemy import Table, text
from sqlalchemy.ext.asyncio import AsyncConnection

# Any number will do, as long as nobody else locks it in the same database.
_PREPARING = 5_140_077_342
_FILLING = 5_140_077_343
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


async def fill_with_others(connection: AsyncConnection) -> None:
    """Let nobody fill the read model's tables alone until the transaction ends; others may fill them too. To be asked for first."""
    if connection.dialect.name == "postgresql":
        await connection.execute(text(f"SELECT pg_advisory_xact_lock_shared({_FILLING})"))


async def fill_alone(connection: AsyncConnection) -> None:
    """Let nobody else fill the read model's tables until the transaction ends. To be asked for first.

    Whoever asks comes next: those who ask later wait behind, also where they would share. The lock of a row is no such queue: those who share
    it let in others who do, and who wants it alone waits for as long as there is work without a rest.
    """
    if connection.dialect.name == "postgresql":
        await connection.execute(text(f"SELECT pg_advisory_xact_lock({_FILLING})"))

"""Insert, or settle with what is there: the one thing that SQLite and PostgreSQL say alike, but SQLAlchemy apart."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Table, literal
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection


async def insert_or_replace(
    connection: AsyncConnection, table: Table, rows: Sequence[Mapping[str, Any]]
) -> None:
    """Insert rows; one whose key is there already takes its place."""
    if rows:
        insert = _insert(connection, table)
        others = {column.name: insert.excluded[column.name] for column in table.c if not column.primary_key}
        statement = insert.on_conflict_do_update(index_elements=list(table.primary_key), set_=others)
        await connection.execute(statement, rows)


async def insert_or_add(connection: AsyncConnection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows; the numbers of one whose key is there already are added to what stands there."""
    if rows:
        insert = _insert(connection, table)
        sums = {
            column.name: column + insert.excluded[column.name] for column in table.c if not column.primary_key
        }
        statement = insert.on_conflict_do_update(index_elements=list(table.primary_key), set_=sums)
        await connection.execute(statement, rows)


async def insert_if_new(connection: AsyncConnection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows; one whose key is there already is left out."""
    if rows:
        await connection.execute(_insert(connection, table).on_conflict_do_nothing(), rows)


async def insert_first(connection: AsyncConnection, table: Table, row: Mapping[str, Any]) -> bool:
    """Insert a row; False if its key is there already. Of several who try at once, one is first."""
    insert = _insert(connection, table).values(row).on_conflict_do_nothing()
    # What came back was inserted. Not every driver counts the rows of an insert.
    return (await connection.execute(insert.returning(literal(1)))).first() is not None


def _insert(connection: AsyncConnection, table: Table) -> Any:
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    return dialect.insert(table)

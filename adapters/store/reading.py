"""How the read model is looked at: whole, or not at all."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.store.built_tables import read_build
from adapters.store.database import Database
from domain.projection import BeingBuiltError, Stream


@asynccontextmanager
async def reading(database: Database, stream: Stream = "log") -> AsyncIterator[AsyncConnection]:
    """One consistent look at the tables that are built from a stream.

    Raises:
        BeingBuiltError: they are not complete, so an empty answer would say nothing.
        StoreAwayError: the database does not answer.
    """
    async with database.read() as connection:
        # In the same look as what follows: a moment later the tables may be emptied.
        if not await connection.scalar(select(read_build.c.complete).where(read_build.c.stream == stream)):
            raise BeingBuiltError
        yield connection

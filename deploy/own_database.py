"""The database, for as long as a command runs.

What only asks Kafka imports nothing of this: reading SQLAlchemy and Alembic takes most of a second.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from adapters.store.database import Database
from adapters.store.preparation import prepare
from deploy.private_files import open_data_folder
from deploy.settings import Settings


@asynccontextmanager
async def database(settings: Settings) -> AsyncIterator[Database]:
    """Open the database for as long as a command runs."""
    open_data_folder(settings.data_folder)
    opened = Database(settings.database)
    try:
        await prepare(opened)
        yield opened
    finally:
        await opened.close()

"""Brings the kept tables to what this version needs, by the migrations that come with it."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect

from adapters.store.kept_tables import history

FIRST = "0001"


class NewerDatabaseError(Exception):
    """A newer version has changed the database: this one might misread it."""


def migrate(connection: Connection) -> None:
    """Run the migrations that are missing, in the transaction of the caller.

    Raises:
        NewerDatabaseError: it knows migrations that this version does not.
    """
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    at = MigrationContext.configure(connection).get_current_revision()
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if at is not None and at not in known:
        raise NewerDatabaseError(
            f"The database is at revision {at}, which this version does not know. Start the newer version again; "
            "nothing has been changed."
        )
    if at is None and inspect(connection).has_table(history.name):
        # Made before there were migrations: it has what the first one creates.
        command.stamp(config, FIRST)
    command.upgrade(config, "head")

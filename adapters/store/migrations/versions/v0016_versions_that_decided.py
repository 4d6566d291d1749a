"""Which version of the program decided, and the index that finds its decisions."""

import sqlalchemy as sa
from alembic import op

from adapters.store.text_column import PlainText

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Add a column that may be empty, which rewrites no line, and the index, in which no older line stands."""
    op.add_column("history", sa.Column("engine", PlainText))
    known = sa.text("engine IS NOT NULL")
    op.create_index(
        "history_by_engine",
        "history",
        ["firm_id", "engine", "time", "offset"],
        sqlite_where=known,
        postgresql_where=known,
    )

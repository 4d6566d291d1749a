"""What acts are found by: the batch that they were asked for in, and indexes by time, kind and who did it."""

import sqlalchemy as sa
from alembic import op

from adapters.store.text_column import PlainText

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add a column that may be empty, which rewrites no line, and the indexes."""
    op.add_column("history", sa.Column("batch", PlainText))
    op.create_index("history_by_time", "history", ["firm_id", "time", "offset"])
    op.create_index("history_by_kind", "history", ["firm_id", "code", "time", "offset"])
    for name, columns, of_those in (
        ("history_by_actor", ["firm_id", "actor", "time", "offset"], sa.text("actor IS NOT NULL")),
        ("history_of_a_batch", ["batch", "firm_id", "time", "offset"], sa.text("batch IS NOT NULL")),
    ):
        op.create_index(name, "history", columns, sqlite_where=of_those, postgresql_where=of_those)

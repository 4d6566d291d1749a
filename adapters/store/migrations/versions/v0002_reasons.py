"""The words that a person gave with a decision; of what was decided before, the log has none."""

import sqlalchemy as sa
from alembic import op

from adapters.store.text_column import PlainText

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add a column that may be empty, which rewrites no line."""
    op.add_column("history", sa.Column("reason", PlainText))

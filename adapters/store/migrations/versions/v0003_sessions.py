"""Sessions at the console, which a cookie alone stood for before."""

import sqlalchemy as sa
from alembic import op

from adapters.store.text_column import PlainText
from adapters.store.utc_time import UtcTime

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Create their table."""
    op.create_table(
        "sessions",
        sa.Column("session_hash", PlainText, primary_key=True),
        sa.Column("person_id", PlainText, nullable=False),
        sa.Column("ends_at", UtcTime, nullable=False),
    )

"""What became of dead letters, which their own topic forgets after 90 days."""

import sqlalchemy as sa
from alembic import op

from adapters.store.text_column import PlainText
from adapters.store.utc_time import UtcTime

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Create their table."""
    op.create_table(
        "dead_letter_fates",
        sa.Column("partition", sa.Integer, primary_key=True),
        sa.Column("offset", sa.BigInteger, primary_key=True),
        sa.Column("parked_at", UtcTime, primary_key=True),
        sa.Column("parked_for", PlainText, nullable=False),
        sa.Column("source", PlainText, nullable=False),
        sa.Column("firm_id", PlainText),
        sa.Column("act", PlainText, nullable=False),
        sa.Column("actor", PlainText, nullable=False),
        sa.Column("reason", PlainText, nullable=False),
        sa.Column("asked_at", UtcTime, nullable=False),
        sa.Column("claim", PlainText, nullable=False),
        sa.Column("claimed_at", UtcTime, nullable=False),
        sa.Column("since", sa.JSON, nullable=False),
        sa.Column("done_at", UtcTime),
        sa.Column("sent", sa.JSON, nullable=False),
        sa.Column("sent_count", sa.Integer, nullable=False),
    )

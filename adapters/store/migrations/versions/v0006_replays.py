"""Plans to take acts back, and what each says of every client."""

import sqlalchemy as sa
from alembic import op

from adapters.store.text_column import PlainText
from adapters.store.utc_time import UtcTime

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Create their tables."""
    op.create_table(
        "replays",
        sa.Column("id", PlainText, primary_key=True),
        sa.Column("firm_id", PlainText, nullable=False),
        sa.Column("kind", PlainText, nullable=False),
        sa.Column("wanted", sa.JSON, nullable=False),
        sa.Column("made_at", UtcTime, nullable=False),
        sa.Column("made_by", PlainText, nullable=False),
        sa.Column("ground", PlainText, nullable=False),
        sa.Column("links", sa.Integer, nullable=False),
        sa.Column("rows", sa.Integer, nullable=False),
        sa.Column("applied_at", UtcTime),
        sa.Column("applied_by", PlainText),
        sa.Column("reason", PlainText),
        sa.Column("cancelled_at", UtcTime),
        sa.Column("cancelled_by", PlainText),
        sa.Column("ended_at", UtcTime),
        sa.Column("sender", PlainText),
        sa.Column("sender_seen_at", UtcTime),
    )
    op.create_index("replays_of_a_firm", "replays", ["firm_id", "made_at"])
    under_way = sa.text("applied_at IS NOT NULL AND ended_at IS NULL")
    op.create_index(
        "replays_under_way", "replays", ["applied_at"], sqlite_where=under_way, postgresql_where=under_way
    )
    op.create_table(
        "replay_rows",
        sa.Column("replay_id", PlainText, primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("client_id", PlainText, nullable=False),
        sa.Column("outcome", PlainText, nullable=False),
        sa.Column("code", PlainText, nullable=False),
        sa.Column("requests", sa.Integer, nullable=False),
        sa.Column("reads", sa.Integer, nullable=False),
        sa.Column("row", sa.Text, nullable=False),
    )

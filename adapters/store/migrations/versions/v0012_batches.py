"""Batches, their rows, and what people have chosen on the way to one."""

import sqlalchemy as sa
from alembic import op

from adapters.store.text_column import PlainText
from adapters.store.utc_time import UtcTime

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Create their tables."""
    op.create_table(
        "batches",
        sa.Column("id", PlainText, primary_key=True),
        sa.Column("firm_id", PlainText, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("rows", sa.Integer, nullable=False),
        sa.Column("asked_at", UtcTime, nullable=False),
        sa.Column("asked_by", PlainText, nullable=False),
        sa.Column("reason", PlainText),
        sa.Column("reverts", PlainText),
        sa.Column("cancelled_at", UtcTime),
        sa.Column("cancelled_by", PlainText),
        sa.Column("ended_at", UtcTime),
        sa.Column("sender", PlainText),
        sa.Column("sender_seen_at", UtcTime),
    )
    op.create_index("batches_of_a_firm", "batches", ["firm_id", "number"], unique=True)
    under_way = sa.text("ended_at IS NULL AND cancelled_at IS NULL")
    op.create_index(
        "one_batch_under_way_a_firm",
        "batches",
        ["firm_id"],
        unique=True,
        sqlite_where=under_way,
        postgresql_where=under_way,
    )
    op.create_table(
        "batch_rows",
        sa.Column("batch_id", PlainText, primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("do", PlainText, nullable=False),
        sa.Column("client_id", PlainText),
        sa.Column("customer_id", PlainText),
        sa.Column("link_version", sa.BigInteger),
        sa.Column("customer_sync_token", sa.BigInteger),
    )
    op.create_table(
        "match_choices",
        sa.Column("firm_id", PlainText, primary_key=True),
        sa.Column("row", PlainText, primary_key=True),
        sa.Column("do", PlainText, nullable=False),
        sa.Column("client_id", PlainText),
        sa.Column("customer_id", PlainText),
        sa.Column("link_version", sa.BigInteger),
        sa.Column("customer_sync_token", sa.BigInteger),
        sa.Column("chosen_by", PlainText, nullable=False),
        sa.Column("chosen_at", UtcTime, nullable=False),
    )

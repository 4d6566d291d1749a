"""The tables of the first version, which made them without migrations."""

import sqlalchemy as sa
from alembic import op

from adapters.store.text_column import PlainText
from adapters.store.utc_time import UtcTime

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create them."""
    op.create_table(
        "connections",
        sa.Column("realm_id", PlainText, primary_key=True),
        sa.Column("firm_id", PlainText, nullable=False),
        sa.Column("status", PlainText, nullable=False),
        sa.Column("created_at", UtcTime, nullable=False),
    )
    connected = sa.text("status = 'connected'")
    op.create_index(
        "one_connected_realm_a_firm",
        "connections",
        ["firm_id"],
        unique=True,
        sqlite_where=connected,
        postgresql_where=connected,
    )
    op.create_table(
        "history",
        sa.Column("partition", sa.Integer, primary_key=True),
        sa.Column("offset", sa.BigInteger, primary_key=True),
        sa.Column("firm_id", PlainText, nullable=False),
        sa.Column("row_key", PlainText, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("verdict", PlainText, nullable=False),
        sa.Column("code", PlainText, nullable=False),
        sa.Column("actor", PlainText),
        sa.Column("time", UtcTime, nullable=False),
        sa.Column("input_topic", PlainText, nullable=False),
        sa.Column("input_id", PlainText, nullable=False),
        sa.Column("changes", sa.JSON, nullable=False),
        sa.Column("facts", sa.JSON, nullable=False),
        sa.Column("row", sa.Text, nullable=False),
    )
    op.create_index("history_of_a_row", "history", ["row_key", "partition", "offset"])
    op.create_index("history_of_an_input", "history", ["input_id"])
    op.create_table(
        "idempotency_keys",
        sa.Column("firm_id", PlainText, primary_key=True),
        sa.Column("key", PlainText, primary_key=True),
        sa.Column("request", PlainText, nullable=False),
        sa.Column("body_hash", PlainText, nullable=False),
        sa.Column("asked_at", UtcTime, nullable=False),
        sa.Column("status", sa.Integer),
        sa.Column("answer", sa.LargeBinary),
        sa.Column("headers", sa.JSON),
    )

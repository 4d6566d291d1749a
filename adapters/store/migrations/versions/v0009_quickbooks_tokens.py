"""The vault: tokens of QuickBooks companies, sealed."""

import sqlalchemy as sa
from alembic import op

from adapters.store.text_column import PlainText
from adapters.store.utc_time import UtcTime

revision = "0009"
down_revision = "0006"


def upgrade() -> None:
    """Create its table."""
    op.create_table(
        "quickbooks_tokens",
        sa.Column("realm_id", PlainText, primary_key=True),
        sa.Column("firm_id", PlainText, nullable=False),
        sa.Column("key_id", PlainText, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("granted_at", UtcTime, nullable=False),
        sa.Column("granted_by", PlainText, nullable=False),
        sa.Column("refreshed_at", UtcTime, nullable=False),
        sa.Column("access_ends", UtcTime, nullable=False),
        sa.Column("refresh_ends", UtcTime, nullable=False),
        sa.Column("hard_ends", UtcTime),
        sa.Column("ended_at", UtcTime),
        sa.Column("refusals", sa.Integer, nullable=False),
        sa.Column("ask_again_at", UtcTime),
        sa.Column("lease", PlainText),
        sa.Column("lease_ends", UtcTime),
    )

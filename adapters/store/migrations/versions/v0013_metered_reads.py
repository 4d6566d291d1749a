"""How often each company was read in each month."""

import sqlalchemy as sa
from alembic import op

from adapters.store.text_column import PlainText

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "metered_reads",
        sa.Column("month", PlainText, primary_key=True),
        sa.Column("realm_id", PlainText, primary_key=True),
        sa.Column("answered", sa.BigInteger, nullable=False),
        sa.Column("unanswered", sa.BigInteger, nullable=False),
    )

"""What an issuer said of who began a session, and which of its sign-ins are used."""

import sqlalchemy as sa
from alembic import op

from adapters.store.text_column import PlainText
from adapters.store.utc_time import UtcTime

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Add the column and the table."""
    op.add_column("sessions", sa.Column("told", sa.JSON))
    op.create_table(
        "used_sign_ins",
        sa.Column("state_hash", PlainText, primary_key=True),
        sa.Column("ends_at", UtcTime, nullable=False),
    )

"""Sign-ins to QuickBooks that are under way, from the button to the person's yes."""

import sqlalchemy as sa
from alembic import op

from adapters.store.text_column import PlainText
from adapters.store.utc_time import UtcTime

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Create their table."""
    op.create_table(
        "quickbooks_sign_ins",
        sa.Column("state_hash", PlainText, primary_key=True),
        sa.Column("browser_hash", PlainText, nullable=False),
        sa.Column("person_id", PlainText, nullable=False),
        sa.Column("firm_id", PlainText, nullable=False),
        sa.Column("ends_at", UtcTime, nullable=False),
        sa.Column("used_at", UtcTime),
        sa.Column("realm_id", PlainText),
        sa.Column("company_name", PlainText),
        sa.Column("key_id", PlainText),
        sa.Column("sealed", sa.LargeBinary),
    )

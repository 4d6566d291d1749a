"""Whom a settled letter named, so that what somebody wrote about it goes when that person is erased."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Add the column; of what was settled before nobody knows whom it named."""
    op.add_column("dead_letter_fates", sa.Column("about", sa.Text))

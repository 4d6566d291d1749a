"""What idempotency keys are forgotten by: when each was asked for first."""

from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Add the index."""
    op.create_index("idempotency_keys_by_age", "idempotency_keys", ["asked_at"])

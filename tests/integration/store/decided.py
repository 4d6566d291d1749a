"""A decision of Dana's about a row, as the projector takes it in."""

from domain.decision import Verdict
from domain.inputs import Cause
from domain.projection import Decided
from domain.rows import Row
from tests.integration.gateway.log_writer import NOW


def decided(row: Row, offset: int) -> Decided:
    """Let it lie at an offset of partition 0."""
    cause = Cause(topic="t", partition=0, offset=offset, id=f"evt-{offset}", at=NOW, actor="user:dana")
    return Decided(
        partition=0,
        offset=offset,
        version=row.version,
        verdict=Verdict.APPLIED,
        code="client_edited",
        row=row,
        cause=cause,
    )

"""A decision of Dana's about a row, as the projector takes it in."""

from datetime import datetime

from domain.decision import Verdict
from domain.inputs import Cause
from domain.projection import Decided
from domain.rows import Row
from tests.integration.gateway.log_writer import NOW


def decided(
    row: Row,
    offset: int,
    *,
    code: str = "client_edited",
    topic: str = "t",
    id_: str | None = None,
    at: datetime = NOW,
) -> Decided:
    """Let it lie at an offset of partition 0."""
    cause = Cause(
        topic=topic, partition=0, offset=offset, id=id_ or f"evt-{offset}", at=at, actor="user:dana"
    )
    return Decided(
        partition=0,
        offset=offset,
        version=row.version,
        verdict=Verdict.APPLIED,
        code=code,
        row=row,
        cause=cause,
    )

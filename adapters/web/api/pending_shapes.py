"""What waits, as the API writes it."""

from datetime import datetime

from pydantic import BaseModel

from domain import fields
from domain.effects import AskedBy, EffectKind


class WorkShape(BaseModel):
    """One thing to do outside. `what` is its kind; `fields`: those that a write holds."""

    what: EffectKind
    client_id: str | None
    customer_id: str | None
    fields: list[fields.Field]
    asked_by: AskedBy | None
    since: datetime | None


class PendingAnswer(BaseModel):
    """What waits to be sent or asked: its beginning, and in how many clients and customers there is any.

    `paused_since`: no request starts, of this firm or of all; `paused_reason`: the words of `paused_by`.
    """

    work: list[WorkShape]
    rows: int
    paused_since: datetime | None
    paused_by: str | None
    paused_reason: str | None

"""What was decided about a client, as the API writes it."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel

from adapters.web.api.field_values import AddressShape
from domain.decision import Verdict
from domain.fields import Field


class ChangeShape(BaseModel):
    """A field that was seen to change on a side, sent to it, held, kept, or lost to the other side.

    `whole_before` and `whole_after`: all that stands in QuickBooks' field, where it holds more than the value, as
    several email addresses.
    """

    what: Literal["seen", "sent", "held", "kept", "lost"]
    side: Literal["canopy", "quickbooks"]
    field: Field
    before: str | AddressShape | None
    after: str | AddressShape | None
    whole_before: str | AddressShape | None = None
    whole_after: str | AddressShape | None = None


class LineShape(BaseModel):
    """One decision about a client. `text` explains a refusal; `reason`: in the words of `actor`; `position`: in the log.

    `engine`: the version of the program that decided; null: nobody knows any more.
    """

    version: int
    time: datetime
    actor: str | None
    reason: str | None
    verdict: Verdict
    code: str
    text: str | None
    changes: list[ChangeShape]
    facts: dict[str, str]
    status: str
    customer_id: str | None
    position: str
    engine: str | None = None


class TimelineAnswer(BaseModel):
    """What was decided about a client, the newest first."""

    lines: list[LineShape]
    cursor: str | None

"""What taking an answer back would do, or that both sides were left as they are, as the API writes it."""

from datetime import datetime

from pydantic import BaseModel

from adapters.web.api.restore_shapes import RestoredFieldShape
from domain.undone import UndoOutcome


class _UndoPreview(BaseModel):
    client_id: str
    version: int
    outcome: UndoOutcome
    code: str
    text: str
    facts: dict[str, str]
    link_version: int
    customer_sync_token: int | None
    client_version: int | None
    fields: list[RestoredFieldShape]


class UndoPreviewAnswer(_UndoPreview):
    """Send `version`, `link_version`, `customer_sync_token` and `client_version` back with the undo: it is done as seen or not at all.

    `version`: the link's, as the answer left it; `answered_at`, `answered_by`: when it was given, and by whom.
    """

    answered_at: datetime
    answered_by: str | None


class UndoLeaveBothPreviewAnswer(_UndoPreview):
    """Send `version`, `link_version`, `customer_sync_token` and `client_version` back with the undo: it is done as seen or not at all.

    `version`: the link's, as leaving both sides left it; `left_at`, `left_by`: when that was, and by whom. Nothing is written.
    """

    left_at: datetime
    left_by: str | None

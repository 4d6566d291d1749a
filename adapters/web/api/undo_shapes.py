"""What taking an answer back would do, as the API writes it."""

from datetime import datetime

from pydantic import BaseModel

from adapters.web.api.restore_shapes import RestoredFieldShape
from domain.undone import UndoOutcome


class UndoPreviewAnswer(BaseModel):
    """Send `version`, `link_version`, `customer_sync_token` and `client_version` back with the undo: it is done as seen or not at all.

    `version`: the link's, as the answer left it; `answered_at`, `answered_by`: when it was given, and by whom.
    """

    client_id: str
    version: int
    answered_at: datetime
    answered_by: str | None
    outcome: UndoOutcome
    code: str
    text: str
    facts: dict[str, str]
    link_version: int
    customer_sync_token: int | None
    client_version: int | None
    fields: list[RestoredFieldShape]

"""What happened to a client last, as lists tell it and put clients in order by it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.rows import LinkRow, LinkStatus


class Turn(StrEnum):
    """What it was. `brought_here`: the link came to stand where it stands."""

    EDITED_IN_CANOPY = "edited_in_canopy"
    EDITED_IN_QUICKBOOKS = "edited_in_quickbooks"
    ASKED = "asked"
    BROUGHT_HERE = "brought_here"


@dataclass(frozen=True, slots=True)
class LastChange:
    """When something happened, and what."""

    at: datetime
    turn: Turn


def last_change(row: LinkRow) -> LastChange | None:
    """Tell the last thing that a row remembers: a question, as long as it is open; None: it remembers nothing."""
    if row.status is LinkStatus.NEEDS_ATTENTION and row.problem is not None:
        return LastChange(row.problem.since, Turn.ASKED)
    edit = _last_edit(row)
    if row.since is None or (edit is not None and edit.at > row.since):
        return edit
    return LastChange(row.since, Turn.BROUGHT_HERE)


def _last_edit(row: LinkRow) -> LastChange | None:
    if row.edited is not None:
        in_canopy = row.edited.side == "canopy"
        return LastChange(row.edited.at, Turn.EDITED_IN_CANOPY if in_canopy else Turn.EDITED_IN_QUICKBOOKS)
    return LastChange(row.client.changed_at, Turn.EDITED_IN_CANOPY) if row.client is not None else None

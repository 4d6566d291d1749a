"""Records of a listing that nobody can read: remembered in the firm's row, so that people see what is not synced.

A record that is mended is changed by that, so the next sweep lists it, and it is forgotten here.
"""

from collections.abc import Collection
from datetime import datetime

from domain.firm_rows import FirmRow, Unreadable
from domain.ids import Side
from domain.outcomes import UnreadableRecord
from domain.replacing import replace

MOST_REMEMBERED = 100
"""How many a firm's row names, the newest; more of them are one trouble, and not many."""


def with_unreadable(
    firm: FirmRow,
    side: Side,
    read: Collection[str],
    found: tuple[UnreadableRecord, ...],
    now: datetime,
    *,
    begins: bool,
) -> FirmRow:
    """Remember what of a page can't be read, and forget what now can. `begins`: it is a listing's first page.

    What has no id is known by its place in one listing only, so a new listing begins without it.
    """
    named = {record.id for record in found}
    kept = tuple(
        each
        for each in firm.unreadable
        if each.side != side
        or (each.id is None and not begins)
        or (each.id is not None and each.id not in read and each.id not in named)
    )
    since = {each.id: each.since for each in firm.unreadable if each.side == side and each.id is not None}
    new = tuple(
        Unreadable(side=side, id=each.id, wrong=each.wrong, since=since.get(each.id, now) if each.id else now)
        for each in found
    )
    return replace(firm, unreadable=(*kept, *new)[-MOST_REMEMBERED:])

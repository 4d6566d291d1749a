"""Both sides list records of which some can't be read: they are named, unless it is all of the answer that is wrong."""

from collections.abc import Iterable
from typing import TypeVar

from domain.outcomes import UnreadableRecord

MOST_UNREADABLE = 5
"""More on one page, or side by side, and it is the answer that can't be read: an empty list would be believed."""

Record = TypeVar("Record")


def parted(
    found: Iterable[Record | UnreadableRecord],
) -> tuple[tuple[Record, ...], tuple[UnreadableRecord, ...]] | None:
    """Tell the records of one page from those that can't be read. None: too many can't."""
    readable: list[Record] = []
    broken: list[UnreadableRecord] = []
    for each in found:
        if isinstance(each, UnreadableRecord):
            broken.append(each)
        else:
            readable.append(each)
    return None if len(broken) > MOST_UNREADABLE else (tuple(readable), tuple(broken))

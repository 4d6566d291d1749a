"""Tells a loop: rules that write to one side and the other, over and over, while no person does anything.

Only writes that go to and fro count. Many edits on one side are somebody at work; a loop needs something on each
side that answers our writes with a change of its own (docs/adr/0009-a-loop-goes-back-and-forth.md).
"""

from datetime import datetime, timedelta
from itertools import pairwise

from domain.ids import Side
from domain.remembered import Written

WITHIN = timedelta(minutes=10)
MOST_WRITES = 6


def loops(before: tuple[Written, ...], side: Side, now: datetime) -> bool:
    """Say whether one more write to `side` would be the seventh in a row that turns round each time."""
    lately = [each.side for each in before if now - each.at < WITHIN]
    turns = [*lately, side]
    return len(lately) >= MOST_WRITES and all(left != right for left, right in pairwise(turns))


def written(before: tuple[Written, ...], side: Side, now: datetime) -> tuple[Written, ...]:
    """Remember a write; no more of them than a loop takes."""
    return (*before, Written(at=now, side=side))[-MOST_WRITES:]

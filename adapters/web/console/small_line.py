"""A small line of what happened hour by hour; what it shows stands in a table too."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 240, 32
EDGE = 2
"""So far from the edges, in the units of the picture, that the line is whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SmallLine:
    """`points`: of a polyline in a picture of WIDTH by HEIGHT; `says`: the same in words."""

    label: str
    total: int
    points: str
    says: str


def small_line(label: str, numbers: Sequence[int]) -> SmallLine:
    """Draw numbers of hours that follow each other, the last of which is this one."""
    most, total = max(numbers), sum(numbers)
    across = (WIDTH - 2 * EDGE) / (len(numbers) - 1)
    down = (HEIGHT - 2 * EDGE) / max(most, 1)
    points = " ".join(
        f"{EDGE + n * across:.1f},{HEIGHT - EDGE - number * down:.1f}" for n, number in enumerate(numbers)
    )
    says = (
        f"{label}: {total:,} in 24 hours, at most {most:,} in one" if total else f"{label}: none in 24 hours"
    )
    return SmallLine(label=label, total=total, points=points, says=says)

"""Figures that don't round up, and small lines that say in words what they show."""

from dataclasses import replace

import pytest

from adapters.web.console.small_line import HEIGHT, WIDTH, small_line
from adapters.web.figures import Figures
from domain.remembered import Heard
from domain.standing import Standing


@pytest.mark.parametrize(
    ("counts", "in_step", "meant", "share"),
    [
        ({}, 0, 0, None),
        ({Standing.IN_STEP: 5}, 5, 5, 100.0),
        ({Standing.IN_STEP: 9_999, Standing.HELD: 1}, 9_999, 10_000, 99.9),
        ({Standing.IN_STEP: 1, Standing.WAITING: 2}, 1, 3, 33.3),
        ({Standing.NOT_SYNCED: 4, Standing.CUSTOMER_INACTIVE: 1, Standing.CLIENT_ARCHIVED: 1}, 0, 0, None),
    ],
    ids=["nobody", "all", "all but one", "a third", "none that is meant to"],
)
def test_a_share_is_of_those_that_are_meant_to_be_in_step(
    counts: dict[Standing, int], in_step: int, meant: int, share: float | None
) -> None:
    """All but one is not all."""
    nobody = dict.fromkeys(Standing, 0)
    nothing = Figures(
        counts=nobody,
        unpaused=nobody,
        reasons={},
        due=0,
        oldest_wait=None,
        heard=Heard(),
        answers=0,
        hours=(),
    )
    told = replace(nothing, unpaused=nobody | counts)

    assert (told.in_step, told.meant, told.share) == (in_step, meant, share)


def test_a_small_line_fits_its_picture_and_says_what_it_shows() -> None:
    """The highest hour touches the top, an hour without anything the bottom."""
    line = small_line("Webhooks", [0] * 22 + [3, 1_200])

    points = [tuple(map(float, each.split(","))) for each in line.points.split()]
    assert len(points) == 24
    assert (points[0], points[-1]) == ((2, HEIGHT - 2), (WIDTH - 2, 2))
    assert line.says == "Webhooks: 1,203 in 24 hours, at most 1,200 in one"
    assert small_line("Webhooks", [0] * 24).says == "Webhooks: none in 24 hours"

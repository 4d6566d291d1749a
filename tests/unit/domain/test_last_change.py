"""What a list tells of as the last thing that happened to a client."""

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.last_change import LastChange, Turn, last_change
from domain.problem import Problem
from domain.remembered import Edited
from domain.rows import LinkRow, LinkStatus
from tests.unit.web.test_status import NOW, SYNCED

SOONER, LATER = NOW - timedelta(hours=2), NOW - timedelta(hours=1)
BARE = replace(SYNCED, client=None, since=None, edited=None)
ASKED = Problem(id="q-1", code="loop", since=SOONER, resume="synced")


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (BARE, None),
        (replace(BARE, since=LATER), LastChange(LATER, Turn.BROUGHT_HERE)),
        (
            replace(BARE, since=LATER, edited=Edited(at=SOONER, side="canopy")),
            LastChange(LATER, Turn.BROUGHT_HERE),
        ),
        (
            replace(BARE, since=SOONER, edited=Edited(at=LATER, side="canopy")),
            LastChange(LATER, Turn.EDITED_IN_CANOPY),
        ),
        (
            replace(BARE, edited=Edited(at=LATER, side="quickbooks")),
            LastChange(LATER, Turn.EDITED_IN_QUICKBOOKS),
        ),
        (
            replace(BARE, since=LATER, status=LinkStatus.NEEDS_ATTENTION, problem=ASKED),
            LastChange(SOONER, Turn.ASKED),
        ),
    ],
    ids=["nothing", "brought here", "edited before", "edited since", "in QuickBooks", "an open question"],
)
def test_the_last_change_is_the_later_one_but_for_an_open_question(
    row: LinkRow, told: LastChange | None
) -> None:
    """Which is as old as it is, whatever happened since: who asked longest comes first."""
    assert last_change(row) == told

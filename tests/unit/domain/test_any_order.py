"""Whatever happens in whatever order, what must hold holds, and when all is quiet both sides are in step."""

import pytest

from tests.unit.domain.at_rest import check_at_rest
from tests.unit.domain.walk import Walk

STORIES = 25
STEPS = 150


@pytest.mark.parametrize("first", range(0, 400, STORIES))
def test_whatever_happens_in_whatever_order_what_must_hold_holds(first: int) -> None:
    """At every step what `invariants.py` says; at rest nothing waits, and nothing differs without a reason."""
    for seed in range(first, first + STORIES):
        walk = Walk(seed)
        try:
            for _ in range(STEPS):
                walk.step()
            walk.quiet()
            check_at_rest(walk.world)
            writes = walk.world.writes
            walk.quiet()
            assert walk.world.writes == writes, "quiet stays quiet"
        except AssertionError as wrong:
            raise AssertionError(f"seed {seed}, after {len(walk.story)} steps: {wrong}") from wrong

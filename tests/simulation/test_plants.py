"""Bugs that are planted in the worker are caught, by the rule that they break: else the simulation would guard nothing there."""

import pytest

from tests.simulation.plants import PLANTS, caught

SOON = {
    "the gate is opened before the append": 12,
    "what others plan is not left to them in doubt": 46,
}
"""By plant, a seed in which it does harm; who changes what seeds play looks for another one (`python -m tests.simulation.plants`)."""

MOST_STEPS = 20_000


@pytest.mark.timeout(280)
@pytest.mark.parametrize("name", PLANTS)
def test_a_planted_bug_is_caught(name: str) -> None:
    """From a seed on in which it does harm soon."""
    found = caught(name, SOON[name], MOST_STEPS)

    assert PLANTS[name].breaks in (found.wrong or "")

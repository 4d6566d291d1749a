"""Some thousand hostile values at every door, and the rounds that once found something: no rule is broken."""

from pathlib import Path

import pytest

from tests.fuzz.every_door import DOORS, SHARES
from tests.fuzz.run import Tally, logs_heard, play_round, run

SEED = 11
VALUES = 6_000
"""Hostile values in all; `make fuzz` sends as many as wanted, from other seeds."""

FOUND = [
    line.split(" ", 2)
    for line in (Path(__file__).parent / "seeds.txt").read_text().splitlines()
    if line and not line.startswith("#")
]


@pytest.mark.parametrize("name", DOORS)
def test_hostile_values_break_nothing(name: str) -> None:
    """Nothing exits, nothing is answered with a 500 or not at all, and every input is accounted for."""
    tally = run(name, DOORS[name], SEED, VALUES * SHARES[name] // 100)

    assert tally.violation is None, tally.violation
    assert tally.values >= VALUES * SHARES[name] // 100
    assert len(tally.became) > 1


@pytest.mark.parametrize(("name", "seed", "what"), FOUND)
def test_what_was_found_once_stays_mended(name: str, seed: str, what: str) -> None:
    """The same round again, in a short form."""
    tally = Tally(name)
    with logs_heard(), DOORS[name]() as door:
        play_round(tally, door, int(seed), 500)

    assert tally.violation is None, f"{what}: {tally.violation}"


def test_every_value_goes_to_a_door() -> None:
    """The shares make a whole."""
    assert sum(SHARES.values()) == 100
    assert SHARES.keys() == DOORS.keys()

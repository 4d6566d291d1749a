"""The seed of a run under fire is another one each time; one that broke it is kept, and can be played again."""

from collections import Counter
from pathlib import Path

import pytest

from tests.story.fire_seeds import GIVEN, Fire, kept, kept_if_it_breaks
from tests.story.under_fire import shots

FIRE = Fire(clients=60, kills=6)
TARGETS = ("worker", "gateway", "command")


def test_a_seed_is_drawn_unless_it_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    """By who asks for a run again, or by a run that is kept."""
    monkeypatch.delenv(GIVEN, raising=False)
    assert len({FIRE.drawn() for _ in range(20)}) > 1
    monkeypatch.setenv(GIVEN, "7")
    assert FIRE.drawn() == 7
    assert Fire(60, 6, seed=8).drawn() == 8


def test_a_run_that_breaks_is_kept_with_its_seed(tmp_path: Path) -> None:
    """And says how it is played again; one that ends well leaves nothing."""
    file = tmp_path / "build" / "broken.jsonl"
    with kept_if_it_breaks(FIRE, 6, file):
        pass
    assert not file.exists()

    for seed in (7, 8):
        with pytest.raises(AssertionError) as broke, kept_if_it_breaks(FIRE, seed, file):
            raise AssertionError("written twice")
        assert f"{GIVEN}={seed}" in broke.value.__notes__[0]

    assert list(kept(file)) == [Fire(60, 6, seed=7), Fire(60, 6, seed=8)]
    assert list(kept()) == list(kept()), "what is kept can be read"


@pytest.mark.parametrize("kills", [6, 20])
def test_a_seed_says_all_that_is_drawn(kills: int) -> None:
    """What is killed in which order, each about as often, and how far apart; from another seed it is otherwise."""
    assert shots(7, kills, TARGETS) == shots(7, kills, TARGETS)
    assert len({tuple(shots(seed, kills, TARGETS)) for seed in range(20)}) == 20
    for seed in range(20):
        counts = Counter(shot.target for shot in shots(seed, kills, TARGETS))
        assert set(counts) == set(TARGETS)
        assert max(counts.values()) - min(counts.values()) <= 1
        assert all(0 <= shot.part < 1 for shot in shots(seed, kills, TARGETS))

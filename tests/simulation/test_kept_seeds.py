"""Seeds that broke a rule once: what they took is kept, made small, since what a seed plays changes with the script."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.simulation.faults import RATES
from tests.simulation.run import play
from tests.simulation.script import FIRMS, Act
from tests.simulation.shrink import in_rounds

KEPT = [json.loads(line) for line in Path(__file__).with_name("kept_seeds.jsonl").read_text().splitlines()]


@pytest.mark.parametrize("kept", KEPT, ids=lambda kept: str(kept["seed"]))
def test_a_seed_that_once_broke_a_rule_breaks_none(kept: dict[str, Any]) -> None:
    """It is played with the firms, the acts and the kinds of faults that it took then; `broke` is what came of it."""
    rounds = in_rounds([(number, Act(*act)) for number, *act in kept["acts"]])
    without = [kind for kind in RATES if kind not in kept["faults"]]

    played = play(kept["seed"], 0, rounds, firms=kept.get("firms", FIRMS), without=without)

    assert played.wrong is None, f"{played.wrong}, as before: {kept['broke']}"

"""Bugs that are planted in the worker, to see that the simulation finds them: `python -m tests.simulation.plants`.

Each names what the judge says of it. A bug that breaks another rule first is caught as well, and what broke is said.
"""

import argparse
import sys
from collections.abc import Callable, Collection, Iterable
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass

import pytest

from domain.ids import EffectId
from domain.rows import Row
from streams.worker.batch import Batch
from streams.worker.deciding import Deciding
from streams.worker.lanes import Lanes
from tests.collector import look_rarely_for_garbage
from tests.simulation.run import MakeRound, play
from tests.simulation.script import next_round, round_of_take_overs

MOST_STEPS = 500_000
STEPS_A_SEED = 3_000
DROPPED = "is dropped, and was asked for"
"""How the rule is broken (I4) where what has begun is taken back as if it had not."""


@dataclass(frozen=True, slots=True)
class Plant:
    """One bug. `breaks`: what the judge says of it. `put`: makes the worker have it, until the patch is taken back.

    `make_round`: of what the runs are made in which it is looked for.
    """

    breaks: str
    put: Callable[[pytest.MonkeyPatch], None]
    make_round: MakeRound = next_round


@dataclass(frozen=True, slots=True)
class Caught:
    """What a plant came to. `wrong` None: nothing, in all these steps."""

    steps: int
    seeds: int
    wrong: str | None


def _opens_the_gate_before_the_append(patch: pytest.MonkeyPatch) -> None:
    fill = Deciding._fill

    def fill_and_open(deciding: Deciding, batch: Batch, *more: object) -> object:
        found = fill(deciding, batch, *more)  # type: ignore[arg-type]
        deciding._lanes.gate(batch.partition.number).open()
        return found

    patch.setattr(Deciding, "_fill", fill_and_open)


def _takes_up_what_others_plan(patch: pytest.MonkeyPatch) -> None:
    folded = Lanes.folded

    def folded_alike(lanes: Lanes, partition: int, rows: Iterable[Row], _: Collection[EffectId]) -> None:
        folded(lanes, partition, rows, ())

    patch.setattr(Lanes, "folded", folded_alike)


PLANTS = {
    "the gate is opened before the append": Plant(DROPPED, _opens_the_gate_before_the_append),
    "what others plan is not left to them in doubt": Plant(
        DROPPED, _takes_up_what_others_plan, round_of_take_overs
    ),
}


def caught(name: str, first: int, most: int = MOST_STEPS) -> Caught:
    """Play seeds from `first` on with a bug, until one breaks a rule or so many steps are taken."""
    plant, steps, seed = PLANTS[name], 0, first
    with pytest.MonkeyPatch.context() as patch:
        plant.put(patch)
        while steps < most:
            played = play(seed, STEPS_A_SEED, make_round=plant.make_round)
            steps, seed = steps + played.steps, seed + 1
            if played.wrong is not None:
                return Caught(steps, seed - first, played.wrong)
    return Caught(steps, seed - first, None)


def main() -> int:
    """Plant one after the other, and say what came of it; 1 if one was not caught by its rule."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--seed", type=int, default=1, help="the first seed")
    asked.add_argument("--steps", type=int, default=MOST_STEPS, help="how many steps at most for each")
    given = asked.parse_args()
    missed = False
    with ProcessPoolExecutor(initializer=look_rarely_for_garbage) as pool:
        playing = {pool.submit(caught, name, given.seed, given.steps): name for name in PLANTS}
        for future in as_completed(playing):
            name, found = playing[future], future.result()
            missed = missed or PLANTS[name].breaks not in (found.wrong or "")
            what = found.wrong or "not caught"
            sys.stdout.write(f"{name}: {what}, after {found.steps:,} steps, {found.seeds} seeds\n")
            sys.stdout.flush()
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())

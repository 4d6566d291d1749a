"""`python -m tests.simulation`: plays seeds until so many steps are taken, says how far it is, and what came of it."""

import argparse
import sys

from tests.simulation.many import STEPS_A_SEED, Result, play_many
from tests.simulation.run import play


def main() -> int:
    """Play; 1 if a rule was broken or a fault never fired."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--seed", type=int, default=1, help="the first seed")
    asked.add_argument("--steps", type=int, default=100_000, help="how many steps in all")
    asked.add_argument("--steps-a-seed", type=int, default=STEPS_A_SEED)
    asked.add_argument("--processes", type=int, default=None)
    asked.add_argument("--story", action="store_true", help="tell what happens in just this seed")
    given = asked.parse_args()
    if given.story:
        _say("\n".join(play(given.seed, given.steps_a_seed, telling=True).story))
        return 0
    result = play_many(
        given.seed,
        given.steps,
        steps_a_seed=given.steps_a_seed,
        processes=given.processes,
        progress=_progress,
    )
    _say("", *result.lines())
    if result.never_fired:
        _say(f"never fired: {', '.join(result.never_fired)}")
    return int(result.failed is not None or bool(result.never_fired))


def _progress(result: Result) -> None:
    speed = result.steps / max(result.seconds, 0.001)
    sys.stdout.write(f"\r{result.seeds} seeds, {result.steps:,} steps, {speed:,.0f} a second ")
    sys.stdout.flush()


def _say(*lines: str) -> None:
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    sys.exit(main())

"""Plays many seeds, in several processes, and says what came of them."""

import os
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass, field

from tests.collector import look_rarely_for_garbage
from tests.simulation.faults import COUNTED
from tests.simulation.run import Played, play
from tests.simulation.shrink import shrink

STEPS_A_SEED = 5000


@dataclass(slots=True)
class Result:
    """What many runs came to. `failed`: the first run that broke a rule, made small."""

    seeds: int = 0
    steps: int = 0
    seconds: float = 0.0
    faults: Counter[str] = field(default_factory=Counter)
    verdicts: Counter[str] = field(default_factory=Counter)
    left_behind: int = 0
    failed: Played | None = None

    def add(self, played: Played) -> None:
        """Count one run."""
        self.seeds += 1
        self.steps += played.steps
        self.faults.update(played.faults)
        self.verdicts.update(played.verdicts)
        self.left_behind += played.left_behind

    @property
    def never_fired(self) -> list[str]:
        """Name the faults that these runs have not tested."""
        return [kind for kind in COUNTED if not self.faults[kind]]

    def lines(self) -> Iterator[str]:
        """Say it in lines."""
        speed = self.steps / self.seconds if self.seconds else 0.0
        yield (
            f"{self.steps:,} steps over {self.seeds} seeds in {self.seconds:.0f} s, {speed:,.0f} steps a second, "
            f"{self.verdicts.total():,} decisions"
        )
        yield "faults: " + ", ".join(f"{kind} {self.faults[kind]:,}" for kind in COUNTED)
        yield f"links left with a customer that went into another, of which nobody told us: {self.left_behind}"
        if self.failed is not None:
            yield from told(self.failed)


def told(failed: Played) -> Iterator[str]:
    """Tell a failing run to a person."""
    yield f"seed {failed.seed} breaks a rule: {failed.wrong}"
    yield f"made small, this is what happened ({sum(len(acts) for acts in failed.rounds)} acts):"
    yield from (f"  {line}" for line in failed.story)
    yield failed.where


def play_many(
    first: int,
    steps: int,
    *,
    steps_a_seed: int = STEPS_A_SEED,
    processes: int | None = None,
    progress: Callable[[Result], None] = lambda _: None,
) -> Result:
    """Play seeds from `first` on until so many steps are taken; stop at the first that breaks a rule."""
    result, begin = Result(), time.monotonic()
    at_once = processes or os.cpu_count() or 1
    with ProcessPoolExecutor(at_once, initializer=look_rarely_for_garbage) as pool:
        running: set[Future[Played]] = set()
        seed = first
        while result.failed is None and (running or result.steps < steps):
            while len(running) < at_once and result.steps + len(running) * steps_a_seed < steps:
                running.add(pool.submit(play, seed, min(steps_a_seed, steps)))
                seed += 1
            if not running:
                break
            done, running = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                played = future.result()
                result.add(played)
                if played.wrong is not None and result.failed is None:
                    result.failed = shrink(played)
            result.seconds = time.monotonic() - begin
            progress(result)
    return result

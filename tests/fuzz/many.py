"""Runs doors side by side, in processes of their own: one that ends is a violation like any other."""

from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context

from tests.fuzz.every_door import DOORS, SHARES
from tests.fuzz.run import Tally, run

PARTS = 4
"""Each door's share is cut into so many, so that no process is left alone with a long one."""


def run_one(name: str, seed: int, values: int) -> Tally:
    """Run one door here."""
    return run(name, DOORS[name], seed, values)


def run_many(names: Iterable[str], seed: int, values: int, processes: int) -> Iterator[Tally]:
    """Run doors for so many values in all; gives each part as it ends."""
    wanted = list(names)
    whole = sum(SHARES[name] for name in wanted)
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        begun: dict[Future[Tally], str] = {}
        for part in range(PARTS):
            for name in wanted:
                share = -(-values * SHARES[name] // whole // PARTS)
                begun[pool.submit(run_one, name, seed + part, share)] = name
        for done in as_completed(begun):
            try:
                yield done.result()
            except BrokenProcessPool as wrong:
                yield Tally(begun[done], violation=f"its process ended: {wrong}")

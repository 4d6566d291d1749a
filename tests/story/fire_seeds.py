"""The seeds of runs in which something is killed: another one each time, printed, and kept where the run breaks.

A seed says what is killed in which order and how far apart. How fast the machine is has its part in a run too, so a seed that broke one may have to
be played more than once.
"""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import orjson

from tests.forked import ROOT

GIVEN = "REPLAY_SEED"
KEPT = Path(__file__).with_name("kept_fires.jsonl")
BROKEN = ROOT / "build" / "broken_fires.jsonl"
BELOW = 10**9
MOST_OF_A_REASON = 500


@dataclass(frozen=True, slots=True)
class Fire:
    """How many clients were unmatched, how often something is killed while that is taken back, and from which seed.

    `seed` None: it is drawn, or given by REPLAY_SEED.
    """

    clients: int
    kills: int
    seed: int | None = None

    def drawn(self) -> int:
        """Give the seed to play."""
        return drawn_seed(GIVEN) if self.seed is None else self.seed


def drawn_seed(given: str) -> int:
    """Draw a seed, unless the environment names one in `given`."""
    return int(os.environ.get(given) or secrets.randbelow(BELOW))


def kept(file: Path = KEPT) -> Iterator[Fire]:
    """Give those that broke once, and are played each time since."""
    for line in file.read_bytes().splitlines():
        told = orjson.loads(line)
        yield Fire(told["clients"], told["kills"], told["seed"])


@contextmanager
def kept_if_it_breaks(fire: Fire, seed: int, file: Path = BROKEN) -> Iterator[None]:
    """Write down what broke in the block, so that it can be played again, and say where."""
    try:
        yield
    except BaseException as broke:
        told = {
            "seed": seed,
            "clients": fire.clients,
            "kills": fire.kills,
            "broke": f"{type(broke).__name__}: {broke}"[:MOST_OF_A_REASON],
        }
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("ab") as kept_file:
            kept_file.write(orjson.dumps(told) + b"\n")
        broke.add_note(
            f"{GIVEN}={seed} plays it again, and the line in {file} does at every run once it stands in {KEPT}"
        )
        raise

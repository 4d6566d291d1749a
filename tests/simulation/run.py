"""Plays runs: one seed, round after round, until it has taken so many steps."""

import traceback
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field

from tests.simulation.log import digest_of
from tests.simulation.script import Act, firms_of, next_round, opening
from tests.simulation.simulation import Simulation

MakeRound = Callable[[int, int, Sequence[str]], Sequence[Act]]
"""Makes a round's acts of a seed, the round's number and the firms."""


@dataclass(frozen=True, slots=True)
class Played:
    """How a run went. `firms`: of its world. `wrong` None: well. `left_behind`: links with a customer that went into another, unheard.

    `log`: the SHA-256 of all that lay in the log at the end.
    """

    seed: int
    firms: tuple[str, ...]
    steps: int
    faults: Counter[str]
    verdicts: Counter[str]
    rounds: tuple[tuple[Act, ...], ...]
    left_behind: int
    log: str
    wrong: str | None = None
    where: str = ""
    story: tuple[str, ...] = field(default=())


def play(
    seed: int,
    steps: int,
    rounds: Sequence[Sequence[Act]] | None = None,
    *,
    firms: Sequence[str] | None = None,
    make_round: MakeRound = next_round,
    without: Collection[str] = (),
    telling: bool = False,
) -> Played:
    """Play one seed. `rounds` given: just these, however many steps they take. `firms` None: those of the seed's world.

    `make_round`: makes the acts of each round but the first.
    """
    played: list[tuple[Act, ...]] = []
    wrong, where = None, ""
    there = firms_of(seed) if firms is None else firms
    with Simulation(seed, there, without=without, telling=telling) as company:
        try:
            for acts in _rounds(company, seed, steps, make_round) if rounds is None else rounds:
                played.append(tuple(acts))
                company.play(acts)
        except Exception as found:  # noqa: BLE001  (whatever it is, it is what was looked for)
            wrong = str(found) if isinstance(found, AssertionError) else f"{type(found).__name__}: {found}"
            where = "".join(traceback.format_exception(found)[-4:])
    return Played(
        seed,
        tuple(there),
        company.agenda.steps,
        company.faults.fired,
        Counter(
            f"{part.decision.verdict} {part.decision.code}"
            for entry in company.entries
            for part in entry.parts
            if part.cause is not None
        ),
        tuple(played),
        len(company.left_behind),
        digest_of(company.logs),
        wrong,
        where,
        tuple(company.story.lines),
    )


def _rounds(company: Simulation, seed: int, steps: int, make_round: MakeRound) -> Iterator[Sequence[Act]]:
    number = 1
    firms = tuple(company.canopy)
    yield opening(seed, firms)
    while company.agenda.steps < steps:
        yield make_round(seed, number, firms)
        number += 1

"""Plays runs: one seed, round after round, until it has taken so many steps."""

import traceback
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

from tests.simulation.log import digest_of
from tests.simulation.script import Act, next_round, opening
from tests.simulation.simulation import Simulation


@dataclass(frozen=True, slots=True)
class Played:
    """How a run went. `wrong` None: well. `left_behind`: links with a customer that went into another, unheard.

    `log`: the SHA-256 of all that lay in the log at the end.
    """

    seed: int
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
    without: Collection[str] = (),
    telling: bool = False,
) -> Played:
    """Play one seed. `rounds` given: just these, however many steps they take."""
    played: list[tuple[Act, ...]] = []
    wrong, where = None, ""
    with Simulation(seed, without=without, telling=telling) as company:
        try:
            for acts in _rounds(company, seed, steps) if rounds is None else rounds:
                played.append(tuple(acts))
                company.play(acts)
        except Exception as found:  # noqa: BLE001  (whatever it is, it is what was looked for)
            wrong = str(found) if isinstance(found, AssertionError) else f"{type(found).__name__}: {found}"
            where = "".join(traceback.format_exception(found)[-4:])
    return Played(
        seed,
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


def _rounds(company: Simulation, seed: int, steps: int) -> Iterator[Sequence[Act]]:
    number = 1
    yield opening(seed)
    while company.agenda.steps < steps:
        yield next_round(seed, number)
        number += 1

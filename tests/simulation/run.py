"""Plays runs: one seed, round after round, until it has taken so many steps."""

import traceback
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from tests.simulation.script import Act, next_round, opening
from tests.simulation.simulation import Simulation


@dataclass(frozen=True, slots=True)
class Played:
    """How a run went. `wrong` None: well. `left_behind`: links with a customer that went into another, unheard."""

    seed: int
    steps: int
    faults: Counter[str]
    verdicts: Counter[str]
    rounds: tuple[tuple[Act, ...], ...]
    left_behind: int
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
    company = Simulation(seed, without=without, telling=telling)
    played: list[tuple[Act, ...]] = []
    wrong, where = None, ""
    try:
        if rounds is None:
            acts: list[Act] | None = opening(seed)
            while acts is not None:
                played.append(tuple(acts))
                company.play(acts)
                acts = next_round(seed, len(played)) if company.agenda.steps < steps else None
        else:
            for given in rounds:
                played.append(tuple(given))
                company.play(given)
    except Exception as found:  # noqa: BLE001  (whatever it is, it is what was looked for)
        wrong = str(found) if isinstance(found, AssertionError) else f"{type(found).__name__}: {found}"
        where = "".join(traceback.format_exception(found)[-4:])
    return Played(
        seed,
        company.agenda.steps,
        company.faults.fired,
        Counter(f"{e.decision.verdict} {e.decision.code}" for e in company.log.entries),
        tuple(played),
        len(company.left_behind),
        wrong,
        where,
        tuple(company.story.lines),
    )

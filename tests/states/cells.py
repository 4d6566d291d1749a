"""Runs every input in every state and notes what came of it."""

from collections.abc import Mapping
from dataclasses import dataclass

from domain.decision import Decision
from domain.ids import ClientId, EffectId
from tests.states.given import INPUTS, Given
from tests.states.states import GROUPS
from tests.unit.domain.world import FIRM, World

START = "[*]"
"""No row yet."""


@dataclass(frozen=True, slots=True)
class Cell:
    """What one input does in one state. `before` and `after`: the status, each with its why; `planned` and `ended`: its work."""

    verdict: str
    code: str
    before: str
    before_why: str
    after: str
    why: str
    changed: bool
    planned: tuple[str, ...]
    ended: tuple[str, ...]


def run_all() -> Mapping[tuple[str, str], Cell]:
    """Give the cell of each state and input."""
    return {
        (state, given): _run(world.copied(), tell)
        for states in GROUPS.values()
        for state, build in states.items()
        for world in (build(),)
        for inputs in INPUTS.values()
        for given, tell in inputs.items()
    }


def _run(world: World, tell: Given) -> Cell:
    before, before_why, known = _stands(world)
    decision = tell(world)
    after, why, work = _stands(world)
    verdict, code = _named(decision)
    return Cell(
        verdict=verdict,
        code=code,
        before=before,
        before_why=before_why,
        after=after,
        why=why,
        changed=(before, before_why) != (after, why),
        planned=tuple(kind for name, kind in work.items() if name not in known),
        ended=tuple(kind for name, kind in known.items() if name not in work),
    )


def _named(decision: Decision | None) -> tuple[str, str]:
    assert decision is not None, "every firm of the table was connected once, so every input leaves a record"
    return str(decision.verdict), str(decision.code)


def _stands(world: World) -> tuple[str, str, Mapping[EffectId, str]]:
    """Give the status of c-1, why it is so, and the work that is pending."""
    link = world.table.link(FIRM, ClientId("c-1"))
    if link is None:
        return START, "", {}
    work = {effect.id: effect.kind for effect in link.pending}
    if link.problem is not None:
        return link.status.value, link.problem.code, work
    return link.status.value, link.reason.value if link.reason is not None else "", work

"""A world whose partition holds two firms: what happens to the one is nothing to the other, and the judge tells them apart."""

from typing import Any

import pytest

from domain.decide import decide
from domain.ids import FirmId
from streams.worker import batch
from tests.simulation.run import play
from tests.simulation.script import FIRMS, NEIGHBOR, firms_of
from tests.simulation.simulation import Simulation
from tests.simulation.topics import home_of

CROWDED = (*FIRMS, NEIGHBOR)


def test_a_neighbor_lies_in_the_partition_of_the_first() -> None:
    """And in some worlds only, so that the others are played too."""
    first, second, neighbor = (home_of(FirmId(firm)) for firm in CROWDED)

    assert first == neighbor != second
    assert {firms_of(seed) for seed in range(20)} == {FIRMS, CROWDED}


def test_their_inputs_are_decided_together() -> None:
    """Decisions of both lie in one record batch, and no rule is broken."""
    played = play(3, 3000, firms=CROWDED)

    assert played.wrong is None, played.wrong
    assert played.faults["firms_decided_together"]


def test_a_decision_that_touches_the_neighbor_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let what one firm is told change a row of the other, as an index without the firm in it would."""

    def across(rows: Any, given: Any, *more: Any) -> Any:
        decision = decide(rows, given, *more)
        other = FirmId(NEIGHBOR if given.firm_id == FIRMS[0] else FIRMS[0])
        row = rows.firm(other)
        if decision is not None and row is not None and given.firm_id in (FIRMS[0], NEIGHBOR):
            object.__setattr__(decision, "rows", (*decision.rows, row))
        return decision

    monkeypatch.setattr(batch, "decide", across)

    played = play(3, 3000, firms=CROWDED)

    assert played.wrong is not None
    assert "changes by what f-" in played.wrong


def test_a_request_at_the_neighbors_door_is_found() -> None:
    """The judge knows whose each side is."""
    with Simulation(3, CROWDED) as company:
        whose = company.judge.writes.firm_of

    assert set(whose) == set(company.network.sides)
    assert set(whose.values()) == set(CROWDED)

"""Workers are killed, stopped and paused while they write, Kafka too, and nothing is lost, doubled or written too late."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from tests.chaos.kill_run import AT_LENGTH, SHORT, Scale, kill_run

SEED = int(os.environ.get("CHAOS_SEED", "1"))
SECONDS_A_FAULT = 40


def scale() -> Scale:
    """Run at length where the environment says how many faults, as `make chaos` does."""
    faults = os.environ.get("CHAOS_FAULTS")
    if faults is None:
        return SHORT
    away = os.environ.get("CHAOS_AWAY", AT_LENGTH.away)
    return replace(AT_LENGTH, faults=int(faults), away=float(away))


@pytest.mark.timeout(300 + scale().faults * SECONDS_A_FAULT)
async def test_workers_die_in_the_middle_of_their_writes_and_nothing_is_lost_or_done_twice(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Firms at work, faults, Kafka away twice: the checker finds every promise kept.

    The short form has each kind of fault once. CHAOS_FAULTS asks for it at length, twenty firms and sixty inputs a
    second, with so many faults; CHAOS_AWAY for so many seconds without Kafka.
    """
    run = await kill_run(tmp_path, scale(), SEED)

    with capsys.disabled():
        print(f"\n{run.report()}\n  seed {SEED}, logs in {tmp_path}")  # noqa: T201  (the report is the evidence)
    assert run.too_weak() == []
    assert [str(violation) for violation in run.finding.violations] == []
    assert run.quiet

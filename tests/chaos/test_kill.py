"""Workers are killed, stopped and paused while they write, Kafka too, and nothing is lost, doubled or written too late."""

import os
from pathlib import Path

import pytest

from tests.chaos.kill_run import kill_run

FAULTS = int(os.environ.get("CHAOS_FAULTS", "10"))
SEED = int(os.environ.get("CHAOS_SEED", "1"))
AWAY = float(os.environ.get("CHAOS_AWAY", "15"))
SECONDS_A_FAULT = 40


@pytest.mark.timeout(300 + FAULTS * SECONDS_A_FAULT)
async def test_workers_die_in_the_middle_of_their_writes_and_nothing_is_lost_or_done_twice(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Twenty firms, fifty inputs a second, ten faults, Kafka away twice: the checker finds every promise kept.

    CHAOS_FAULTS asks for more faults, CHAOS_AWAY for more seconds without Kafka.
    """
    run = await kill_run(tmp_path, FAULTS, SEED, AWAY)

    with capsys.disabled():
        print(f"\n{run.report()}\n  seed {SEED}, logs in {tmp_path}")  # noqa: T201  (the report is the evidence)
    assert run.too_weak() == []
    assert [str(violation) for violation in run.finding.violations] == []
    assert run.quiet

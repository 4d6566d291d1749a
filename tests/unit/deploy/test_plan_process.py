"""A plan that does not come to an end costs its operator a minute, and nobody else more than a few seconds."""

import asyncio
import sys
from pathlib import Path
from typing import Any, cast

import pytest

from adapters.replays.planning import PlannerBusyError, PlanTooSlowError
from deploy.plan_process import AT_ONCE, PlanProcess
from domain.acts import ActFilter
from domain.ids import FirmId
from tests.unit.web.test_status import NOW

HANGS = (
    "import os, pathlib, sys, time; (pathlib.Path(sys.argv[1]) / str(os.getpid())).touch(); time.sleep(60)"
)


def asked(planner: PlanProcess) -> Any:
    return planner(FirmId("f-1"), "unmatch", ActFilter(), by="user:lee", at=NOW)


def hanging(folder: Path, **bounds: float) -> PlanProcess:
    command = (sys.executable, "-c", HANGS, str(folder))
    return PlanProcess("sqlite://", cast("Any", None), command=command, **bounds)


def begun(folder: Path) -> list[str]:
    """The processes that were begun, by their ids."""
    return [each.name for each in folder.iterdir()]


def is_there(process: str) -> bool:
    return Path(f"/proc/{process}").exists()


async def test_a_plan_that_takes_too_long_is_given_up_with_its_process(tmp_path: Path) -> None:
    """Whoever asks next has the place."""
    planner = hanging(tmp_path, within_seconds=2)

    for _ in range(AT_ONCE + 1):
        with pytest.raises(PlanTooSlowError):
            await asked(planner)

    assert len(begun(tmp_path)) == AT_ONCE + 1
    assert not any(is_there(process) for process in begun(tmp_path))


async def test_nobody_waits_for_long_behind_the_plans_of_others(tmp_path: Path) -> None:
    """They are told, and try again."""
    planner = hanging(tmp_path, within_seconds=30, turn_within_seconds=0.2)
    others = [asyncio.create_task(asked(planner)) for _ in range(AT_ONCE)]
    await asyncio.sleep(0)  # they come first
    try:
        async with asyncio.timeout(25):
            with pytest.raises(PlannerBusyError):
                await asked(planner)
    finally:
        for each in others:
            each.cancel()
        await asyncio.gather(*others, return_exceptions=True)

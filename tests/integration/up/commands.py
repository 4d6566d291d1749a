"""Runs our commands as a person does, with settings of their own and none of this machine's."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from deploy.kafka.ports import free_port
from tests import commands
from tests.patience import PATIENCE_SECONDS

PROGRAM = str(Path(sys.executable).parent / "client-sync")
LOOK_SECONDS = 0.05
WIDE = "400"
"""Columns, so that no sentence is broken where the output is no terminal."""


def environment(folder: Path, **settings: object) -> dict[str, str]:
    """Give the settings; none of this machine's own is inherited."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("CLIENT_SYNC_")}
    ours = {"DATA_FOLDER": folder, **settings}
    return inherited | {"COLUMNS": WIDE} | {f"CLIENT_SYNC_{name}": str(value) for name, value in ours.items()}


def free_ports() -> dict[str, int]:
    """Choose the four ports."""
    return {name: free_port() for name in ("KAFKA_PORT", "HTTP_PORT", "QBO_PORT", "CANOPY_PORT")}


def until(true: Callable[[], object], what: str, seconds: float) -> None:
    """Wait until something is true."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, f"not within {seconds:.0f} s: {what}"
        time.sleep(LOOK_SECONDS)


def refused(command: str, folder: Path, **settings: object) -> tuple[int, str]:
    """Run a command, of several words perhaps, that must end by itself; gives its exit code and all that it said.

    It is forked: where the question is only what a command says, nobody needs to read all of it anew.
    """
    done = commands.run(command.split(), environment(folder, **settings), folder, seconds=PATIENCE_SECONDS)
    return done.returncode, (done.stdout + done.stderr).decode()


def begun_anew(command: str, folder: Path, **settings: object) -> tuple[int, str]:
    """Run one likewise, from nothing: so what libraries leave open is told at its end."""
    done = subprocess.run(
        [PROGRAM, *command.split()],
        env=environment(folder, **settings),
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=PATIENCE_SECONDS,
        check=False,
    )
    return done.returncode, done.stdout.decode()

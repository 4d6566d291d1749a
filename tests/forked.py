"""Runs our programs, each in a process of its own that has read them already.

A worker, a gateway, a command spends more than a second of CPU on reading its program, and the tests start some three
hundred. So what runs one is forked from a process that has read all of it, and has done nothing. That each starts from
nothing is what `tests/integration/up` shows.
"""

import gc
import multiprocessing
import os
import runpy
import signal
import sys
from collections.abc import Mapping, Sequence
from multiprocessing import forkserver
from pathlib import Path

from deploy.kafka.java import die_with_parent

READ_AHEAD = (
    "tests.forked",
    "deploy.cli",
    "deploy.connecting",
    "deploy.gateway",
    "deploy.log_copy",
    "deploy.logs",
    "deploy.metrics",
    "deploy.operators.direct.acts",
    "deploy.operators.direct.letters",
    "deploy.operators.direct.replays",
    "deploy.operators.remote.acts",
    "deploy.operators.remote.letters",
    "deploy.operators.remote.replays",
    "deploy.own_database",
    "deploy.own_topics",
    "deploy.readiness",
    "deploy.sandbox.canopy.app",
    "deploy.sandbox.quickbooks.app",
    "deploy.verify.run",
    "deploy.worker",
)
ROOT = Path(__file__).parents[1]

_forked = multiprocessing.get_context("forkserver")
_forked.set_forkserver_preload(list(READ_AHEAD))


class Forked:
    """A process that runs a module as `python -m` does, until it ends. It ends with us, if we are killed.

    `words`: the module's name, and what stands behind it. `output` and `errors` may be the same file; both are added to.
    """

    def __init__(
        self,
        words: Sequence[str],
        settings: Mapping[str, str],
        output: Path,
        errors: Path | None = None,
        folder: Path = ROOT,
    ) -> None:
        files = (output, errors or output)
        # Ended with us, where a test has not ended it; we would wait for it otherwise.
        self._process = _forked.Process(
            target=_become, args=(tuple(words), dict(settings), folder, files), daemon=True
        )
        self._process.start()

    @property
    def pid(self) -> int:
        """Its number."""
        assert self._process.pid is not None
        return self._process.pid

    def poll(self) -> int | None:
        """Give its exit code; a signal's number, below zero, if that ended it; None while it lives."""
        return self._process.exitcode

    def wait(self, seconds: float | None = None) -> int:
        """Wait for its end; gives the exit code. Raises TimeoutError."""
        self._process.join(seconds)
        code = self.poll()
        if code is None:
            raise TimeoutError(f"process {self.pid} has not ended within {seconds} s")
        return code

    def send_signal(self, number: signal.Signals) -> None:
        """Send a signal, if it still lives."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        """Tell it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it at once."""
        self.send_signal(signal.SIGKILL)


def _become(words: Sequence[str], settings: dict[str, str], folder: Path, files: tuple[Path, Path]) -> None:
    _end_with_the_tests()
    os.environ.clear()
    os.environ.update(settings)
    os.chdir(folder)
    for number, path in enumerate(files, 1):
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.dup2(file, number)
        os.close(file)
    gc.freeze()  # what was read ahead is no garbage, and is not copied by looking at it
    module, *arguments = words
    sys.argv = ["client-sync", *arguments]
    runpy.run_module(module, run_name="__main__")


def _end_with_the_tests() -> None:
    """Linux ends us with the process that we were forked from; and that one ends when none but us holds its pipe."""
    os.close(forkserver._forkserver._forkserver_alive_fd)  # type: ignore[attr-defined]
    die_with_parent(os.getppid())

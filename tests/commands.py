"""Runs our commands, each in a process of its own that has read the program already.

A command spends most of a second on reading its program, and tests type some two hundred. So what runs one is forked from a
process that has read all of it, and has done nothing. That the program starts from nothing is what `tests/integration/up` shows.
"""

import multiprocessing
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from deploy.cli import main

READ_AHEAD = (
    "tests.commands",
    "deploy.connecting",
    "deploy.log_copy",
    "deploy.operators.letters",
    "deploy.operators.pauses",
    "deploy.operators.replays",
    "deploy.own_database",
    "deploy.own_topics",
    "deploy.verify.run",
)
ROOT = Path(__file__).parents[1]

_forked = multiprocessing.get_context("forkserver")
_forked.set_forkserver_preload(list(READ_AHEAD))


def run(
    words: Sequence[str], settings: Mapping[str, str], folder: Path = ROOT, seconds: float = 120
) -> subprocess.CompletedProcess[bytes]:
    """Run `client-sync` with these words and environment to its end.

    Raises:
        TimeoutError: it took too long, and was killed.
    """
    with tempfile.TemporaryDirectory(prefix="client-sync-command-") as output:
        process = _forked.Process(target=_command, args=(words, dict(settings), folder, output), daemon=True)
        process.start()
        process.join(seconds)
        if process.exitcode is None:
            process.kill()
            process.join()
            raise TimeoutError(f"client-sync {' '.join(words)} took longer than {seconds:.0f} s")
        said, told = [Path(output, name).read_bytes() for name in ("1", "2")]
        return subprocess.CompletedProcess(words, process.exitcode, said, told)


def _command(words: Sequence[str], settings: dict[str, str], folder: Path, output: str) -> None:
    os.environ.clear()
    os.environ.update(settings)
    os.chdir(folder)
    for number in (1, 2):
        file = os.open(Path(output, str(number)), os.O_WRONLY | os.O_CREAT, 0o600)
        os.dup2(file, number)
        os.close(file)
    sys.argv = ["client-sync", *words]
    main()

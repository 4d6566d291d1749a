"""Runs our commands to their end, forked as all our programs are in tests."""

import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.forked import ROOT, Forked


def run(
    words: Sequence[str], settings: Mapping[str, str], folder: Path = ROOT, seconds: float = 120
) -> subprocess.CompletedProcess[bytes]:
    """Run `client-sync` with these words and environment to its end.

    Raises:
        TimeoutError: it took too long, and was killed.
    """
    with tempfile.TemporaryDirectory(prefix="client-sync-command-") as said:
        output, errors = Path(said, "output"), Path(said, "errors")
        process = Forked(("deploy", *words), settings, output, errors, folder)
        try:
            code = process.wait(seconds)
        except TimeoutError:
            process.kill()
            process.wait()
            raise TimeoutError(f"client-sync {' '.join(words)} took longer than {seconds:.0f} s") from None
        return subprocess.CompletedProcess(words, code, output.read_bytes(), errors.read_bytes())

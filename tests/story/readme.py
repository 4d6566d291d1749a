"""The commands that the README and the pages beside it show, so that what they promise is what is tested."""

import subprocess
from pathlib import Path

from tests.patience import PATIENCE_SECONDS

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
PRODUCERS = ROOT / "docs" / "producers.md"
INDENT = "    "


def command(begins: str, page: Path = README) -> str:
    """Give the command that begins so, with the lines that go on after a backslash.

    Raises:
        AssertionError: the page shows it no longer, or more than one.
    """
    lines = page.read_text().splitlines()
    found = [number for number, line in enumerate(lines) if line.startswith(INDENT + begins)]
    assert len(found) == 1, f"{page.name} shows {len(found)} commands that begin with {begins!r}"
    taken = [lines[found[0]].removeprefix(INDENT)]
    while taken[-1].endswith("\\"):
        taken.append(lines[found[0] + len(taken)].removeprefix(INDENT))
    return "\n".join(taken)


def typed(text: str) -> str:
    """Type a command into a shell; gives what it printed."""
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", text],
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout

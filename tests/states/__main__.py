"""Writes the page of states into the folder `docs`. Example: python -m tests.states docs."""

import sys
from pathlib import Path

from tests.states.cells import run_all
from tests.states.page import page

if __name__ == "__main__":
    (Path(sys.argv[1]) / "states.md").write_text(page(run_all()))

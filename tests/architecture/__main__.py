"""Draws the picture in docs/architecture.md anew. Example: python -m tests.architecture docs."""

import sys
from pathlib import Path

from tests.architecture.picture import with_picture

if __name__ == "__main__":
    page = Path(sys.argv[1]) / "architecture.md"
    page.write_text(with_picture(page.read_text()))

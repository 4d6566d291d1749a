"""Writes the contracts into the folder `docs` of a checkout. Example: python -m deploy.contracts docs."""

import sys
from pathlib import Path

from deploy.contracts.files import contract_files


def main(folder: Path) -> None:
    """Write every file that is not as the code says."""
    for name, text in contract_files().items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists() or path.read_text() != text:
            path.write_text(text)
            sys.stdout.write(f"wrote {path}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))

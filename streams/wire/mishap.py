"""Says of something that was raised unexpectedly what may stand in a log."""

import traceback
from pathlib import Path


def place_of(wrong: BaseException) -> str:
    """Name where it happened, innermost last; not what it says: that text may hold a client's values."""
    frames = traceback.extract_tb(wrong.__traceback__)
    return " > ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in frames)

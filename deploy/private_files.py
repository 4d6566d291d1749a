"""Files that we write are for their owner only: databases, logs and Kafka's data hold clients' values."""

import os
from pathlib import Path

OTHERS_NOTHING = 0o077
OWNER_READS_AND_WRITES = 0o600
OWNER_ENTERS = 0o700

DATABASE = "client-sync.sqlite"


def keep_files_private() -> None:
    """Let everything that this process and its children create be for its owner only."""
    os.umask(OTHERS_NOTHING)


def open_data_folder(folder: Path) -> None:
    """Make the data folder, or take from others what an earlier version left them in it.

    The folder itself is only made private when it is made: it may be one that others share on purpose.
    """
    if not folder.exists():
        folder.mkdir(mode=OWNER_ENTERS, parents=True)
    for ours in (folder / name for name in ("kafka", "logs", "checkpoints", "sandbox")):
        _tighten(ours, OWNER_ENTERS)
    for ours in folder.glob(f"{DATABASE}*"):
        _tighten(ours, OWNER_READS_AND_WRITES)


def _tighten(path: Path, mode: int) -> None:
    if path.exists() and path.stat().st_uid == os.geteuid() and path.stat().st_mode & OTHERS_NOTHING:
        path.chmod(mode)

"""When a partition's checkpoint is written, and where it lies (docs/adr/0018-a-fold-begins-at-a-checkpoint.md).

It is never the truth: without one, or with one that can't be used, the log is folded from its first record.
"""

import asyncio
import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import structlog

from streams.worker.checkpoint import Checkpoint, Copy, UnreadableCheckpointError, new_file, read_checkpoint
from streams.worker.partition import Partition

FEWEST_RECORDS = 2_000
"""Folding these takes a tenth of a second; a checkpoint of fewer would not be worth its file."""

log = structlog.get_logger()


class CheckpointFiles:
    """The checkpoints of one log in a folder, which the workers of a machine may share.

    `source` names the log and its cluster: another's checkpoint is not used. `fewest`: records from one to the next.
    """

    def __init__(self, folder: Path, source: str, fewest: int = FEWEST_RECORDS) -> None:
        self.folder = folder
        self._source = source
        self._fewest = fewest
        self._writing: dict[int, asyncio.Task[None]] = {}

    async def find(self, number: int) -> Checkpoint | None:
        """Give a partition's newest one, if there is one that can be read."""
        try:
            return await asyncio.to_thread(read_checkpoint, self._path(number), self._source)
        except FileNotFoundError:
            return None
        except (UnreadableCheckpointError, OSError) as wrong:
            log.warning("checkpoint_not_used", partition=number, error=type(wrong).__name__)
            return None

    def keep(self, partition: Partition) -> None:
        """Begin to write one, when as many records came since the last as the partition has rows.

        So each record costs at most the writing of one row, however many rows there are. The caller holds the
        partition's lock.
        """
        since = partition.end - partition.kept
        if partition.last is None or since < max(self._fewest, len(partition.table)):
            return
        if partition.number in self._writing:
            return
        partition.kept = partition.end
        copy = Copy.of(partition, partition.last)
        task = asyncio.create_task(self._write(partition.number, copy))
        self._writing[partition.number] = task
        task.add_done_callback(lambda _: self._writing.pop(partition.number))

    async def remove(self, number: int) -> None:
        """Take a partition's file away, and what a worker left that died while it wrote it; see the port."""
        being_written = self._writing.get(number)
        if being_written is not None:
            await asyncio.wait([being_written])
        try:
            await asyncio.to_thread(self._remove, number)
        except OSError as wrong:
            log.error("checkpoint_not_removed", partition=number, error=type(wrong).__name__)  # noqa: TRY400

    async def close(self) -> None:
        """Wait until what is being written is written."""
        await asyncio.gather(*self._writing.values())

    async def _write(self, number: int, copy: Copy) -> None:
        try:
            await asyncio.to_thread(self._write_alone, number, copy)
        except OSError as wrong:
            # The worker does without: it only takes longer to start.
            log.warning("checkpoint_not_written", partition=number, error=type(wrong).__name__)

    def _write_alone(self, number: int, copy: Copy) -> None:
        path = self._path(number)
        path.parent.mkdir(parents=True, exist_ok=True)
        with _locked(path.with_suffix(".lock")) as alone:
            # Else another worker, which owned the partition before or does now, is just writing its own.
            if alone:
                copy.write(path, self._source)

    def _remove(self, number: int) -> None:
        path = self._path(number)
        for each in (path, new_file(path)):
            each.unlink(missing_ok=True)

    def _path(self, number: int) -> Path:
        return self.folder / f"{number}.jsonl"


@contextmanager
def _locked(path: Path) -> Iterator[bool]:
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True

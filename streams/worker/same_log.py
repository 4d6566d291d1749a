"""Whether `sync.log` is still the log that was read before, and all of it; what Kafka had acknowledged must not go in silence."""

from streams.worker.checkpoint import Checkpoint, Mark
from streams.worker.folding import Folding
from streams.worker.partition import Partition
from streams.worker.ports import Log


class LogShrankError(Exception):
    """The log is shorter than what was read of it before: something acknowledged is gone."""


class ImportUnfinishedError(Exception):
    """Not all of the rows are in the log that are being brought there."""


def check_whole(folding: Folding) -> None:
    """Refuse to decide on a part of the rows (docs/adr/0036-an-import-has-an-end.md)."""
    if folding.being_imported:
        raise ImportUnfinishedError(
            f"sync.log is being imported, and partition {folding.partition.number} is not complete. Start workers when the import "
            "has ended. If it broke off, delete the topic, create it anew and import again."
        )


def check_bounds(partition: Partition, begin: int, end: int) -> None:
    """Compare what this process has read of a partition with where it begins and ends now."""
    if end < partition.end:
        raise LogShrankError(
            f"partition {partition.number} of sync.log ends at {end}, and was read up to {partition.end}: "
            "records that Kafka had acknowledged are gone. Restore the log before starting again."
        )
    # Compaction keeps offsets; a first read begins where the log does.
    partition.end = max(partition.end, begin)


async def resume(folding: Folding, checkpoint: Checkpoint, reader: Log, end: int) -> int:
    """Begin a fold at the partition's checkpoint, if the record that it ends with still lies where it lay.

    `end`: where the log ended after the checkpoint was read; another worker may have written it just before.

    Returns:
        How many rows it begins with; none where all of the log has to be read.

    Raises:
        LogShrankError: the log ends before, or another record lies there.
    """
    number, offset = folding.partition.number, checkpoint.mark.offset
    if offset < folding.end:
        return 0  # the log begins behind it by now
    value = await reader.value_at(number, offset) if checkpoint.end <= end else b""
    if value is None:
        return 0  # compacted away, so nobody can tell
    if Mark.of(offset, value) != checkpoint.mark:
        raise LogShrankError(
            f"partition {number} of sync.log is not what was read of it up to {checkpoint.end}: records that Kafka "
            "had acknowledged are gone. Restore the log before starting again. If it was made anew on purpose, "
            f"remove {checkpoint.path}."
        )
    folding.resume(checkpoint, value)
    return len(checkpoint.rows)

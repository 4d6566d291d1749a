"""A fold that begins at a checkpoint ends where a fold of all records ends, and a bad file is never believed."""

import fcntl
import stat
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from streams.wire.records import shape_of_rows
from streams.worker.checkpoint import Copy, Mark, UnreadableCheckpointError, read_checkpoint
from streams.worker.checkpoint_files import CheckpointFiles
from streams.worker.folding import Folding
from streams.worker.partition import Partition
from tests.unit.streams.test_folding import HISTORIES, fold, one_by_one, records, unread

LOG = "127.0.0.1:9092/sync.log"


async def folded(name: str, count: int) -> Partition:
    """A partition that shows the first records of a history."""
    partition = Partition(0)
    await fold(partition, [unread(each) for each in records(name)[:count]])
    return partition


def written(partition: Partition, path: Path) -> Path:
    """Its checkpoint, in a file."""
    assert partition.last is not None
    Copy.of(partition, partition.last).write(path, LOG)
    return path


@pytest.mark.parametrize("name", HISTORIES)
async def test_a_fold_from_a_checkpoint_ends_where_a_whole_fold_ends(name: str, tmp_path: Path) -> None:
    """Wherever the checkpoint lies: the same rows, positions, and inputs of what is pending."""
    told = records(name)
    expected = one_by_one(told)
    for count in range(1, len(told) + 1, 5):
        before = await folded(name, count)
        assert before.last is not None
        path = written(before, tmp_path / f"{count}.jsonl")

        partition = Partition(0)
        folding = Folding(partition, 0)
        folding.resume(read_checkpoint(path, LOG), before.last[1])
        for record in told[count:]:
            folding.take(unread(record))
        async for _ in folding.settle():
            pass

        assert {row.key: row for row in partition.table} == {row.key: row for row in expected.table}
        assert (partition.positions, partition.causes) == (expected.positions, expected.causes)
        assert (partition.end, partition.kept) == (len(told), count)
        assert partition.last is not None
        assert partition.last[0] == len(told) - 1


async def test_it_remembers_what_is_to_be_written_again(tmp_path: Path) -> None:
    """A disbelieved record before the checkpoint hides its row from compaction still."""
    partition = Partition(0)
    first, second, *_ = records("story-fiona")
    await fold(partition, [unread(first), unread(second, believed=False)])

    checkpoint = read_checkpoint(written(partition, tmp_path / "0.jsonl"), LOG)

    assert checkpoint.disbelieved == {second.row.key}
    assert checkpoint.mark == Mark.of(1, unread(second).value)


async def test_only_its_owner_may_read_the_file(tmp_path: Path) -> None:
    """It holds clients' values."""
    path = written(await folded("story-fiona", 4), tmp_path / "0.jsonl")

    assert stat.S_IMODE(path.stat().st_mode) == 0o600


async def test_what_is_not_whole_or_of_another_log_is_not_read(tmp_path: Path) -> None:
    """Cut off anywhere, of another log, of another version or no checkpoint at all: an error, and never half of it."""
    path = written(await folded("story-fiona", 12), tmp_path / "0.jsonl")
    whole = path.read_bytes()
    lines = whole.splitlines(keepends=True)

    with pytest.raises(UnreadableCheckpointError):
        read_checkpoint(path, "another:9092/sync.log")
    folds_otherwise = lines[0].replace(b'"folding":2', b'"folding":3')
    assert folds_otherwise != lines[0]
    knows_fewer_fields = lines[0].replace(shape_of_rows().encode(), b"0" * 64)
    bad = [whole[:cut] for cut in range(0, len(whole) - 1, 97)]
    bad += [b"".join((head, *lines[1:])) for head in (folds_otherwise, knows_fewer_fields)]
    for content in [*bad, b"".join(lines[:-1]), b"[]\n", b"\xff\n", b"{}\n"]:
        path.write_bytes(content)
        with pytest.raises(UnreadableCheckpointError):
            read_checkpoint(path, LOG)


async def test_a_byte_that_has_changed_since_makes_it_no_checkpoint(tmp_path: Path) -> None:
    """Whichever it is: a value, an offset, a status that is still one, the checksum itself. The log says it."""
    path = written(await folded("story-fiona", 12), tmp_path / "0.jsonl")
    whole = path.read_bytes()
    changed = [whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :] for at in range(0, len(whole), 41)]
    changed += [whole.replace(b"Fiona", b"Fione"), whole.replace(b'"end":12', b'"end":11')]
    lines = whole.splitlines(keepends=True)
    changed += [b"".join((lines[0], *lines[2:1:-1], lines[1], *lines[3:]))]  # two rows in another order

    for content in changed:
        assert content != whole
        path.write_bytes(content)
        with pytest.raises(UnreadableCheckpointError):
            read_checkpoint(path, LOG)
        with capture_logs() as said:
            assert await CheckpointFiles(tmp_path, LOG).find(0) is None
        assert [(line["event"], line["partition"]) for line in said] == [("checkpoint_not_used", 0)]


async def test_one_of_before_there_were_checksums_is_not_used(tmp_path: Path) -> None:
    """Nobody could tell whether it is what was written; its log is read from the first record, once."""
    path = written(await folded("story-fiona", 12), tmp_path / "0.jsonl")
    *lines, _ = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines).replace(b'"folding":2', b'"folding":1', 1))

    assert await CheckpointFiles(tmp_path, LOG).find(0) is None


async def test_a_bad_file_is_as_none(tmp_path: Path) -> None:
    """The log is then folded from its first record."""
    checkpoints = CheckpointFiles(tmp_path, LOG)
    assert await checkpoints.find(0) is None
    (tmp_path / "0.jsonl").write_text("no checkpoint")
    assert await checkpoints.find(0) is None


async def test_one_is_written_when_enough_came_since_the_last(tmp_path: Path) -> None:
    """As many records as the partition has rows, and not fewer than a few."""
    checkpoints = CheckpointFiles(tmp_path, LOG, fewest=10)
    partition = await folded("story-fiona", 9)
    checkpoints.keep(partition)
    await checkpoints.close()
    assert await checkpoints.find(0) is None

    tenth = records("story-fiona")[9]
    await fold(partition, [unread(tenth)])
    checkpoints.keep(partition)
    await checkpoints.close()

    found = await checkpoints.find(0)
    assert found is not None
    assert (found.end, partition.kept) == (10, 10)


async def test_a_partition_with_many_rows_is_not_written_for_a_few_records(tmp_path: Path) -> None:
    """Else a large firm's rows would be written again and again."""
    checkpoints = CheckpointFiles(tmp_path, LOG, fewest=1)
    partition = await folded("simulated-11", 160)
    rows = len(partition.table)
    partition.kept = partition.end - rows + 1

    checkpoints.keep(partition)
    await checkpoints.close()

    assert rows > 10
    assert await checkpoints.find(0) is None


async def test_two_workers_do_not_write_the_same_file_at_once(tmp_path: Path) -> None:
    """Who finds another at it leaves it to that one."""
    checkpoints = CheckpointFiles(tmp_path, LOG, fewest=1)
    with (tmp_path / "0.lock").open("w") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        checkpoints.keep(await folded("story-fiona", 12))
        await checkpoints.close()

    assert await checkpoints.find(0) is None


async def test_a_worker_goes_on_without_room_for_a_checkpoint(tmp_path: Path) -> None:
    """It only takes longer to start again."""
    taken = tmp_path / "taken"
    taken.write_text("a file where the folder should be")
    checkpoints = CheckpointFiles(taken, LOG, fewest=1)

    checkpoints.keep(await folded("story-fiona", 12))
    await checkpoints.close()

    assert await checkpoints.find(0) is None

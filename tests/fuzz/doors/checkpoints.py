"""Checkpoints: files that a disk, a hand or another version has changed are refused, or are what was written."""

import asyncio
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Self

import orjson
from hypothesis import strategies as st

from streams.worker.checkpoint import Checkpoint, Copy, UnreadableCheckpointError, read_checkpoint
from streams.worker.checkpoint_files import CheckpointFiles
from tests.fuzz.door import Took, must
from tests.fuzz.lives import lives
from tests.fuzz.odd import BYTES, Change, Template, changes, maybe_bytes, written

LOG = "kafka:9092/sync.log"


@dataclass(frozen=True)
class Spoilt:
    """One file. `line`: in which line the values stand; `flip`: where one bit is another, in thousandths of the file."""

    life: int
    line: int
    changes: list[Change]
    bytes: int | None
    flip: int | None


_flips = st.integers(0, 3000).map(lambda number: number if number < 1000 else None)


class Checkpoints:
    """The door."""

    examples = st.lists(
        st.builds(Spoilt, st.integers(0, 11), st.integers(0, 60), changes, maybe_bytes, _flips),
        min_size=1,
        max_size=8,
    )

    def __enter__(self) -> Self:
        self._loop = asyncio.new_event_loop()
        self._folder = TemporaryDirectory()
        self._path = Path(self._folder.name) / "3.jsonl"
        self._checkpoints = CheckpointFiles(self._path.parent, LOG)
        self._files = [self._written(number) for number in range(len(lives()))]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._folder.cleanup()
        self._loop.close()

    def _written(self, number: int) -> tuple[bytes, list[Template], Checkpoint]:
        partition = lives()[number].partition()
        assert partition.last is not None
        Copy.of(partition, partition.last).write(self._path, LOG)
        whole = self._path.read_bytes()
        lines = [Template(orjson.loads(line)) for line in whole.splitlines()]
        return whole, lines, read_checkpoint(self._path, LOG)

    def take(self, example: list[Spoilt]) -> Took:
        """Look for a checkpoint where each of these files lies."""
        took = Took()
        for each in example:
            content, values = self._spoilt(each)
            took.add(values, self._found(content, each.life % len(self._files)))
        return took

    def _spoilt(self, each: Spoilt) -> tuple[bytes, int]:
        whole, templates, _ = self._files[each.life % len(self._files)]
        values = 0
        if each.changes:
            lines = whole.splitlines()
            at = each.line % len(lines)
            value, values = templates[at].spoilt(each.changes)
            lines[at] = written(value)
            whole = b"\n".join(lines) + b"\n"
        if each.bytes is not None:
            whole, values = BYTES[each.bytes](whole), values + 1
        if each.flip is not None and whole:
            at = len(whole) * each.flip // 1000
            whole, values = whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :], values + 1
        return whole, values

    def _found(self, content: bytes, number: int) -> str:
        self._path.write_bytes(content)
        _, _, written_ = self._files[number]
        found = self._loop.run_until_complete(self._checkpoints.find(3))
        if found is not None:
            must(found == written_, "what was found is not what was written")
            return "as it was written"
        try:
            read_checkpoint(self._path, LOG)
        except UnreadableCheckpointError as wrong:
            return f"refused: {type(wrong).__name__}"
        must(holds=False, said="refused, and read all the same")
        raise AssertionError

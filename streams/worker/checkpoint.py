"""A partition as it was folded up to one offset, as a file of lines: a head, its rows as in the log, and a checksum.

Reading it back is reading the newest record of each key: what it says is only ever what the log said up to there. That
holds for the file as it was written, so a disk or a hand that has changed one byte of it since leaves no checkpoint.
"""

import hashlib
import os
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, Self

import orjson

from domain.ids import EffectId, RowKey
from domain.inputs import Cause
from domain.rows import Row
from streams.wire.records import Positions, shape_of_rows
from streams.wire.sharing import plain
from streams.worker.partition import Partition

FOLDING = 2
"""Raised whenever a fold comes to other rows than before, or what stands in the file means something else."""

OWNER_ONLY = 0o600
"""Rows hold clients' values, as the log does."""


class UnreadableCheckpointError(Exception):
    """The file is no checkpoint of this log that this version can read."""


class DamagedCheckpointError(UnreadableCheckpointError):
    """The file is not what was written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """The last record that was read, by which its log is known again: `digest` is the SHA-256 of its value."""

    offset: int
    digest: str

    @classmethod
    def of(cls, offset: int, value: bytes) -> Self:
        """Mark a record."""
        return cls(offset=offset, digest=hashlib.sha256(value).hexdigest())


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """What stands in the file at `path`. `end`: the next offset; `rows` and `causes` as JSON gave them."""

    path: Path
    end: int
    mark: Mark
    positions: Positions
    disbelieved: frozenset[RowKey]
    causes: Mapping[EffectId, Mapping[str, Any]]
    rows: tuple[tuple[RowKey, dict[str, Any]], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """A partition at one moment, taken apart from what goes on; its rows never change, so none is copied."""

    end: int
    last: tuple[int, bytes]
    positions: dict[str, int]
    disbelieved: list[RowKey]
    causes: dict[EffectId, Cause]
    rows: list[Row]

    @classmethod
    def of(cls, partition: Partition, last: tuple[int, bytes]) -> Self:
        """Copy a partition that shows all that it says."""
        return cls(
            end=partition.end,
            last=last,
            positions=dict(partition.positions),
            disbelieved=sorted(partition.disbelieved),
            causes=dict(partition.causes),
            rows=list(partition.table),
        )

    def write(self, path: Path, log: str) -> None:
        """Put it where `path` says, whole or not at all. `log` names the log that it was read of."""
        new = new_file(path)
        with open(new, "wb", opener=_for_the_owner) as file:
            checksum = _checksum()
            for line in self._lines(log):
                checksum.update(line)
                file.write(line)
            file.write(_line({"checksum": checksum.hexdigest()}))
            file.flush()
            os.fsync(file.fileno())
        new.replace(path)

    def _lines(self, log: str) -> Iterator[bytes]:
        head = {
            "folding": FOLDING,
            "shape": shape_of_rows(),
            "log": log,
            "end": self.end,
            "mark": asdict(Mark.of(*self.last)),
            "positions": self.positions,
            "disbelieved": self.disbelieved,
            "causes": self.causes,
            "rows": len(self.rows),
        }
        yield _line(head)
        for row in self.rows:
            yield _line((row.key, row))


def new_file(path: Path) -> Path:
    """Name the file that becomes the checkpoint once it is whole."""
    return path.with_suffix(".new")


def read_checkpoint(path: Path, log: str) -> Checkpoint:
    """Read a file back.

    Raises:
        FileNotFoundError: there is none.
        UnreadableCheckpointError: it is of another log or version.
        DamagedCheckpointError: it is not whole, or not as it was written.
    """
    with path.open("rb") as file:
        try:
            line = next(file, b"")
            head = orjson.loads(line)
            # A version that knows fewer fields has left some out of its rows, which lie in the log.
            if (head["log"], head["folding"], head["shape"]) != (log, FOLDING, shape_of_rows()):
                raise UnreadableCheckpointError(f"{path} was written of another log, or by another version")
            checksum = _checksum(line)
            rows = tuple(_rows(file, head["rows"], checksum))
            if next(file, b"") != _line({"checksum": checksum.hexdigest()}) or next(file, None) is not None:
                raise DamagedCheckpointError(f"{path} is not what was written")
            return Checkpoint(
                path=path,
                end=int(head["end"]),
                mark=Mark(**head["mark"]),
                positions=head["positions"],
                disbelieved=frozenset(head["disbelieved"]),
                causes=head["causes"],
                rows=rows,
            )
        except (orjson.JSONDecodeError, KeyError, TypeError, ValueError) as wrong:
            raise UnreadableCheckpointError(f"{path} is not a checkpoint") from wrong


def _rows(file: BinaryIO, count: int, checksum: "hashlib.blake2b") -> Iterator[tuple[RowKey, Any]]:
    for line in islice(file, count):
        checksum.update(line)
        key, row = orjson.loads(line)
        yield RowKey(key), row


def _checksum(begin: bytes = b"") -> "hashlib.blake2b":
    return hashlib.blake2b(begin, digest_size=32)


def _line(content: object) -> bytes:
    return orjson.dumps(content, default=plain, option=orjson.OPT_NON_STR_KEYS | orjson.OPT_APPEND_NEWLINE)


def _for_the_owner(path: str, flags: int) -> int:
    return os.open(path, flags, OWNER_ONLY)

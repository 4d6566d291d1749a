"""A copy of the log in a folder: `rows.jsonl`, a row a line, and `header.json`, which is written last and says what must be in it.

Both hold clients' values, so they are for their owner only.
"""

import hashlib
import os
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, Literal

import orjson
from pydantic import TypeAdapter, ValidationError

from deploy.private_files import OWNER_ENTERS, OWNER_READS_AND_WRITES

FORMAT = 1
"""Raised whenever what stands in the files means something else."""

ROWS, HEADER = "rows.jsonl", "header.json"

Source = Literal["log", "history"]


class BadCopyError(Exception):
    """The folder holds no copy that this version can read, or not all of it."""


class NotExportedError(Exception):
    """The log can't be copied as it is; its text says why."""


class FolderInUseError(Exception):
    """There is something in the folder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """What a copy holds. `cluster`: Kafka's id of the one that it was taken of; None: that is gone.

    `positions`: by partition and input topic, the last offset that was decided. `rows` counts by kind, `pending` effects.
    `ends`: where each partition ended. `sha256` is that of `rows.jsonl`.
    """

    format: int = FORMAT
    engine: str
    made_at: str
    source: Source
    cluster: str | None
    partitions: int
    ends: Mapping[int, int]
    positions: Mapping[int, Mapping[str, int]]
    rows: Mapping[str, int]
    pending: int
    sha256: str


@dataclass(frozen=True, slots=True)
class CopiedRow:
    """A row of a copy, as JSON."""

    partition: int
    key: str
    row: dict[str, Any]


@dataclass(slots=True)
class RowsFile:
    """`rows.jsonl`, being written."""

    _file: BinaryIO
    rows: Counter[str] = field(default_factory=Counter)
    pending: int = 0
    _checksum: "hashlib._Hash" = field(default_factory=hashlib.sha256)

    def add(self, partition: int, key: str, row: Mapping[str, Any]) -> None:
        """Write a row; partitions come one after the other."""
        line = orjson.dumps(
            {"partition": partition, "key": key, "row": row}, option=orjson.OPT_APPEND_NEWLINE
        )
        self._checksum.update(line)
        self._file.write(line)
        self.rows[row["kind"]] += 1
        self.pending += len(row.get("pending", ()))

    @property
    def sha256(self) -> str:
        """Give the checksum of all that was written."""
        return self._checksum.hexdigest()


@contextmanager
def rows_file(folder: Path) -> Iterator[RowsFile]:
    """Begin a copy in a folder that is empty or not there.

    Raises:
        FolderInUseError: it is not empty.
    """
    if folder.exists() and any(folder.iterdir()):
        raise FolderInUseError(f"{folder} is not empty. Name a folder for this copy alone.")
    folder.mkdir(mode=OWNER_ENTERS, parents=True, exist_ok=True)
    try:
        with open(folder / ROWS, "xb", opener=_for_the_owner) as file:
            yield RowsFile(file)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        (folder / ROWS).unlink(missing_ok=True)  # so that the folder can be named again
        raise


def write_header(folder: Path, header: Header) -> None:
    """End a copy: without its header it is none."""
    new = folder / f"{HEADER}.new"
    with open(new, "xb", opener=_for_the_owner) as file:
        file.write(orjson.dumps(header, option=orjson.OPT_INDENT_2 | orjson.OPT_NON_STR_KEYS))
        file.flush()
        os.fsync(file.fileno())
    new.replace(folder / HEADER)


def read_header(folder: Path) -> Header:
    """Read a copy's header, and see that its rows are those that were written.

    Raises:
        BadCopyError: they are not, or there is none.
    """
    try:
        given = orjson.loads((folder / HEADER).read_bytes())
        if given["format"] != FORMAT:
            raise BadCopyError(f"{folder} is a copy of format {given['format']}; this version reads {FORMAT}")
        header = _HEADER.validate_python(given)
        with (folder / ROWS).open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError as missing:
        raise BadCopyError(f"{missing.filename} is missing: this is no copy, or it broke off") from None
    except (orjson.JSONDecodeError, KeyError, TypeError, ValidationError) as wrong:
        raise BadCopyError(f"{folder / HEADER} can't be read") from wrong
    if found != header.sha256:
        raise BadCopyError(f"{folder / ROWS} is not what was written: its checksum is another")
    return header


def copied_rows(folder: Path) -> Iterator[CopiedRow]:
    """Give the rows of a copy whose header has been read, in their order."""
    with (folder / ROWS).open("rb") as file:
        for line in file:
            yield CopiedRow(**orjson.loads(line))


def _for_the_owner(path: str, flags: int) -> int:
    return os.open(path, flags, OWNER_READS_AND_WRITES)


_HEADER = TypeAdapter(Header)

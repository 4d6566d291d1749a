"""A copy of the log is believed whole, or not at all."""

import stat
from dataclasses import replace
from pathlib import Path

import orjson
import pytest

from deploy.log_copy.files import (
    BadCopyError,
    FolderInUseError,
    Header,
    copied_rows,
    read_header,
    rows_file,
    write_header,
)

HEADER = Header(
    engine="1.0.0",
    made_at="2026-11-24T09:00:00+00:00",
    source="log",
    cluster="a-cluster",
    partitions=2,
    ends={0: 7, 1: 0},
    positions={0: {"canopy.client-events": 41}},
    rows={"link": 1},
    pending=1,
    sha256="",
)
ROW = {"kind": "link", "firm_id": "f-1", "client_id": "c-1", "pending": [{"id": "e-1"}]}


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    folder = tmp_path / "copy"
    with rows_file(folder) as file:
        file.add(0, "link/f-1/c-1", ROW)
    write_header(folder, replace(HEADER, rows=dict(file.rows), pending=file.pending, sha256=file.sha256))
    return folder


def test_a_copy_comes_back_as_it_was(copy: Path) -> None:
    """With its positions by partition, and for its owner only."""
    header = read_header(copy)

    assert header == replace(HEADER, sha256=header.sha256)
    assert [each.row for each in copied_rows(copy)] == [ROW]
    for path in (copy, *copy.iterdir()):
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0


def test_rows_that_have_changed_since_are_refused(copy: Path) -> None:
    """One letter is enough."""
    rows = copy / "rows.jsonl"
    rows.write_bytes(rows.read_bytes().replace(b"c-1", b"c-2", 1))

    with pytest.raises(BadCopyError, match="checksum"):
        read_header(copy)


@pytest.mark.parametrize("missing", ["rows.jsonl", "header.json"])
def test_a_copy_that_broke_off_is_refused(copy: Path, missing: str) -> None:
    """The header is written last, so without it nobody knows what should be there."""
    (copy / missing).unlink()

    with pytest.raises(BadCopyError, match=missing):
        read_header(copy)


@pytest.mark.parametrize("header", [b"no JSON", b"[]", b"{}", b'{"format": 1}'])
def test_a_header_that_is_none_is_refused(copy: Path, header: bytes) -> None:
    """Whatever stands there."""
    (copy / "header.json").write_bytes(header)

    with pytest.raises(BadCopyError, match="can't be read"):
        read_header(copy)


def test_another_format_is_named(copy: Path) -> None:
    """A newer version may mean something else by the same lines."""
    head = orjson.loads((copy / "header.json").read_bytes())
    (copy / "header.json").write_bytes(orjson.dumps(head | {"format": 2}))

    with pytest.raises(BadCopyError, match="format 2"):
        read_header(copy)


def test_nothing_is_written_over(copy: Path) -> None:
    """A folder is for one copy."""
    with pytest.raises(FolderInUseError), rows_file(copy):
        pass

"""Writes the newest row of each key into files: from the log itself, or from `history` where Kafka is lost."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
from aiokafka import ConsumerRecord

from adapters.store.newest_rows import newest_rows
from deploy.kafka_servers import kafka_servers
from deploy.log_copy.cluster import cluster_id
from deploy.log_copy.files import Header, NotExportedError, RowsFile, Source, rows_file, write_header
from deploy.log_copy.newest import Newest, unreadable
from deploy.own_database import database
from deploy.settings import Settings
from streams.kafka.log_messages import LogMessages
from streams.wire.records import claimed, row_in
from streams.wire.topics import LOG
from streams.wire.unreadable import UnreadableRecordError


async def export_log(settings: Settings, folder: Path, prefix: str = "") -> Header:
    """Copy the log. It may go on meanwhile: each partition is copied as it is at one moment.

    Raises:
        NotExportedError: there is none, or not all of it can be read.
        FolderInUseError: something is in the folder.
    """
    async with LogMessages(kafka_servers(settings), prefix + LOG) as messages:
        numbers = await messages.partitions()
        if not numbers:
            raise NotExportedError("There is no sync.log to export.")
        ends: dict[int, int] = {}
        positions: dict[int, dict[str, int]] = {}
        with rows_file(folder) as file:
            for number in numbers:
                ends[number] = await messages.end(number)
                positions[number] = await _export_partition(messages, number, ends[number], file)
    cluster = await cluster_id(kafka_servers(settings))
    return _end(settings, folder, file, "log", cluster, ends, positions)


async def export_history(settings: Settings, folder: Path) -> Header:
    """Copy the newest rows that `history` knows. What was decided after the last that it has is not in it.

    Raises:
        NotExportedError: it knows none.
        FolderInUseError: something is in the folder.
    """
    ends: dict[int, int] = dict.fromkeys(range(settings.partitions), 0)
    async with database(settings) as store:
        with rows_file(folder) as file:
            for number in range(settings.partitions):
                async for key, offset, row in newest_rows(store, number):
                    ends[number] = max(ends[number], offset + 1)
                    _add(file, number, key, orjson.loads(row))
            if not file.rows:
                raise NotExportedError("History holds no rows.")
    # Which inputs were decided stood in the log alone, so all that their topics hold is decided again: most of it is known.
    return _end(settings, folder, file, "history", None, ends, {})


async def _export_partition(messages: LogMessages, number: int, end: int, file: RowsFile) -> dict[str, int]:
    """Write a partition's rows; gives how far its inputs are decided."""
    newest = Newest(number)
    async for some in messages.between(number, await messages.begin(number), end):
        for message in some:
            newest.take(message)
    if newest.being_imported:
        raise NotExportedError(
            f"Partition {number} of sync.log is being imported, so not all rows are there."
        )
    wanted = frozenset(newest.offsets.values())
    if wanted:
        async for some in messages.between(number, min(wanted), max(wanted) + 1):
            for message in some:
                if message.offset in wanted:
                    _copy(file, number, message)
    return newest.positions


def _copy(file: RowsFile, number: int, message: "ConsumerRecord[bytes, bytes]") -> None:
    event = claimed(message.value, message.offset) or {}
    try:
        _add(file, number, (message.key or b"").decode(), event["data"]["row"])
    except (UnreadableRecordError, UnicodeDecodeError, KeyError) as wrong:
        raise unreadable(number, message.offset) from wrong


def _add(file: RowsFile, number: int, key: str, row: dict[str, Any]) -> None:
    file.add(number, key, row)
    row_in(row)  # what can't be read could not be imported


def _end(
    settings: Settings,
    folder: Path,
    file: RowsFile,
    source: Source,
    cluster: str | None,
    ends: dict[int, int],
    positions: dict[int, dict[str, int]],
) -> Header:
    header = Header(
        engine=settings.engine_version,
        made_at=datetime.now(UTC).isoformat(timespec="seconds"),
        source=source,
        cluster=cluster,
        partitions=len(ends),
        ends=ends,
        positions=positions,
        rows=dict(file.rows),
        pending=file.pending,
        sha256=file.sha256,
    )
    write_header(folder, header)
    return header

"""Brings a copy into an empty `sync.log`: each row anew, at the offset that it then claims.

First every partition says that an import has begun, and only when all rows are there that it is complete. Between the two no
worker decides anything (docs/adr/0036-an-import-has-an-end.md).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from aiokafka import TopicPartition

from adapters.store.preparation import follow_another_log
from deploy.kafka_servers import kafka_servers
from deploy.log_copy.cluster import cluster_id, ends_of, members_of
from deploy.log_copy.files import BadCopyError, Header, copied_rows, read_header
from deploy.log_copy.new_log import NotImportedError, new_log
from deploy.own_database import database
from deploy.settings import Settings
from domain.firm_rows import AllFirmsRow
from domain.rows import Row
from streams.kafka.topic_check import check_topics
from streams.wire.inputs import partition_of
from streams.wire.records import row_in
from streams.wire.topics import INPUTS, topic_specs
from streams.wire.unreadable import UnreadableRecordError

AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What was brought. `positions_kept`: partitions of input topics that go on where they stood."""

    rows: int
    pending: int
    positions_kept: int


async def import_log(settings: Settings, folder: Path, prefix: str = "") -> Imported:
    """Bring a copy into the cluster that the settings name, and let the database follow it.

    Raises:
        BadCopyError: it is no copy, or not whole.
        NotImportedError: the log is not empty, a worker runs, the topics are others, or somebody wrote meanwhile.
    """
    header = read_header(folder)
    _check_rows(folder, header)
    await _check_topics(settings, header, prefix)
    positions = await _mapped(settings, header, prefix)
    opened = new_log(kafka_servers(settings), prefix, settings.engine_version)
    async with opened as log, database(settings) as store:
        if members := await members_of(kafka_servers(settings), settings.group):
            raise NotImportedError(
                f"{members} workers are in the group {settings.group}. Stop them; nothing was written."
            )
        await log.begin()
        everybody: dict[int, AllFirmsRow] = {}
        for number, rows in _stretches(folder):
            everybody |= {row.partition: row for row in rows if isinstance(row, AllFirmsRow)}
            of_firms = [row for row in rows if not isinstance(row, AllFirmsRow)]
            await log.write(number, of_firms, positions.get(number, {}))
        # Not sooner: until here the log can be emptied and filled again, and the database is as it was.
        await follow_another_log(store)
        await log.complete(everybody, positions)
    return Imported(
        rows=sum(header.rows.values()),
        pending=header.pending,
        positions_kept=sum(len(each) for each in positions.values()),
    )


def _check_rows(folder: Path, header: Header) -> None:
    """See that each row can be read, and is where it belongs, before anything is written."""
    count, last = 0, 0
    for copied in copied_rows(folder):
        count += 1
        try:
            row = row_in(copied.row)
        except UnreadableRecordError as wrong:
            raise BadCopyError(
                f"Line {count} of the copy holds a row that this version can't read"
            ) from wrong
        home = row.partition if isinstance(row, AllFirmsRow) else partition_of(row.firm_id, header.partitions)
        if row.key != copied.key or home != copied.partition or copied.partition < last:
            raise BadCopyError(f"Line {count} of the copy holds a row that does not belong there")
        last = copied.partition
    if count != sum(header.rows.values()):
        raise BadCopyError(f"The copy holds {count} rows, and should hold {sum(header.rows.values())}")


async def _check_topics(settings: Settings, header: Header, prefix: str) -> None:
    if settings.partitions != header.partitions:
        raise NotImportedError(
            f"The copy has {header.partitions} partitions, and this system {settings.partitions}: the number is fixed for life."
        )
    specs = topic_specs(settings.history_days, prefix)
    found = await check_topics(kafka_servers(settings), specs, settings.partitions, settings.replication)
    if found:
        lines = "\n".join(f"  {difference}" for difference in found)
        raise NotImportedError(
            f"Kafka's topics are not as they must be:\n{lines}\n`client-sync topics create` creates missing ones."
        )


async def _mapped(settings: Settings, header: Header, prefix: str) -> dict[int, dict[str, int]]:
    """Give how far inputs are decided here: in another cluster none is, since there other inputs lie at these offsets.

    A topic of the same cluster that ends before was made anew.
    """
    if header.cluster is None or await cluster_id(kafka_servers(settings)) != header.cluster:
        return {}
    topics = [prefix + name for name in INPUTS]
    ends = await ends_of(kafka_servers(settings), topics, header.partitions)
    return {
        number: {
            topic: offset
            for topic, offset in decided.items()
            if offset < ends.get(TopicPartition(topic, number), 0)
        }
        for number, decided in header.positions.items()
    }


def _stretches(folder: Path) -> Iterator[tuple[int, list[Row]]]:
    """Give the rows, some of one partition at a time."""
    some: list[Row] = []
    at = 0
    for copied in copied_rows(folder):
        if some and (copied.partition != at or len(some) == AT_ONCE):
            yield at, some
            some = []
        at = copied.partition
        some.append(row_in(copied.row))
    if some:
        yield at, some

"""The log that a copy is brought into: nobody else may write there, and each record must lie where it claims to."""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from domain.decision import Verdict
from domain.firm_rows import AllFirmsRow
from domain.ids import ALL_FIRMS, EngineVersion, all_key
from domain.rows import Row, Tombstone
from streams.kafka.log_messages import LogMessages
from streams.kafka.log_writer import LogWriter
from streams.kafka.servers import Servers
from streams.wire.records import IMPORT_BEGUN, IMPORT_COMPLETE, LogRecord, Positions, lines_of
from streams.wire.topics import LOG

APPEND_SECONDS = 30.0
MOST_BYTES = 1024 * 1024
CODE = "imported"


class NotImportedError(Exception):
    """The copy can't be brought there; its text says why, and what to do. Unless it says so, nothing was written."""


@dataclass(slots=True)
class NewLog:
    """The log, while it is filled. `ends`: where the next record of each partition will lie. `engine`: the version that fills it."""

    _writer: LogWriter
    _ends: dict[int, int]
    _engine: EngineVersion

    async def begin(self) -> None:
        """Say in every partition, before the first row is anywhere, that not all of them are there."""
        for number in self._ends:
            await self._append([self._mark(number, IMPORT_BEGUN, None, {})], number)

    async def write(self, number: int, rows: Iterable[Row], positions: Positions) -> None:
        """Write rows of a partition: as they are, since nothing is decided by that."""
        records: list[LogRecord] = []
        for row in rows:
            at = self._ends[number] + len(records)
            records.append(self._record(at, CODE, row, positions))
        await self._append(records, number)

    async def complete(
        self, everybody: Mapping[int, AllFirmsRow], positions: Mapping[int, Positions]
    ) -> None:
        """Say in every partition that all is there. What goes for all firms comes now: it lies under the same key."""
        for number in self._ends:
            row, decided = everybody.get(number), positions.get(number, {})
            await self._append([self._mark(number, IMPORT_COMPLETE, row, decided)], number)

    def _mark(self, number: int, code: str, row: AllFirmsRow | None, positions: Positions) -> LogRecord:
        of_all = row or Tombstone(key=all_key(number), firm_id=ALL_FIRMS)
        return self._record(self._ends[number], code, of_all, positions)

    def _record(self, at: int, code: str, row: Row | Tombstone, positions: Positions) -> LogRecord:
        return LogRecord(
            at=at,
            version=row.version,
            verdict=Verdict.APPLIED,
            code=code,
            row=row,
            positions=positions,
            engine=self._engine,
        )

    async def _append(self, records: Sequence[LogRecord], number: int) -> None:
        """Append records, in batches of which none is too large."""
        some: list[tuple[bytes, bytes]] = []
        weight = 0
        for line in lines_of(records, number):
            if some and weight + len(line[1]) > MOST_BYTES:
                await self._append_batch(some, number)
                some, weight = [], 0
            some.append(line)
            weight += len(line[1])
        if some:
            await self._append_batch(some, number)

    async def _append_batch(self, lines: Sequence[tuple[bytes, bytes]], number: int) -> None:
        at = await self._writer.append(number, lines)
        if at != self._ends[number]:
            raise NotImportedError(
                f"Somebody else wrote to partition {number} of sync.log meanwhile, so the import broke off, and not all rows "
                "are there. Stop all workers, delete the topic, create it anew and import again."
            )
        self._ends[number] += len(lines)


@asynccontextmanager
async def new_log(bootstrap: Servers, prefix: str, engine: EngineVersion) -> AsyncIterator[NewLog]:
    """Open a log that is empty.

    Raises:
        NotImportedError: it is not.
    """
    async with LogMessages(bootstrap, prefix + LOG) as messages:
        ends = {number: await messages.end(number) for number in await messages.partitions()}
        for number, end in ends.items():
            if await messages.begin(number) < end:
                raise NotImportedError(
                    f"sync.log is not empty: partition {number} holds records. Nothing was written. An import fills a log "
                    "that has none; one that broke off is done anew, after the topic was deleted and created."
                )
    writer = LogWriter(bootstrap, prefix + LOG, APPEND_SECONDS)
    try:
        await writer.start()
        yield NewLog(writer, ends, engine)
    finally:
        await writer.stop()

"""Compares the read model's tables with the rows of one partition of the log."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field

from adapters.store.whole_tables import Look, Shown, row_shown, wrong_columns
from deploy.verify.findings import Code, Fact, Finding, Tell
from deploy.verify.fold import PartitionFold, digest_of, facts_of_key
from domain.rows import Row
from streams.kafka.log_messages import LogMessages
from streams.wire.inputs import partition_of
from streams.wire.records import claimed, row_in
from streams.wire.unreadable import UnreadableRecordError

MOST_SUSPECTS = 2_000


@dataclass(slots=True)
class ReadModelCheck:
    """One partition's. `fold` stands where the tables do, or further."""

    fold: PartitionFold
    messages: LogMessages
    tell: Tell
    _seen: set[str] = field(default_factory=set)
    _suspects: dict[int, tuple[str, str, Row]] = field(default_factory=dict)

    async def compare(self, look: Look, shown: int) -> None:
        """Compare what is shown. `shown`: the next offset that is not."""
        async for key, table, line in self._lines(look):
            self._seen.add(key)
            known = self.fold.rows.get(key)
            if known is None:
                self._say(Code.ROW_SHOWN_UNKNOWN, table, key)
            elif known.offset < shown:
                self._compare(table, key, known.offset, known.digest, line)
            if len(self._suspects) >= MOST_SUSPECTS:
                await self.look_closer()
        for key, known in self.fold.rows.items():
            if key not in self._seen and known.offset < shown:
                self._say(Code.ROW_NOT_SHOWN, _table_of(key), key)

    async def _lines(self, look: Look) -> AsyncIterator[tuple[str, str, Shown]]:
        async for each in look.of_all(self.fold.number):
            yield each
        for firm in sorted(await look.firms()):
            if partition_of(firm, self.fold.partitions) == self.fold.number:
                async for each in look.of_firm(firm):
                    yield each

    def _compare(self, table: str, key: str, offset: int, digest: int, line: Shown) -> None:
        row = row_shown(key, line)
        if row is None or row.key != key:
            self._say(Code.ROW_SHOWN_WRONG, table, key, columns=["row"])
            return
        if wrong := wrong_columns(row, line):
            self._say(Code.ROW_SHOWN_WRONG, table, key, columns=wrong)
        elif digest_of(line["row"].encode()) != digest:
            # Other letters may say the same: an older version may have written with fewer fields.
            self._suspects[offset] = table, key, row

    async def look_closer(self) -> None:
        """Read the rows of the log that are written otherwise than they are shown, and compare what they mean."""
        suspects, self._suspects = self._suspects, {}
        if not suspects:
            return
        async for some in self.messages.between(self.fold.number, min(suspects), max(suspects) + 1):
            for message in some:
                if message.offset in suspects:
                    table, key, row = suspects.pop(message.offset)
                    if not _means(message.value, message.offset, row):
                        self._say(Code.ROW_SHOWN_WRONG, table, key, columns=["row"])

    def _say(self, code: Code, table: str, key: str, **more: Fact) -> None:
        facts: Mapping[str, Fact] = {"partition": self.fold.number, "table": table, "key": key, **more}
        self.tell(Finding(code, {**facts, **facts_of_key(key)}))


def _means(value: bytes | None, offset: int, row: Row) -> bool:
    event = claimed(value, offset)
    try:
        return event is not None and row_in(event["data"]["row"]) == row
    except UnreadableRecordError:
        return True  # the fold has said that it can't be read


def _table_of(key: str) -> str:
    kind = key.partition("/")[0]
    return "read_all" if kind == "all" else f"read_{kind}s"

"""Verifies one partition: folds it, and compares with it what was built from it."""

from dataclasses import dataclass

from adapters.store.whole_tables import WholeTables
from deploy.verify.both_sides import BothSides
from deploy.verify.findings import Code, Finding, Tell
from deploy.verify.fold import PartitionFold
from deploy.verify.history import compare_history
from deploy.verify.read_model import ReadModelCheck
from streams.kafka.log_messages import LogMessages
from streams.worker.collector import collector_at_rest


@dataclass(frozen=True, slots=True)
class Stood:
    """A partition as it was found: how many records and rows, where it ended, and how far its inputs are decided."""

    number: int
    records: int
    rows: int
    end: int
    positions: dict[str, int]


@dataclass(slots=True)
class PartitionCheck:
    """What it takes. `partitions`: how many there are."""

    messages: LogMessages
    tables: WholeTables
    partitions: int
    tell: Tell
    sides: BothSides | None = None

    async def run(self, number: int) -> Stood:
        """Verify one."""
        with collector_at_rest():
            return await self._run(number)

    async def _run(self, number: int) -> Stood:
        begin, end = await self.messages.begin(number), await self.messages.end(number)
        fold = PartitionFold(number, self.partitions, self.tell, end=begin)
        shown = (await self.tables.shown()).get(number, begin)
        await self._fold_on(fold, end, shown)
        if shown < end:
            self._say(Code.READ_MODEL_BEHIND, number, shown=shown, log_ends_at=end)
        await self._compare_read_model(fold)
        await self._compare_end_of_history(number)
        fold.conclude()
        if self.sides is not None:
            await self.sides.compare(fold, self.messages, self.tell)
        return Stood(number, fold.records, len(fold.rows), fold.end, fold.positions)

    async def _fold_on(self, fold: PartitionFold, end: int, shown: int) -> None:
        """Fold up to `end`, and compare history with what is shown of it."""
        async for some in self.messages.between(fold.number, fold.end, end):
            first = fold.end
            lines = [line for message in some if (line := fold.take(message)) is not None]
            stretch = range(first, min(fold.end, shown))
            if stretch:
                due = [line for line in lines if line.offset < stretch.stop]
                others = {message.offset for message in some} - {line.offset for line in lines}
                await compare_history(self.tables, fold.number, stretch, due, others, self.tell)
        fold.end = max(fold.end, end)  # compaction leaves holes

    async def _compare_read_model(self, fold: PartitionFold) -> None:
        check = ReadModelCheck(fold, self.messages, self.tell)
        async with self.tables.look() as look:
            shown = await look.shown(fold.number)
            if shown is not None and shown > fold.end:
                end = await self.messages.end(fold.number)
                if shown > end:
                    self._say(Code.READ_MODEL_AHEAD, fold.number, shown=shown, log_ends_at=end)
                    return
                await self._fold_on(fold, shown, shown)
            await check.compare(look, shown or 0)
        await check.look_closer()

    async def _compare_end_of_history(self, number: int) -> None:
        last = await self.tables.last_in_history(number)
        end = await self.messages.end(number)
        if last is not None and last >= end:
            self._say(Code.HISTORY_LINE_UNKNOWN, number, offset=last, log_ends_at=end)

    def _say(self, code: Code, partition: int, **facts: int) -> None:
        self.tell(Finding(code, {"partition": partition, **facts}))

"""While one version takes over from another, both decide; each record says which, and neither minds the other."""

from pathlib import Path

from domain.ids import EngineVersion, FirmId, IntentId
from domain.inputs import Pause
from streams.kafka.wall_clock import WallClock
from streams.wire.believed import found_in
from streams.worker.batch import Batch
from streams.worker.checkpoint_files import CheckpointFiles
from streams.worker.log_table import LogTable
from tests.fuzz.memory import MemoryLog, record
from tests.integration.log.owners import NOW, cause, client_row, decision

BEFORE, AFTER = EngineVersion("1.3.2"), EngineVersion("1.4.0")
GIVEN = Pause(firm_id=FirmId("f-1"), intent_id=IntentId("i-1"))


class Worker:
    """The table of a worker of some version, which keeps its checkpoints where the others do."""

    def __init__(self, log: MemoryLog, folder: Path, version: EngineVersion) -> None:
        self.checkpoints = CheckpointFiles(folder, "log", 1)
        self.table = LogTable(log, log, self.checkpoints, lambda *_: None, WallClock(), version)

    async def decides(self, client: str, offset: int) -> None:
        """Take the partition over, decide one input, and note that another left no record."""
        partition = self.table.partition(0)
        async with partition.lock:
            await self.table.catch_up(0)
            batch = Batch(partition, frozenset(), self.table.engine)
            version = len(partition.table) + 1
            assert batch.take_in(GIVEN, cause(offset), decision(client_row(client, version=version)), NOW)
            assert await self.table.append(batch)
            await self.table.note_unrecorded(0)
        await self.checkpoints.close()


async def test_each_record_says_which_version_wrote_it(tmp_path: Path) -> None:
    """Decisions and what decides nothing alike; the rows, and a checkpoint of the other's, are the same to both."""
    log = MemoryLog({0: []})
    for n, version in enumerate((BEFORE, AFTER, BEFORE, AFTER)):
        await Worker(log, tmp_path, version).decides(f"c-{n}", n)

    written = [found_in(record(0, at, *line)).record for at, line in enumerate(log.lines[0])]
    assert [each.engine for each in written if each is not None] == [
        *(BEFORE, BEFORE, AFTER, AFTER, BEFORE, BEFORE, AFTER, AFTER)
    ]
    last = Worker(log, tmp_path, BEFORE)
    await last.table.catch_up(0)
    assert len(last.table.partition(0).table) == 4

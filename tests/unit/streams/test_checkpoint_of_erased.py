"""A checkpoint from before a person was erased holds their values, so it goes: by who decides it, and by who finds it."""

from dataclasses import replace
from pathlib import Path

from domain.decision import Decision
from domain.ids import ClientId, FirmId, IntentId
from domain.inputs import Pause
from domain.remembered import Erased
from streams.kafka.wall_clock import WallClock
from streams.worker.batch import Batch
from streams.worker.checkpoint_files import CheckpointFiles
from streams.worker.log_table import LogTable
from tests.engine_version import ENGINE
from tests.fuzz.memory import MemoryLog
from tests.integration.log.owners import NOW, cause, client_row, decision

CANARY = "Wilhelmina Quackenbush"
ROWS = 3


class Machine:
    """A worker's table over a log, with a folder of its own."""

    def __init__(self, log: MemoryLog, folder: Path, fewest: int = 1) -> None:
        self.folder = folder
        self.files = CheckpointFiles(folder, "log", fewest)
        self.table = LogTable(log, log, self.files, lambda *_: None, WallClock(), ENGINE)

    async def catch_up(self) -> None:
        """Fold to the end, and write what is due."""
        async with self.table.partition(0).lock:
            await self.table.catch_up(0)
        await self.files.close()

    async def append(self, decided: Decision, number: int) -> None:
        """Append a decision, and write what is due."""
        partition = self.table.partition(0)
        batch = Batch(partition, frozenset(), ENGINE)
        given = Pause(firm_id=FirmId("f-1"), intent_id=IntentId("i-1"))
        assert batch.take_in(given, cause(number), decided, NOW)
        async with partition.lock:
            assert await self.table.append(batch)

    def holds(self, text: str) -> bool:
        """Look into its files."""
        return any(text.encode() in file.read_bytes() for file in self.folder.iterdir())


def erasure() -> Decision:
    """Of the first client."""
    row = client_row("c-0", CANARY, version=2)
    assert row.client is not None
    mark = Erased(at=NOW, by="user:dana")
    emptied = replace(row, client=replace(row.client, values={}, presence="deleted"), erased=mark)
    return replace(decision(emptied), code="erase")


async def with_a_person(log: MemoryLog, folder: Path) -> Machine:
    """A machine whose checkpoint holds the person."""
    machine = Machine(log, folder)
    await machine.catch_up()
    for n in range(ROWS):
        await machine.append(decision(client_row(f"c-{n}", CANARY if n == 0 else f"Ana {n}")), n)
        await machine.files.close()
    assert machine.holds(CANARY)
    return machine


async def test_who_decides_it_takes_the_file_away_and_writes_another(tmp_path: Path) -> None:
    """Also one that is just being written, and the half of one that a worker left which died."""
    machine = await with_a_person(MemoryLog({0: []}), tmp_path)
    (tmp_path / "0.new").write_text(CANARY)
    machine.table.partition(0).kept = 0
    machine.files.keep(machine.table.partition(0))  # begun, and written from another thread

    await machine.append(erasure(), ROWS)
    await machine.files.close()

    assert not machine.holds(CANARY)
    found = await machine.files.find(0)
    assert found is not None
    assert found.end == ROWS + 1


async def test_who_takes_the_partition_over_finds_it_in_the_log(tmp_path: Path) -> None:
    """Another machine decided it: the file that lies here is from before."""
    log = MemoryLog({0: []})
    (tmp_path / "a").mkdir()
    before = await with_a_person(log, tmp_path / "a")
    other = Machine(log, tmp_path / "b")
    await other.catch_up()
    await other.append(erasure(), ROWS)
    await other.append(decision(client_row("c-1", "Ana again", version=2)), ROWS + 1)
    assert before.holds(CANARY)

    again = Machine(log, tmp_path / "a", fewest=100)  # so that none is written in its place
    await again.catch_up()

    assert not again.holds(CANARY)
    link = again.table.partition(0).table.link(FirmId("f-1"), ClientId("c-0"))
    assert link is not None
    assert link.erased is not None

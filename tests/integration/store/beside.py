"""A read model that is built again, in pieces of the log that a test chooses."""

from dataclasses import dataclass, field, replace

from adapters.store.beside import Beside
from adapters.store.database import Database
from adapters.store.projection import Projection
from domain.ids import RowKey
from domain.projection import Decided, Stretch
from domain.rows import Tombstone
from tests.integration.gateway.firm import FIRM, client_row
from tests.integration.store.decided import decided

CLIENTS = 12


@dataclass(slots=True)
class Written:
    """A log of one partition: clients edited in turn. What lies at an offset says so in its version."""

    lines: list[Decided] = field(default_factory=list)

    def edit(self, count: int) -> None:
        """Write some more."""
        for at in range(len(self.lines), len(self.lines) + count):
            row = client_row(f"c-{at % CLIENTS + 1}", "Fiona")
            self.lines.append(decided(replace(row, version=at + 1), at))

    def remove(self, key: RowKey) -> None:
        """Write that there is no such row."""
        at = len(self.lines)
        gone = decided(client_row("c-1", "Fiona"), at)
        self.lines.append(replace(gone, row=Tombstone(key=key, firm_id=FIRM), cause=None))

    def stretch(self, first: int, end: int) -> Stretch:
        """Cut a piece out."""
        return Stretch(partition=0, first=first, next_offset=end, decided=tuple(self.lines[first:end]))

    async def show(self, database: Database) -> None:
        """Let people see all of it, as a gateway does."""
        projection = Projection(database)
        build = (await projection.build("log")).id
        at = (await projection.log_positions()).get(0, 0)
        if at < len(self.lines):
            await projection.apply(self.stretch(at, len(self.lines)), build)
        await projection.complete("log", build)

    async def fold(self, beside: Beside, step: int) -> int:
        """Fold one piece of what is to be folded; gives how much there was to fold before."""
        lacking = (await beside.unfolded("log")).get(0)
        if lacking is None:
            return 0
        end = min(lacking.next_offset + step, lacking.until)
        await beside.fold(self.stretch(lacking.next_offset, end))
        return lacking.until - lacking.next_offset

"""The consumer group: whose each partition is, in which generation, and how far inputs are committed."""

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.simulation.topics import PARTITIONS

if TYPE_CHECKING:
    from tests.simulation.process import Process

SESSION_SECONDS = 45.0
"""After this time without a sign of life partitions are given to another worker."""


@dataclass(slots=True)
class Group:
    """`owners`: by partition, whose it is, whatever others believe. `committed`: by topic and partition, the next offset to read."""

    owners: list["Process | None"] = field(default_factory=lambda: [None] * PARTITIONS)
    generation: int = 0
    committed: Counter[tuple[str, int]] = field(default_factory=Counter)

    def of(self, process: "Process") -> frozenset[int]:
        """Name the partitions of a worker."""
        return frozenset(number for number, owner in enumerate(self.owners) if owner is process)

    def hand_out(self, owners: list["Process | None"]) -> None:
        """Begin a new generation, of which nobody knows yet."""
        self.generation += 1
        self.owners = owners

    def take_from(self, process: "Process") -> None:
        """Let nobody have what was a worker's: it is not there any more."""
        self.owners = [None if owner is process else owner for owner in self.owners]

    def commit(self, process: "Process", generation: int, at: tuple[str, int], offset: int) -> None:
        """Take a commit, unless it is of a generation that is over."""
        if process is self.owners[at[1]] and generation == self.generation:
            self.committed[at] = max(self.committed[at], offset)

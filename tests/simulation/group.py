"""The consumer group, as far as one partition goes: whose it is, in which generation, and how far inputs are committed."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from streams.wire.topics import INPUTS

if TYPE_CHECKING:
    from tests.simulation.process import Process

SESSION_SECONDS = 45.0
"""After this time without a sign of life the partition is given to another worker."""


@dataclass(slots=True)
class Group:
    """`owner`: whose the partition is, whatever others believe. `committed`: by topic, the next offset to read."""

    owner: "Process | None" = None
    generation: int = 0
    committed: dict[str, int] = field(default_factory=lambda: dict.fromkeys(INPUTS, 0))

    def give(self, process: "Process | None") -> None:
        """Begin a new generation, in which the partition is somebody's, who does not know it yet."""
        self.generation += 1
        self.owner = process

    def commit(self, process: "Process", generation: int, topic: str, offset: int) -> None:
        """Take a commit, unless it is of a generation that is over."""
        if process is self.owner and generation == self.generation:
            self.committed[topic] = max(self.committed[topic], offset)

"""One partition of the log, as far as this process has folded it."""

import asyncio
from dataclasses import dataclass, field

from domain.ids import EffectId, RowKey
from domain.inputs import Cause
from domain.stops import Stop
from domain.table import Table


@dataclass(slots=True)
class Partition:
    """One partition as far as it is folded.

    `end`: the next offset. `positions`: per input topic, the last decided. `unrecorded`: per input topic, the last that
    was looked at since, and left no record; the next one says so. `unrecorded_count`: how many there were. `causes`: the input that planned each
    pending effect. `last`: offset and value of the last record taken in. `kept`: where its newest checkpoint ends.
    `lease_renewed_at`: when the log was last seen to end at `end` (monotonic seconds); the younger, the surer that nobody
    else has decided since. `stopped`: its log can't be read on, so nothing may be decided.
    """

    number: int
    end: int = 0
    last: tuple[int, bytes] | None = None
    kept: int = 0
    table: Table = field(default_factory=Table)
    positions: dict[str, int] = field(default_factory=dict)
    unrecorded: dict[str, int] = field(default_factory=dict)
    unrecorded_count: int = 0
    causes: dict[EffectId, Cause] = field(default_factory=dict)
    disbelieved: set[RowKey] = field(default_factory=set)
    lease_renewed_at: float = float("-inf")
    stopped: Stop | None = None
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    def looked_at(self, topic: str, offset: int) -> None:
        """Remember an input that leaves no record."""
        self.unrecorded[topic] = offset
        self.unrecorded_count += 1

    def forget_unrecorded(self) -> None:
        """Begin anew: the log says it now, or was written by somebody who looked at them on other rows."""
        self.unrecorded.clear()
        self.unrecorded_count = 0

    def positions_now(self) -> dict[str, int]:
        """Give the positions that the next record may claim."""
        return self.positions | {
            topic: offset
            for topic, offset in self.unrecorded.items()
            if offset > self.positions.get(topic, -1)
        }

    def has_decided(self, topic: str, offset: int) -> bool:
        """Say whether an input has been decided, here or by an owner before."""
        return offset <= self.positions.get(topic, -1)

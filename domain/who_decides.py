"""Who decides what comes in, as a look at the cluster tells."""

from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class WhoDecides:
    """Of some partitions. `workers`: of all of them; `undecided`: inputs that wait in each; `standing_still`: none was decided meanwhile."""

    partitions: tuple[int, ...]
    workers: int
    without_worker: tuple[int, ...]
    undecided: Mapping[int, int]
    standing_still: tuple[int, ...]


class AskWhoDecides(Protocol):
    """Looks at partitions for some seconds; None: at all of them."""

    def __call__(self, partitions: Sequence[int] | None) -> Awaitable[WhoDecides]:
        """Raise KafkaAwayError where Kafka gives no answer."""
        ...

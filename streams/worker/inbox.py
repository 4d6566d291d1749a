"""What has come for one partition and waits to be decided.

What people ask for goes before the backlog of everything else: topics have no order among each other, so it may.
"""

from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from streams.wire.inputs import Message
from streams.wire.topics import INTENTS

ENOUGH = 400
"""So many inputs of one topic wait here, about; then no more of it are fetched until half of them are decided."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """An input as the group delivered it, in a generation. `settle`: acknowledges it (True), or gives it back (False)."""

    message: Message
    generation: int
    settle: Callable[[bool], None]


class Inbox:
    """One partition's. `holds_enough` and `has_room`: told of a topic of which enough waits, and has room again."""

    def __init__(self, holds_enough: Callable[[str], None], has_room: Callable[[str], None]) -> None:
        self._holds_enough = holds_enough
        self._has_room = has_room
        self._intents: deque[Delivery] = deque()
        self._others: deque[Delivery] = deque()
        self._waiting: Counter[str] = Counter()
        self._full: set[str] = set()

    def __len__(self) -> int:
        return len(self._intents) + len(self._others)

    def put(self, delivery: Delivery) -> None:
        """Let an input wait."""
        topic = delivery.message.topic
        (self._intents if topic.endswith(INTENTS) else self._others).append(delivery)
        self._waiting[topic] += 1
        if self._waiting[topic] >= ENOUGH:
            self._full.add(topic)
            self._holds_enough(topic)  # each time: whoever fetches may have forgotten it

    def take(self, most: int) -> Sequence[Delivery]:
        """Take out the next inputs; while others wait, half of them may be intents."""
        first = min(len(self._intents), most // 2 if self._others else most)
        taken = [self._intents.popleft() for _ in range(first)]
        taken += [self._others.popleft() for _ in range(min(len(self._others), most - first))]
        for delivery in taken:
            self._waiting[delivery.message.topic] -= 1
        self._tell_of_room()
        return taken

    def clear(self) -> Sequence[Delivery]:
        """Take out all, as the partition goes: nobody is told of room that is no longer ours."""
        left = [*self._intents, *self._others]
        self._intents.clear()
        self._others.clear()
        self._waiting.clear()
        self._full.clear()
        return left

    def _tell_of_room(self) -> None:
        for topic in [topic for topic in self._full if self._waiting[topic] <= ENOUGH // 2]:
            self._full.discard(topic)
            self._has_room(topic)

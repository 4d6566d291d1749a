"""Lets each partition decide what has come for it, at its own pace: while one waits for its append, the others go on.

While an append is under way inputs gather, and are then decided together (docs/adr/0032-decisions-are-appended-together.md).
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping

from streams.worker.batch import MOST_INPUTS
from streams.worker.engine import Engine
from streams.worker.inbox import Delivery, Inbox
from streams.worker.ports import Feed


class Deciders:
    """One for each partition that ever got an input. `fatal` ends the process where one can't go on."""

    def __init__(self, engine: Engine, feed: Feed, fatal: Callable[[BaseException], None]) -> None:
        self._engine = engine
        self._feed = feed
        self._fatal = fatal
        self._deciders: dict[int, _Decider] = {}

    @property
    def in_hand(self) -> Mapping[int, int]:
        """Name the partitions in which inputs are being decided, each with the number of the batch."""
        return {number: each.batch for number, each in self._deciders.items() if each.is_busy}

    def put(self, delivery: Delivery) -> None:
        """Let an input be decided. What comes of it is told to the delivery."""
        number = delivery.message.partition
        found = self._deciders.get(number)
        if found is None:
            found = self._deciders[number] = _Decider(self._engine, self._feed, self._fatal, number)
        found.put(delivery)

    def give_back(self, partitions: Iterable[int] | None = None) -> None:
        """Give back what nobody has begun to decide; None: in all partitions."""
        for number in self._deciders if partitions is None else partitions:
            if number in self._deciders:
                self._deciders[number].give_back()

    async def close(self) -> None:
        """Give back all that waits, and let what is being decided come to its end."""
        self.give_back()
        tasks = [each.task for each in self._deciders.values()]
        for each in self._deciders.values():
            each.end()
        await asyncio.gather(*tasks)


class _Decider:
    """One partition's. `batch`: counts what it has taken up."""

    def __init__(
        self, engine: Engine, feed: Feed, fatal: Callable[[BaseException], None], number: int
    ) -> None:
        self._engine = engine
        self._fatal = fatal
        self._inbox = Inbox(
            lambda topic: feed.pause(topic, number),
            lambda topic: feed.resume(topic, number),
        )
        self._more = asyncio.Event()
        self._ended = False
        self.batch = 0
        self.is_busy = False
        self.task = asyncio.create_task(self._run())

    def put(self, delivery: Delivery) -> None:
        self._inbox.put(delivery)
        self._more.set()

    def give_back(self) -> None:
        for delivery in self._inbox.clear():
            delivery.settle(False)

    def end(self) -> None:
        self._ended = True
        self._more.set()

    async def _run(self) -> None:
        try:
            while not self._ended:
                if self._inbox:
                    await self._decide()
                else:
                    self._more.clear()
                    await self._more.wait()
        except Exception as wrong:  # noqa: BLE001  (whatever it is: an acknowledged loss is worse than a restart)
            self._fatal(wrong)

    async def _decide(self) -> None:
        taken = self._inbox.take(MOST_INPUTS)
        generation = max(each.generation for each in taken)
        fresh = [each for each in taken if each.generation == generation]
        self.batch += 1
        self.is_busy = True
        decided = await self._engine.take([each.message for each in fresh], generation)
        self.is_busy = False
        for each in taken:
            each.settle(decided and each.generation == generation)

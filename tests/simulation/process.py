"""One worker process: the production worker on a loop of its own, and the client of Kafka that feeds it.

It may stand still, be killed and start again; the consumer group gives it partitions and takes them away.
"""

import asyncio
from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from structlog.contextvars import get_contextvars

from streams.wire.inputs import Message
from streams.wire.topics import INPUTS
from streams.worker.assembly import Assembled, assemble
from streams.worker.inbox import Delivery
from streams.worker.permit import before_each_request
from streams.worker.ports import AppendFailedError
from tests.engine_version import ENGINE
from tests.simulation.door import Asked
from tests.simulation.group import SESSION_SECONDS
from tests.simulation.loop import Loop
from tests.simulation.network import OurError
from tests.simulation.ports import ports_of
from tests.simulation.topics import PARTITIONS

if TYPE_CHECKING:
    from tests.simulation.simulation import Simulation

Place = tuple[str, int]
"""An input topic's partition."""

LEASE_SECONDS = SESSION_SECONDS / 2
SETTLES_WITHIN_SECONDS = 0.5
LOOKS_ROUND_SECONDS = 5.0
RESTS_SECONDS = 60.0
STILL_TICK_SECONDS = 20.0
TICKS_OF_A_STILL_ROUND = 30
"""While nothing is under way it looks round every ten minutes only, so that days go by fast; a lane that sends then must first
renew its lease."""


class Process:
    """`up`: it runs, or stands still. `partitions`: what it believes to be its own, in `generation`.

    `woke_at`: when it went on last: what it does in that moment may have been begun before it stood still.
    By partition, `shown`: up to where it has been shown the log; `looked_at`: when it asked for what it was shown last.
    """

    assembled: Assembled

    def __init__(self, company: "Simulation", name: str) -> None:
        self.company = company
        self.name = name
        self.agenda, self.dice = company.agenda, company.dice
        self.start()

    def start(self) -> None:
        """Begin a life, with nothing in memory."""
        self.up = True
        self.paused_at: float | None = None
        self.woke_at = float("-inf")
        self.pause_in_hand = 0.0
        self.generation, self.partitions = 0, frozenset[int]()
        self.shown = [0] * PARTITIONS
        self.looked_at = [float("-inf")] * PARTITIONS
        self._asked: Counter[str] = Counter()
        self._read: Counter[Place] = Counter()
        self._fetching: set[Place] = set()
        self._enough: set[Place] = set()
        self._rebalancing = asyncio.Lock()
        self._ticks, self._still_ticks = False, 0
        self.loop = Loop(self.agenda)
        self.loop.hand(self._assemble)

    def _assemble(self) -> None:
        self.assembled = assemble(
            ports_of(self),
            partitions=PARTITIONS,
            assignment=lambda: (self.generation, self.partitions),
            feed=self,
            lease_seconds=LEASE_SECONDS,
            engine_version=ENGINE,
            fatal=self.fatal,
        )

    # ---- standing still, and ending

    def stand_still(self, seconds: float) -> None:
        """Stand still, without knowing it."""
        self.paused_at = self.agenda.now
        self.loop.pause()
        self.agenda.after(seconds, partial(self._wake, self.loop))
        self.agenda.after(SESSION_SECONDS, lambda: self.company.trouble.miss(self))

    def _wake(self, loop: Loop) -> None:
        if loop.dead:
            return
        self.paused_at, self.woke_at = None, self.agenda.now
        if not self.is_alone and self.partitions:
            seconds = 3 * self.dice.of(f"notice/{self.name}/{self.agenda.now}")
            loop.after(seconds, self._notice)
        loop.wake()

    def _notice(self) -> None:
        """Hear from the group that it was missed."""
        if not self.is_alone:
            self.joined()

    def crash(self) -> None:
        """End at once: what was only in memory is gone."""
        self.up, self.paused_at, self.pause_in_hand = False, None, 0.0
        self.partitions = frozenset()
        self.loop.kill()

    def fatal(self, wrong: BaseException) -> None:
        """It can't go on, and says so: there is one reason for that here."""
        if isinstance(wrong, AppendFailedError):
            self.loop.pause()  # nothing more of it happens
            self.agenda.after(0.0, partial(self.company.trouble.ended, self, self.loop))
        else:
            self.loop.fail(AssertionError(f"worker {self.name} ended itself: {wrong!r}"))

    # ---- the partition

    def revoked(self) -> None:
        """Hear from the group that it hands out partitions anew."""
        self._begin(partial(self._rebalanced, None))

    def joined(self) -> None:
        """Hear from the group which partitions are its own in the present generation."""
        self._begin(partial(self._rebalanced, self.company.group.generation))

    async def _rebalanced(self, generation: int | None) -> None:
        async with self._rebalancing:
            if generation == self.generation:
                return  # it has heard of it before
            self.assembled.deciders.give_back()
            await self.assembled.lanes.leave(self.partitions)
            self._enough.clear()
            self._fetching.clear()
            self.partitions = frozenset()
            if generation is None or generation != self.company.group.generation:
                return
            self.generation = generation
            self.partitions = self.company.group.of(self)
            for number in sorted(self.partitions):
                for topic in INPUTS:
                    self._read[topic, number] = self.company.group.committed[topic, number]
                    self.fetch(topic, number)
            seconds = SETTLES_WITHIN_SECONDS * self.dice.of(f"settles/{self.name}/{generation}")
            self.loop.after(seconds, lambda: self._begin(self.assembled.engine.settle))
            if not self._ticks:
                self._ticks = True
                self._tick()

    def _tick(self) -> None:
        """Look round, and show that it runs, as production's timer does; less often while nothing is under way, or all of it rests."""
        self._ticks = bool(self.partitions)
        if not self._ticks:
            return
        busy = self.agenda.is_busy_within(RESTS_SECONDS)
        if busy or self._still_ticks % TICKS_OF_A_STILL_ROUND == 0:
            self._begin(self._look_round)
        else:
            self.assembled.lanes.alive()
        self._still_ticks = 0 if busy else self._still_ticks + 1
        seconds = LOOKS_ROUND_SECONDS if busy else STILL_TICK_SECONDS
        self.loop.after(seconds, self._tick, idle=True, counts=False)

    async def _look_round(self) -> None:
        self.assembled.lanes.alive()
        await self.assembled.engine.settle()
        await self.assembled.engine.look_round()

    def _begin(self, do: Callable[[], Any]) -> None:
        def begin() -> None:
            self.loop.create_task(self._or_end(do))

        self.loop.hand(begin)

    async def _or_end(self, do: Callable[[], Any]) -> None:
        try:
            await do()
        except Exception as wrong:  # noqa: BLE001  (as the worker in Faust's shell does)
            self.fatal(wrong)

    # ---- inputs

    def fetch(self, topic: str, partition: int) -> None:
        """Ask for the next message of a topic's partition."""
        place = (topic, partition)
        if partition not in self.partitions or place in self._fetching or place in self._enough:
            return
        if self._read[place] >= len(self.company.topics[topic].messages[partition]):
            return
        self._fetching.add(place)
        name = f"fetch/{topic}/{partition}/{self._read[place]}/{self.name}"
        held_up = self.company.held_up.get(topic, 0.0) - self.agenda.now
        generation = self.generation
        self.loop.after(
            max(held_up, 0.0) + 0.002 + 0.05 * self.dice.of(name), lambda: self._fetched(place, generation)
        )

    def _fetched(self, place: Place, generation: int) -> None:
        topic, partition = place
        if generation != self.generation or partition not in self.partitions:
            return  # dropped with what was assigned then
        self._fetching.discard(place)
        message = self.company.topics[topic].messages[partition][self._read[place]].message
        self._read[place] += 1
        if self.company.judge.has_decided(message):
            self.company.faults.happened("inputs_read_again")
        self.assembled.deciders.put(
            Delivery(message, generation, partial(self._settle_input, generation, message))
        )
        self.fetch(topic, partition)

    def _settle_input(self, generation: int, message: Message, decided: bool) -> None:
        """Hear what became of an input; what is acknowledged is committed some time."""
        if not decided:
            return
        try:
            self.company.judge.acknowledged(message)
        except AssertionError as wrong:
            self.loop.fail(wrong)
        following = message.offset + 1
        if self.dice.of(f"commit/{message.topic}/{message.partition}/{following}") < 0.3:
            self.company.group.commit(self, generation, (message.topic, message.partition), following)

    def pause(self, topic: str, partition: int) -> None:
        """Fetch no more of a topic's partition: enough of it waits."""
        self._enough.add((topic, partition))

    def resume(self, topic: str, partition: int) -> None:
        """Fetch it again."""
        self._enough.discard((topic, partition))
        self.fetch(topic, partition)

    # ---- requests

    @property
    def is_alone(self) -> bool:
        """Say whether nobody else has what it believes to be its own: who stood still may believe that for a moment longer."""
        return bool(self.partitions) and self.partitions <= self.company.group.of(self)

    def was_shown(self, partition: int, end: int) -> None:
        """Remember how far it has been shown a partition of the log."""
        self.shown[partition] = max(self.shown[partition], end)

    def has_looked(self, partition: int, asked_at: float) -> None:
        """Remember when it asked for that."""
        self.looked_at[partition] = max(self.looked_at[partition], asked_at)

    def sees_all(self, partition: int) -> bool:
        """Say whether it has been shown all that others wrote into a partition."""
        return not self.company.logs[partition].others_since(self.shown[partition], self.name)

    async def ask(self, asked: Asked) -> Any:
        """Let a request leave; gives its answer."""
        about = get_contextvars()
        effect = asked.effect.id if asked.effect is not None else about.get("effect")
        try:
            keys = [
                self.company.judge.writes.asks(
                    part, part.effect.id if part.effect is not None else effect, self
                )
                for part in asked.parts
            ]
        except AssertionError as wrong:
            self.loop.fail(wrong)
            raise
        asked_at = self.agenda.now
        closed = await before_each_request()  # as adapters do; who has to wait here may be late
        if closed is not None:
            return closed
        name = self.numbered(f"{effect or asked.what}")
        answer: asyncio.Future[Any] = self.loop.create_future()

        def reply(given: Any) -> None:
            self_loop.hand(lambda: None if answer.done() else answer.set_result(given))

        def leave() -> None:
            held_up = self.agenda.now - asked_at > 1.0 or asked_at == self.woke_at
            late = held_up or not self.is_alone
            self.company.network.carry(asked, keys, name, reply, late=late)

        self_loop = self.loop
        self_loop.after(0.001, leave)
        given = await answer
        if isinstance(given, OurError):
            raise given
        return given

    def numbered(self, name: str) -> str:
        """Tell apart what this life does more than once."""
        self._asked[name] += 1
        return f"{name}/{self._asked[name]}/{self.name}"

"""A worker: the engine and the lanes, inside Faust's shell."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import faust
import structlog

from streams.kafka.bound import Bound
from streams.kafka.faust_shell import (
    Fetching,
    ShellSettings,
    acknowledge,
    assignment,
    faust_app,
    fetch_none_of,
    hold,
    input_topic,
    messages_of,
)
from streams.kafka.stamps import stamped
from streams.wire.inputs import Message
from streams.wire.traces import TRACEPARENT
from streams.worker.assembly import Assembled, Assignment
from streams.worker.inbox import Delivery
from streams.worker.ports import Feed

log = structlog.get_logger()

SETTLE_SECONDS = 0.5
TURN_SECONDS = 0.5
LOOK_ROUND_EVERY = 10
"""How often others' records are looked for: every tenth time, so every five seconds."""


class InputTookTooLongError(Exception):
    """Something that the engine waits for does not come."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What a worker is made of."""

    assembled: Assembled
    close: Callable[[], Awaitable[None]]


Build = Callable[[Assignment, Feed], Awaitable[Parts]]
"""Makes the parts inside the running loop, since Kafka's clients belong to one."""


class Worker:
    """One agent over the four input topics, and a watch over what is assigned."""

    def __init__(
        self,
        settings: ShellSettings,
        build: Build,
        bound_seconds: float,
        fatal: Callable[[BaseException], None],
    ) -> None:
        self.app = faust_app(settings, self._give_back)
        self._settings = settings
        self._build = build
        self._bound = Bound(bound_seconds)
        self._fatal = fatal
        self._parts: Parts | None = None
        self._building = asyncio.Lock()
        self.app.agent(input_topic(self.app, settings), name="engine")(self._take_each_input)
        self.app.timer(SETTLE_SECONDS, name="settle")(self._settle_unless_settling)
        self.app.on_partitions_revoked.connect(self._leave)
        self.app.timer(TURN_SECONDS, name="bound")(self._bound_each_input)
        self._rounds = 0
        self._settling: asyncio.Task[None] | None = None

    @property
    def partitions(self) -> frozenset[int]:
        """Name the partitions that this worker works on."""
        return self._parts.assembled.lanes.partitions if self._parts is not None else frozenset()

    @property
    def rows_folded(self) -> int:
        """Count the rows of the log that this worker has read so far; while that grows, it is catching up."""
        return self._parts.assembled.engine.rows_folded if self._parts is not None else 0

    async def _ready(self) -> Parts:
        async with self._building:
            if self._parts is None:
                feed = Fetching(self.app)
                self._parts = await self._build(lambda: assignment(self.app, self._settings), feed)
            return self._parts

    async def _take_each_input(self, stream: faust.StreamT[bytes]) -> None:
        parts = await self._ready()
        async for message in messages_of(self.app, stream):
            parts.assembled.deciders.put(
                Delivery(_message(message), message.generation_id or 0, partial(self._settle_input, message))
            )

    def _settle_input(self, message: faust.types.Message, decided: bool) -> None:
        if decided:
            acknowledge(self.app, message)
        else:
            hold(self.app, message)

    def _give_back(self) -> None:
        if self._parts is not None:
            self._parts.assembled.deciders.give_back()

    async def _bound_each_input(self) -> None:
        """End a worker whose input takes too long: the group would give it to somebody else meanwhile."""
        in_hand = self._parts.assembled.deciders.in_hand if self._parts is not None else {}
        if self._bound.is_over(TURN_SECONDS, self.rows_folded, in_hand):
            self._fatal(InputTookTooLongError(f"an input has taken more than {self._bound.seconds:g} s"))

    async def _settle_unless_settling(self) -> None:
        # Beside the timer, since the first fold takes as long as the log is.
        if self._settling is None or self._settling.done():
            self._settling = asyncio.create_task(self._settle())

    async def _settle(self) -> None:
        """Take up new partitions also where nothing comes in, and look for what others have written."""
        try:
            worker = (await self._ready()).assembled
            worker.lanes.alive()
            await worker.engine.settle()
            await worker.engine.leave_stopped()
            fetch_none_of(self.app, self._settings, worker.engine.stopped)
            self._rounds += 1
            if self._rounds % LOOK_ROUND_EVERY == 0:
                await worker.engine.look_round()
        except Exception as wrong:  # noqa: BLE001  (see above)
            self._fatal(wrong)

    async def _leave(self, *sent: Any, **_: Any) -> None:
        revoked = sent[-1]  # the app comes first where the signal names its sender
        if self._parts is not None:
            await self._parts.assembled.lanes.leave({partition.partition for partition in revoked})

    async def close(self) -> None:
        """Let lanes come to an end and connections go."""
        if self._settling is not None:
            self._settling.cancel()
        if self._parts is not None:
            worker = self._parts.assembled
            await worker.deciders.close()
            await worker.lanes.leave(worker.lanes.partitions)
            await self._parts.close()


def _message(message: faust.types.Message) -> Message:
    return Message(
        topic=message.topic,
        partition=message.partition,
        offset=message.offset,
        key=message.key,
        value=message.value,
        at=stamped(message.timestamp),
        trace=_header(message, TRACEPARENT) if message.headers else None,
    )


def _header(message: faust.types.Message, name: str) -> str | None:
    headers: Any = message.headers  # a list of pairs, or a mapping
    value = dict(headers).get(name)
    return value.decode(errors="replace") if value is not None else None

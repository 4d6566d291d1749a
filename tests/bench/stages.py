"""Notes when an event reaches each stage of its way through a worker, by parts that look on from outside.

One JSON line an event, as its request is handed to the adapter: the clock (seconds since 1970) at each of STAGES.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from adapters.quickbooks.api import QuickBooksApi
from domain.breaker import Closed
from domain.effects import UpdateCustomer
from domain.ids import EffectId, RealmId
from domain.ports import UpdateCustomerAnswer, UpdateCustomersAnswer
from streams.wire.inputs import Message
from streams.wire.topics import CLIENT_EVENTS
from streams.worker.batch import Batch
from streams.worker.door_queue import Ticket
from streams.worker.engine import Engine
from streams.worker.log_table import LogTable
from streams.worker.permit import Permit
from streams.worker.rate_limiter import RateLimiter

STAGES = ("taken", "decided", "appended", "asked for a turn", "got its turn", "may start")
Clock = dict[str, float]


@dataclass(frozen=True, slots=True)
class Kinds:
    """Which classes a worker's parts are made of; the plain ones note nothing."""

    engine: type[Engine] = Engine
    table: type[LogTable] = LogTable
    limiter: type[RateLimiter] = RateLimiter
    quickbooks: type[QuickBooksApi] = QuickBooksApi


def noted(to: Path) -> Kinds:
    """Give parts that note what passes, all of them in one file; a process has one worker."""
    _Notes.file = to.open("ab", buffering=0)
    return Kinds(_Engine, _Table, _Limiter, _QuickBooks)


class _Notes:
    """What is known of the events on their way."""

    file: Any = None
    taken = 0.0
    events: dict[EffectId, tuple[str, Clock]] = {}  # noqa: RUF012 - one worker a process
    turns: dict[asyncio.Task[Any] | None, tuple[float, float]] = {}  # noqa: RUF012


class _Engine(Engine):
    async def take(self, messages: Sequence[Message], generation: int) -> bool:
        _Notes.taken = time.time()
        return await super().take(messages, generation)


class _Table(LogTable):
    async def append(self, batch: Batch) -> bool:
        taken, decided = _Notes.taken, time.time()
        appended = await super().append(batch)
        if appended:
            # The lanes are told after this, so they find their effects here.
            clock = {"taken": taken, "decided": decided, "appended": time.time()}
            for each in batch.decided:
                if each.cause.topic.endswith(CLIENT_EVENTS):
                    for row in each.decision.rows:
                        _Notes.events |= {effect.id: (each.cause.id, clock) for effect in row.pending}
        return appended


class _Limiter(RateLimiter):
    @asynccontextmanager
    async def turn(self, ticket: Ticket) -> AsyncIterator[Permit | Closed | None]:
        asked = time.time()
        async with super().turn(ticket) as granted:
            _Notes.turns[asyncio.current_task()] = asked, time.time()
            yield granted


class _QuickBooks(QuickBooksApi):
    async def update_customer(self, realm: RealmId, effect: UpdateCustomer) -> UpdateCustomerAnswer:
        _note([effect])
        return await super().update_customer(realm, effect)

    async def update_customers(
        self, realm: RealmId, effects: Sequence[UpdateCustomer]
    ) -> UpdateCustomersAnswer:
        _note(effects)
        return await super().update_customers(realm, effects)


def _note(effects: Sequence[UpdateCustomer]) -> None:
    """Note the events behind what one turn carries."""
    asked, got = _Notes.turns.pop(asyncio.current_task())
    turns = {"asked for a turn": asked, "got its turn": got, "may start": time.time()}
    for effect in effects:
        event, clock = _Notes.events.pop(effect.id)
        _Notes.file.write(orjson.dumps({"event": event} | clock | turns) + b"\n")

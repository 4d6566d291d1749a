"""Reads of many customers of one company in one request: a bulk change there must not cost a request each.

A query tells how the customers are that it finds. Who is not found may be gone or merged, or can't be asked for in a query: that
is told by a read of their own. So does a page that is refused or can't be read, which may be one record's fault: it is asked for in halves.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from contextlib import nullcontext
from dataclasses import dataclass

import structlog
from structlog.contextvars import unbind_contextvars

from domain.breaker import Closed
from domain.effects import ReadCustomer
from domain.ids import CustomerId, EffectId, RealmId
from domain.outcomes import CustomerGone, CustomerRead, CustomersListed, Rejected
from domain.ports import QuickBooks, TryLater
from domain.urgency import Urgency
from streams.wire.meters import READS_TOGETHER
from streams.wire.mishap import place_of
from streams.wire.traces import Place, Spans
from streams.worker.clock import Clock
from streams.worker.limiters import Limiters
from streams.worker.permit import Permit

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Apart:
    """Nothing was told of this one: ask again, with at most `together` in one request."""

    together: int


@dataclass(frozen=True, slots=True)
class Raised:
    """Our own code raised on this one alone."""

    wrong: Exception


ReadAnswer = CustomerRead | CustomerGone | TryLater | Closed | Apart | Raised | None
"""None: it was given up, or is no longer wanted."""


@dataclass(slots=True, eq=False)
class Reader:
    """One that waits. `begin` says, with the gate open, whether it is still wanted; if so it counts as begun."""

    effect: EffectId
    customer: CustomerId
    together: int
    place: Place
    begin: Callable[[], bool]
    answer: asyncio.Future[ReadAnswer]

    def give_up(self) -> None:
        """Leave; what has begun is waited for."""
        if not self.answer.done():
            self.answer.set_result(None)


class SharedReads:
    """The reads of one company that wait. One of its requests waits for a permit at a time, and takes all that wait by then."""

    def __init__(
        self,
        realm: RealmId,
        quickbooks: QuickBooks,
        limiters: Limiters[RealmId],
        clock: Clock,
        begin: Callable[[Permit, Callable[[], list[Reader]]], Awaitable[list[Reader]]],
        spans: Spans | None,
    ) -> None:
        self._realm = realm
        self._quickbooks = quickbooks
        self._limiters = limiters
        self._clock = clock
        self._begin = begin
        self._spans = spans
        self._waiting: dict[int, OrderedDict[Reader, None]] = {}
        self._asking: asyncio.Task[None] | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    def cancel(self) -> set[asyncio.Task[None]]:
        """End all requests."""
        for task in self._tasks:
            task.cancel()
        return set(self._tasks)

    def ask(self, effect: ReadCustomer, together: int, place: Place, begin: Callable[[], bool]) -> Reader:
        """Wait among the others; `answer_to` gives what comes of it."""
        answer: asyncio.Future[ReadAnswer] = asyncio.get_running_loop().create_future()
        reader = Reader(effect.id, effect.customer_id, together, place, begin, answer)
        self._waiting.setdefault(together, OrderedDict())[reader] = None
        self._go_on()
        return reader

    async def answer_to(self, reader: Reader) -> ReadAnswer:
        """Wait for what comes of a read."""
        try:
            return await reader.answer
        finally:
            self._leave(reader)

    def _leave(self, reader: Reader) -> None:
        alike = self._waiting.get(reader.together)
        if alike is not None:
            alike.pop(reader, None)
            if not alike:
                del self._waiting[reader.together]

    def _go_on(self) -> None:
        if self._asking is None and self._waiting:
            task = self._asking = asyncio.create_task(self._ask())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _ask(self) -> None:
        """Take a turn, and those that wait then."""
        unbind_contextvars("key", "effect")
        limiter = self._limiters.of(self._realm)
        readers: list[Reader] = []
        try:
            async with limiter.turn(limiter.ask(Urgency.READ, has_room=self._has_room)) as granted:
                if isinstance(granted, Permit):
                    readers = await self._begun(granted)
                else:
                    self._tell_all(granted)
                self._asking = None
                self._go_on()
                if readers and isinstance(granted, Permit):
                    granted.leaves()
                    # A request of many stands below the first of them.
                    with self._spans.within(readers[0].place) if self._spans is not None else nullcontext():
                        trouble = await self._read(readers)
                    limiter.heard(readers[0].effect, trouble, self._clock.jitter())
        except Exception as wrong:  # noqa: BLE001  (whatever it is, the reads must not be lost by it)
            # What is wrong with one of them must not fail the others.
            log.error("reads_raised", error=type(wrong).__name__, where=place_of(wrong))  # noqa: TRY400
            if len(readers) == 1:
                _tell(readers[0], Raised(wrong))
            _split(readers)

    def _has_room(self) -> bool:
        """Say whether all that wait fit into one request, and more."""
        return all(len(alike) < together for together, alike in self._waiting.items())

    async def _begun(self, permit: Permit) -> list[Reader]:
        """Give those that wait and are still wanted; they count as begun. Where that can't be told, each is told so."""
        try:
            return await self._begin(permit, self._take)
        except Exception as wrong:  # noqa: BLE001  (raised where the rows are worked on: in each of their lanes)
            for alike in self._waiting.values():
                for reader in alike:
                    if not reader.answer.done():
                        reader.answer.set_exception(wrong)
            self._waiting.clear()
            return []

    def _take(self) -> list[Reader]:
        readers: list[Reader] = []
        for size in tuple(self._waiting):
            alike = self._waiting.pop(size)
            while alike and len(readers) < size:
                reader, _ = alike.popitem(last=False)
                if reader.answer.done():
                    continue
                if reader.begin():
                    readers.append(reader)
                else:
                    reader.give_up()
            if alike:
                self._waiting[size] = alike  # behind those of other sizes, which have their turn next
            if readers:
                break
        return readers

    def _tell_all(self, closed: Closed | None) -> None:
        for alike in self._waiting.values():
            for reader in alike:
                if not reader.answer.done():
                    reader.answer.set_result(closed)
        self._waiting.clear()

    async def _read(self, readers: list[Reader]) -> TryLater | None:
        """Ask, and give each what it is to know; returns what kept the company from answering."""
        READS_TOGETHER.observe(len(readers))
        if len(readers) == 1:
            one = await self._quickbooks.read_customer(self._realm, readers[0].customer)
            _tell(readers[0], one)
            return one if isinstance(one, TryLater) else None
        answer = await self._quickbooks.read_customers(self._realm, tuple(each.customer for each in readers))
        match answer:
            case TryLater():
                for reader in readers:
                    _tell(reader, answer)
                return answer
            case Rejected():
                _split(readers)
            case CustomersListed(customers=customers):
                found = {customer.customer_id: customer for customer in customers}
                for reader in readers:
                    customer = found.get(reader.customer)
                    _tell(reader, CustomerRead(customer=customer) if customer is not None else Apart(1))
        return None


def _tell(reader: Reader, answer: ReadAnswer) -> None:
    if not reader.answer.done():
        reader.answer.set_result(answer)


def _split(readers: list[Reader]) -> None:
    """Let them be asked for in halves."""
    for reader in readers:
        _tell(reader, Apart(max(len(readers) // 2, 1)))

"""Carry out what rows ask for outside: one lane a row, one effect at a time, many rows at once.

A lane starts only what is in the log, only while its worker can prove that the partition is still its own, and
never while a decision is being made (`streams/gate.py`). What came of it goes back in as an input.
"""

import asyncio
import random
import time
from collections import defaultdict
from collections.abc import Callable, Collection, Container, Iterable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import structlog

from domain.effects import Effect, ListClients, PlanLinks, UpdateClient, Write
from domain.ids import EffectId, FirmId, RealmId, RowKey
from domain.lane_policy import Hold, Look, Send, Step, Wait, look_again_seconds, next_step, pause_seconds
from domain.outcomes import Deferred, Result
from domain.ports import Canopy, QuickBooks, TryLater
from domain.rows import FirmRow, Row
from streams.errand import Errand
from streams.gate import Gate
from streams.log_table import LogTable
from streams.outcome_writer import OutcomeWriter
from streams.pacer import Pacers

log = structlog.get_logger()

TOLD_AFTER_SECONDS = 2.0
"""A pause longer than this is told to the row, so that people see it wait and why."""


@dataclass(slots=True)
class Lane:
    """One row's lane. `nudged`: the row, or its firm, has changed."""

    firm: FirmId
    task: asyncio.Task[None] | None = None
    nudged: asyncio.Event = field(default_factory=asyncio.Event)


class Started:
    """Names the effects that may have reached the other side: all but those that we planned and never began."""

    def __init__(self, fresh: Container[EffectId]) -> None:
        self._fresh = fresh

    def __contains__(self, effect: object) -> bool:
        return effect not in self._fresh


class Lanes:
    """All lanes of this worker."""

    def __init__(
        self,
        quickbooks: QuickBooks,
        canopy: Canopy,
        outcomes: OutcomeWriter,
        proof_seconds: float,
        fatal: Callable[[BaseException], None],
    ) -> None:
        self._quickbooks = quickbooks
        self._canopy = canopy
        self._outcomes = outcomes
        self._proof_seconds = proof_seconds
        self._fatal = fatal
        self._table: LogTable | None = None
        self._pacers = Pacers()
        self._gates: defaultdict[int, Gate] = defaultdict(Gate)
        self._lanes: dict[int, dict[RowKey, Lane]] = {}
        self._answered: set[EffectId] = set()
        # Effects that we planned and never began, by partition.
        self._fresh: defaultdict[int, set[EffectId]] = defaultdict(set)
        self._alive_at = time.monotonic()

    def use(self, table: LogTable) -> None:
        """Work on these rows."""
        self._table = table

    @property
    def _rows(self) -> LogTable:
        if self._table is None:
            raise RuntimeError("lanes were started before their table")
        return self._table

    def started(self, partition: int) -> Started:
        """Name what may have begun in a partition."""
        return Started(self._fresh[partition])

    def alive(self) -> None:
        """Note that this process runs. After a long pause others may have begun what we had not."""
        now = time.monotonic()
        if now - self._alive_at > self._proof_seconds:
            self._fresh.clear()
        self._alive_at = now

    def gate(self, partition: int) -> Gate:
        """Give a partition's gate."""
        return self._gates[partition]

    def adopt(self, partition: int) -> None:
        """Begin to work on a partition that is now ours and folded."""
        if partition not in self._lanes:
            self._lanes[partition] = {}
            for row in self._rows.partition(partition).table:
                self._go_on(partition, row)

    async def leave(self, partitions: Collection[int]) -> None:
        """Stop working on partitions, and wait until nothing of theirs is running.

        Whoever has them next may begin what we had not, so if they come back nothing of theirs is known as fresh.
        """
        left = [self._lanes.pop(number, {}) for number in partitions]
        for number in partitions:
            self._fresh.pop(number, None)
        lanes = [lane for lanes in left for lane in lanes.values()]
        tasks = [lane.task for lane in lanes if lane.task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    @property
    def partitions(self) -> frozenset[int]:
        """Name the partitions that lanes work on."""
        return frozenset(self._lanes)

    def appended(self, partition: int, before: Iterable[Row | None], rows: Iterable[Row]) -> None:
        """Take note of rows that we have just written: their new effects have certainly not begun."""
        for old, row in zip(before, rows, strict=True):
            known = {effect.id for effect in old.pending} if old is not None else set()
            now = {effect.id for effect in row.pending}
            fresh = self._fresh[partition]
            fresh |= now - known
            fresh -= known - now
            self._answered -= known - now
            self._go_on(partition, row)

    def folded(self, partition: int, rows: Iterable[Row]) -> None:
        """Take note of rows that somebody else wrote: their effects may have begun there."""
        for row in rows:
            self._fresh[partition] -= {effect.id for effect in row.pending}
            self._go_on(partition, row)

    def _go_on(self, partition: int, row: Row) -> None:
        lanes = self._lanes.get(partition)
        if lanes is None:
            return
        lane = lanes.get(row.key)
        if lane is None:
            if not row.pending:
                return
            lane = lanes[row.key] = Lane(row.firm_id)
        lane.nudged.set()
        if isinstance(row, FirmRow):
            for other in lanes.values():
                if other.firm == row.firm_id:
                    other.nudged.set()
        if lane.task is None and self._next(partition, row.key) is not None:
            lane.task = asyncio.create_task(self._guarded(partition, row.key, lane))
        elif lane.task is None:
            del lanes[row.key]

    def _next(self, partition: int, key: RowKey) -> Effect | None:
        row = self._rows.partition(partition).table.get(key)
        pending: tuple[Effect, ...] = row.pending if row is not None else ()
        return next((effect for effect in pending if effect.id not in self._answered), None)

    async def _guarded(self, partition: int, key: RowKey, lane: Lane) -> None:
        try:
            await self._run(partition, key, lane)
        except Exception as wrong:  # noqa: BLE001  (whatever it is, going on without it would hang this row)
            self._fatal(wrong)

    async def _run(self, partition: int, key: RowKey, lane: Lane) -> None:
        while (effect := self._next(partition, key)) is not None:
            result = await self._carry_out(partition, key, effect, lane)
            if result is not None:
                await self._outcomes.report(lane.firm, key, effect.id, result)
                self._answered.add(effect.id)
                log.info("effect_done", key=key, effect=effect.id, kind=effect.kind, outcome=result.kind)
        lane.task = None
        self._lanes.get(partition, {}).pop(key, None)

    async def _carry_out(self, partition: int, key: RowKey, effect: Effect, lane: Lane) -> Result | None:
        """Ask until there is an answer. None: it is no longer wanted."""
        errand: Errand | None = None
        told_until = datetime.min.replace(tzinfo=UTC)
        while True:
            lane.nudged.clear()
            found = self._now(partition, key, effect.id)
            if found is None:
                return None
            effect, firm, realm = found
            if errand is None:
                errand = Errand(
                    firm.firm_id,
                    realm,
                    self._quickbooks,
                    self._canopy,
                    may_have_happened=effect.id not in self._fresh[partition],
                )
            now = datetime.now(UTC)
            match next_step(effect, firm.settings, now):
                case Hold():
                    await lane.nudged.wait()
                    continue
                case Wait(until=until):
                    await _sleep(lane, (until - now).total_seconds())
                    continue
                case Look() | Send():
                    answer = await self._try(partition, key, effect, errand)
            if answer is None:
                continue
            if not isinstance(answer, TryLater):
                return answer
            pause = pause_seconds(answer, errand.tries, random.random())  # noqa: S311  (spreads retries)
            if isinstance(effect, Write) and effect.stop_at is not None and answer.why != "throttled":
                pause = look_again_seconds(pause, effect.stop_at, datetime.now(UTC))
            if answer.why == "throttled":
                self._pacers.of(realm).close_for(pause)
            until = datetime.now(UTC) + timedelta(seconds=pause)
            if pause > TOLD_AFTER_SECONDS and until > told_until and isinstance(effect, Write):
                told_until = until + timedelta(seconds=30)
                await self._outcomes.report(lane.firm, key, effect.id, Deferred(until=until, why=answer.why))
            log.info(
                "effect_deferred",
                key=key,
                effect=effect.id,
                kind=effect.kind,
                why=answer.why,
                tries=errand.tries,
            )
            await self._pause(partition, key, effect, lane, pause)

    async def _pause(self, partition: int, key: RowKey, effect: Effect, lane: Lane, seconds: float) -> None:
        """Wait, but no longer than until something else is wanted of the effect."""
        clock = asyncio.get_running_loop().time
        end = clock() + seconds
        while (left := end - clock()) > 0:
            found = self._now(partition, key, effect.id)
            if found is None or found[0] != effect:
                return
            lane.nudged.clear()
            await _sleep(lane, left)

    def _now(self, partition: int, key: RowKey, effect: EffectId) -> tuple[Effect, FirmRow, RealmId] | None:
        table = self._rows.partition(partition).table
        row = table.get(key)
        current = next((e for e in row.pending if e.id == effect), None) if row is not None else None
        firm = table.firm(row.firm_id) if row is not None else None
        if current is None or firm is None or firm.connection is None:
            return None
        return current, firm, firm.connection.realm_id

    async def _try(
        self, partition: int, key: RowKey, effect: Effect, errand: Errand
    ) -> Result | TryLater | None:
        """Take a turn, make sure that this is still ours to do, and ask. None: look again at what is wanted."""
        async with AsyncExitStack() as stack:
            if _asks_quickbooks(effect, errand):
                await stack.enter_async_context(self._pacers.of(errand.realm).turn())
            await self._prove(partition)

            def begin() -> Step | None:
                found = self._now(partition, key, effect.id)
                if found is None or found[0] != effect or not self._proven(partition):
                    return None
                step = next_step(effect, found[1].settings, datetime.now(UTC))
                if effect.id not in self._fresh[partition] and not errand.begun:
                    errand.may_have_happened = True
                if isinstance(step, Send):
                    errand.begun = True
                    self._fresh[partition].discard(effect.id)
                return step

            step = await self.gate(partition).run(begin)
            try:
                if isinstance(step, Send):
                    return await errand.send(effect)
                if isinstance(step, Look) and isinstance(effect, Write):
                    return await errand.look(effect, step.until, datetime.now(UTC))
            except Exception:
                # An adapter answers in values; what it raises is a bug of ours, and the work must not be lost by it.
                log.exception("effect_raised", key=key, effect=effect.id, kind=effect.kind)
                return TryLater(why="bug", may_have_happened=True)
            return None

    def _proven(self, partition: int) -> bool:
        return time.monotonic() - self._rows.partition(partition).proven_at < self._proof_seconds

    async def _prove(self, partition: int) -> None:
        """Fold first where our last look at the log is too old: somebody else may have decided since."""
        if not self._proven(partition):
            owned = self._rows.partition(partition)
            async with owned.lock:
                await self._rows.catch_up([partition])


def _asks_quickbooks(effect: Effect, errand: Errand) -> bool:
    """Say whether a try needs a turn: what is stopped and was never carried out needs no look either."""
    if isinstance(effect, UpdateClient | ListClients | PlanLinks):
        return False
    stopped = isinstance(effect, Write) and effect.stop_at is not None
    return not stopped or errand.may_have_happened or not errand.begun


async def _sleep(lane: Lane, seconds: float) -> None:
    try:
        async with asyncio.timeout(max(seconds, 0)):
            await lane.nudged.wait()
    except TimeoutError:
        pass

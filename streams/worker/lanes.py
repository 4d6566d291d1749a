"""All lanes of a worker: which rows have one, in which partitions, and what of their work has certainly not started."""

import asyncio
from collections.abc import Callable, Collection, Container, Iterable

from domain.effects import UpdateClient
from domain.firm_rows import AllFirmsRow, FirmRow
from domain.ids import EffectId, RowKey, Side
from domain.obstacles import Obstacle
from domain.rows import LinkRow, Row
from domain.table import Table
from streams.wire.meters import LANES
from streams.worker.gate import Gate
from streams.worker.lane import Lane
from streams.worker.log_table import LogTable
from streams.worker.partition_context import Outside, PartitionContext
from streams.worker.stop import PartitionStoppedError


class MaybeStarted:
    """Names the effects that may have reached the other side: all but those that we planned and never began."""

    def __init__(self, unstarted: Container[EffectId]) -> None:
        self._unstarted = unstarted

    def __contains__(self, effect: object) -> bool:
        return effect not in self._unstarted


class Lanes:
    """Lanes come with a partition and go with it. `fatal` ends the process where a lane can't go on."""

    def __init__(
        self, outside: Outside, lease_seconds: float, fatal: Callable[[BaseException], None]
    ) -> None:
        self._outside = outside
        self._lease_seconds = lease_seconds
        self._fatal = fatal
        self._contexts: dict[int, PartitionContext] = {}
        self._lanes: dict[int, dict[RowKey, Lane]] = {}
        self._gates: dict[int, Gate] = {}
        # Kept when a partition leaves: its owner, be it us again, has the outcome coming, and need not ask anew.
        self._answered: dict[int, set[EffectId]] = {}
        self._alive_at = outside.clock.monotonic()

    @property
    def partitions(self) -> frozenset[int]:
        """Name the partitions that lanes work on."""
        return frozenset(self._contexts)

    def started(self, partition: int) -> MaybeStarted:
        """Name what may have begun in a partition."""
        context = self._contexts.get(partition)
        return MaybeStarted(context.unstarted if context is not None else frozenset())

    def gate(self, partition: int) -> Gate:
        """Give a partition's gate."""
        return self._gates.setdefault(partition, Gate())

    def alive(self) -> None:
        """Note that this process runs. After a long pause others may have the partitions, and we not know it yet."""
        now = self._outside.clock.monotonic()
        if now - self._alive_at > self._lease_seconds:
            for context in self._contexts.values():
                context.doubt()
        for partition, context in self._contexts.items():
            if context.left_to_others and not context.is_in_doubt:
                self._take_up(partition, context)
        self._alive_at = now

    def _take_up(self, partition: int, context: PartitionContext) -> None:
        """The group has left us the partition, so what others planned in it is ours to do after all."""
        left, context.left_to_others = context.left_to_others, set()
        for row in context.rows.partition(partition).table:
            if any(effect.id in left for effect in row.pending):
                self._go_on(partition, row)

    def adopt(self, partition: int, rows: LogTable, answered: Collection[EffectId]) -> None:
        """Begin to work on a partition that is now ours and folded. `answered`: effects whose outcomes are on their way."""
        if partition in self._contexts:
            return
        self._contexts[partition] = PartitionContext(
            partition=partition,
            rows=rows,
            outside=self._outside,
            lease_seconds=self._lease_seconds,
            gate=self.gate(partition),
            answered=self._still_awaited(partition, rows, answered),
        )
        self._lanes[partition] = {}
        self._remember_closed(rows.partition(partition).table)
        for row in rows.partition(partition).table:
            self._go_on(partition, row)

    def _remember_closed(self, rows: Table) -> None:
        """Keep closed what told its owner before us to wait: the rows that wait say until when."""
        now = self._outside.clock.now()
        for row in rows:
            waiting = row.waiting if isinstance(row, LinkRow) else None
            firm = rows.firm(row.firm_id)
            if waiting is None or waiting.why is not Obstacle.THROTTLED or waiting.until <= now:
                continue
            if firm is not None and firm.connection is not None and isinstance(row, LinkRow):
                side: Side = "canopy" if isinstance(row.write, UpdateClient) else "quickbooks"
                limiter = self._outside.doors.of(side, row.firm_id, firm.connection.realm_id)
                limiter.close_for((waiting.until - now).total_seconds(), waiting.why)

    def _still_awaited(self, partition: int, rows: LogTable, answered: Collection[EffectId]) -> set[EffectId]:
        pending = {effect.id for row in rows.partition(partition).table for effect in row.pending}
        known = self._answered.get(partition, set())
        awaited = self._answered[partition] = pending & (known | set(answered))
        return awaited

    async def leave(self, partitions: Iterable[int]) -> None:
        """Stop working on partitions, and wait until nothing of theirs is running.

        What was unstarted is forgotten: if a partition comes back, another worker may have begun it.
        """
        tasks: list[asyncio.Task[None]] = []
        for partition in partitions:
            context = self._contexts.pop(partition, None)
            if context is not None:
                tasks += context.end()
            lanes = self._lanes.pop(partition, {}).values()
            tasks += [lane.task for lane in lanes if lane.task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def appended(self, partition: int, before: Collection[Row | None], rows: Collection[Row]) -> None:
        """Take note of rows that we have just written: their new effects have certainly not started."""
        context = self._contexts.get(partition)
        if context is None:
            return
        for old, row in zip(before, rows, strict=True):
            known = {effect.id for effect in old.pending} if old is not None else set()
            now = {effect.id for effect in row.pending}
            context.planned(now - known)
            context.unstarted -= known - now
            context.answered -= known - now
            self._go_on(partition, row)

    def ask_again(self, partition: int, key: RowKey, effect: EffectId) -> None:
        """Take note that what was taken for an effect's answer can't be read: if it is pending, it is not answered."""
        context = self._contexts.get(partition)
        row = context.rows.partition(partition).table.get(key) if context is not None else None
        if context is not None and row is not None and effect in context.answered:
            context.answered.discard(effect)
            self._go_on(partition, row)

    def folded(self, partition: int, rows: Iterable[Row], planned: Collection[EffectId]) -> None:
        """Take note of rows that somebody else wrote, who may then have begun whatever is pending, and of what they planned."""
        context, rows = self._contexts.get(partition), tuple(rows)
        if context is None or not rows:
            return
        context.doubt()
        context.left_to_others |= set(planned)
        for row in rows:
            self._go_on(partition, row)

    def _go_on(self, partition: int, row: Row) -> None:
        """Nudge the row's lane, or start one if there is something to do.

        What a firm's row says goes for all of its lanes, and what the row of all firms says for every lane.
        """
        context, lanes = self._contexts[partition], self._lanes[partition]
        if isinstance(row, FirmRow | AllFirmsRow):
            for lane in lanes.values():
                if isinstance(row, AllFirmsRow) or lane.firm == row.firm_id:
                    lane.nudged.set()
        lane_of_row = lanes.get(row.key)
        if lane_of_row is not None:
            lane_of_row.row_changed()
        elif context.waiting(row.key):
            lane = lanes[row.key] = Lane(context, row.key, row.firm_id)
            lane.task = asyncio.create_task(self._run(lane, lanes))
            LANES.inc()
            # Not in `_run`: a task that is cancelled before its first step runs none of it.
            lane.task.add_done_callback(lambda _: LANES.dec())

    async def _run(self, lane: Lane, lanes: dict[RowKey, Lane]) -> None:
        try:
            await lane.run()
        except PartitionStoppedError:
            pass  # told already; the engine takes the other lanes away too
        except Exception as wrong:  # noqa: BLE001  (whatever it is, going on without it would hang this row)
            self._fatal(wrong)
        finally:
            lanes.pop(lane.key, None)

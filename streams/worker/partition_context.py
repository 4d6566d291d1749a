"""What the lanes of a partition share: its rows as they are now, the two sides, and whose the partition is."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from domain.effects import Effect
from domain.firm_rows import AllFirmsRow, FirmRow
from domain.ids import EffectId, RealmId, RowKey
from domain.inputs import Cause
from domain.lane_policy import Step, next_step
from domain.ports import Canopy, QuickBooks
from domain.sweep_pace import SweepPace
from domain.urgency import Origin
from streams.wire.topics import INTENTS, OUTCOMES
from streams.wire.traces import Spans
from streams.worker.clock import Clock
from streams.worker.gate import Gate
from streams.worker.limiters import Doors
from streams.worker.log_table import LogTable
from streams.worker.permit import Permit
from streams.worker.ports import Outcomes
from streams.worker.shared_reads import SharedReads

T = TypeVar("T")

FIRM_WORK = ("-clients_listed", "-customers_listed", "-step_due")
"""How the ids of outcomes end that set bulk going (streams/kafka/outcome_writer.py)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """The two sides, and how what came of it is reported. `spans` None: nobody traces. `sweep_pace`: as it is now.

    `canopy_keeps_keys`: what Canopy is asked for twice under one key is done once.
    """

    quickbooks: QuickBooks
    canopy: Canopy
    outcomes: Outcomes
    clock: Clock
    doors: Doors
    spans: Spans | None = None
    sweep_pace: Callable[[], SweepPace] = SweepPace
    canopy_keeps_keys: bool = True


@dataclass(frozen=True, slots=True)
class Wanted:
    """An effect as its row has it now, with what says whether it may be asked for."""

    effect: Effect
    firm: FirmRow
    everybody: AllFirmsRow | None
    realm: RealmId
    pace: SweepPace

    def step(self, now: datetime) -> Step:
        """Say what to do with it."""
        return next_step(self.effect, self.firm, self.everybody, now, self.pace)


@dataclass(slots=True, kw_only=True)
class PartitionContext:
    """What one partition's lanes share.

    `unstarted`: effects that we planned and never began. `doubted_until`: others may have the partition, and begin what we
    plan (monotonic). `left_to_others`: what others planned since the partition is ours; nothing of it is begun while we are in doubt.
    `answered`: those whose outcome is reported and not yet decided.
    `lease_seconds`: how old our last look at the log may be for the partition to count as ours.
    """

    partition: int
    rows: LogTable
    outside: Outside
    lease_seconds: float
    gate: Gate = field(default_factory=Gate)
    unstarted: set[EffectId] = field(default_factory=set)
    doubted_until: float = float("-inf")
    left_to_others: set[EffectId] = field(default_factory=set)
    answered: set[EffectId] = field(default_factory=set)
    _reads: dict[RealmId, SharedReads] = field(default_factory=dict)

    def waiting(self, key: RowKey) -> tuple[Wanted, ...]:
        """Give the effects of a row that are not answered yet, in their order."""
        table = self.rows.partition(self.partition).table
        row = table.get(key)
        firm = table.firm(row.firm_id) if row is not None else None
        if row is None or firm is None or firm.connection is None:
            return ()
        everybody, realm = table.all_firms(self.partition), firm.connection.realm_id
        pace = self.outside.sweep_pace()
        return tuple(
            Wanted(effect, firm, everybody, realm, pace)
            for effect in row.pending
            if effect.id not in self.answered and effect.id not in self.left_to_others
        )

    def now(self, key: RowKey, effect: EffectId) -> Wanted | None:
        """Give an effect as its row has it now. None: it is no longer wanted."""
        return next((each for each in self.waiting(key) if each.effect.id == effect), None)

    def cause_of(self, effect: EffectId) -> Cause | None:
        """Give the input that planned a pending effect; None where the log says it no longer."""
        return self.rows.partition(self.partition).causes.get(effect)

    def origin_of(self, effect: EffectId) -> Origin:
        """Say what kind of input planned a pending effect."""
        cause = self.cause_of(effect)
        if cause is None:
            return "other"
        if cause.topic.endswith(INTENTS):
            return "intent" if cause.batch is None else "batch"
        return "firm_work" if cause.topic.endswith(OUTCOMES) and cause.id.endswith(FIRM_WORK) else "other"

    def reads(self, realm: RealmId) -> SharedReads:
        """Give the reads that wait for one company."""
        found = self._reads.get(realm)
        if found is None:
            outside = self.outside
            found = self._reads[realm] = SharedReads(
                realm,
                outside.quickbooks,
                outside.doors.quickbooks,
                outside.clock,
                self.begin,
                outside.spans,
            )
        return found

    def end(self) -> list[asyncio.Task[None]]:
        """Cancel what runs for several rows at once, and give it, to be waited for."""
        return [task for reads in self._reads.values() for task in reads.cancel()]

    def doubt(self) -> None:
        """Take nothing for not begun: others may have begun it, and may begin what we plan until the group has told us so.

        Of a partition that is no longer ours the group tells us within a session, which is twice `lease_seconds`. Its owner knows what it
        has planned and not begun, and takes that back unasked: so until then we begin nothing that others plan.
        """
        self.unstarted.clear()
        self.doubted_until = self.outside.clock.monotonic() + 2 * self.lease_seconds

    def planned(self, effects: set[EffectId]) -> None:
        """Take note of effects that we have just planned."""
        if not self.is_in_doubt:
            self.unstarted |= effects

    @property
    def is_in_doubt(self) -> bool:
        """Say whether others may have the partition."""
        return self.outside.clock.monotonic() < self.doubted_until

    def holds_lease(self) -> bool:
        """Say whether we have seen lately enough that nobody else decides here."""
        return (
            self.outside.clock.monotonic() - self.rows.partition(self.partition).lease_renewed_at
            < self.lease_seconds
        )

    async def begin(self, permit: Permit | None, start: Callable[[], T]) -> T:
        """Run `start` with the gate open, as soon as a request may leave and we hold the lease.

        The wait for the permit comes before, not after: what a decision takes back meanwhile has not begun, and is not
        sent. So an edit does not leave after somebody was told that editing is off.
        """
        await self._renew_lease()  # folding takes its time, which the permit's wait has to give
        if permit is not None:
            await permit.door.moment()
            await self._renew_lease()
        return await self.gate.run(start)

    async def _renew_lease(self) -> None:
        """Fold first where our last look is too old."""
        if not self.holds_lease():
            async with self.rows.partition(self.partition).lock:
                await self.rows.catch_up(self.partition)

"""A worker: reads inputs, decides, appends, and drives the lanes. It may be paused, killed, or lose the partition.

Mirrors `streams/worker/engine.py`, `streams/worker/log_table.py` and `streams/worker/lanes.py` without Kafka: one partition, one log.
"""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, cast

from domain.decide import decide
from domain.decision import Decision
from domain.effects import Effect
from domain.ids import EffectId, FirmId, RealmId, RowKey, Side
from domain.inputs import Cause, Outcome
from domain.outcomes import Deferred, Result
from domain.rate import QUICKBOOKS_RATE
from domain.rows import AllFirmsRow, FirmRow, Row
from domain.table import Table
from streams.worker.ground import Wanted
from tests.simulation.lane import Lane
from tests.simulation.topics import OUTCOMES, TOPICS, Entry, Message

if TYPE_CHECKING:
    from tests.simulation.simulation import Simulation

SESSION_SECONDS = 45.0
"""After this time without a sign of life the partition is given to another worker."""
GAP_SECONDS = 1 / QUICKBOOKS_RATE.per_second


class Started:
    """Names what may have reached the other side: all but what this worker planned and never began.

    `told` remembers of which it said so.
    """

    def __init__(self, fresh: set[EffectId]) -> None:
        self._fresh = fresh
        self.told: dict[EffectId, None] = {}

    def __contains__(self, effect: object) -> bool:
        begun = effect not in self._fresh
        if begun:
            self.told[cast("EffectId", effect)] = None
        return begun


class Worker:
    """`life` counts its starts: what an earlier life began is void. `owns`: it believes that the partition is its own."""

    def __init__(self, company: "Simulation", name: str) -> None:
        self._company = company
        self.name = name
        self.agenda, self.dice, self.judge = company.agenda, company.dice, company.judge
        self.network = company.network
        self.life = 0
        self.up = True
        self.paused_at: float | None = None
        self.pause_in_hand = 0.0
        self._deferred: list[Callable[[], None]] = []
        self._forget()

    def _forget(self) -> None:
        self.owns = False
        self.table = Table()
        self._folded = 0
        self._end = 0
        self.positions: dict[str, int] = {}
        self.fresh: set[EffectId] = set()
        self._doubted_until = float("-inf")
        self.answered: set[EffectId] = set()
        self.lanes: dict[RowKey, Lane] = {}
        self._read = dict.fromkeys(TOPICS, 0)
        self._fetching: set[str] = set()
        self._proven_at = float("-inf")
        self._turns: dict[RealmId, float] = {}
        self._closed: dict[tuple[Side, str], datetime] = {}

    # ---- its own time

    def after(self, seconds: float, do: Callable[[], None], *, idle: bool = False) -> None:
        """Do something later in this life; while paused it waits."""
        life = self.life
        self.agenda.after(seconds, lambda: self.do(life, do), idle=idle)

    def do(self, life: int, do: Callable[[], None]) -> None:
        """Do something now, or once awake."""
        if life != self.life or not self.up:
            return
        if self.paused_at is not None:
            self._deferred.append(do)
        else:
            do()

    def pause(self, seconds: float) -> None:
        """Stand still, without knowing it."""
        self.paused_at = self.agenda.now
        life = self.life
        self.agenda.after(seconds, lambda: self._wake(life))
        self.agenda.after(SESSION_SECONDS, lambda: self._company.trouble.miss(self))

    def _wake(self, life: int) -> None:
        if life != self.life or self.paused_at is None:
            return
        if self.agenda.now - self.paused_at > SESSION_SECONDS:
            self._doubt()  # others may have the partition
        self.paused_at = None
        waiting, self._deferred = self._deferred, []
        for do in waiting:
            self.do(life, do)
        if self.owns and self._company.owner is not self:
            self.after(3 * self.dice.of(f"notice/{self.name}/{self.agenda.now}"), self.leave)

    def _doubt(self) -> None:
        """Take nothing for not begun, nor what is planned until the group has told us whose the partition is."""
        self.fresh.clear()
        self._doubted_until = self.agenda.now + SESSION_SECONDS

    def crash(self) -> None:
        """End at once: what was only in memory is gone."""
        self.life += 1
        self.up, self.paused_at, self.pause_in_hand = False, None, 0.0
        self._deferred = []
        self._forget()

    # ---- the partition

    def adopt(self) -> None:
        """Begin to work on the partition."""
        if self.owns:
            # It has the partition back before it was missed, and nobody came for what was written meanwhile.
            for topic in TOPICS:
                self.fetch(topic)
            return
        self.owns = True
        self._catch_up()
        self._doubted_until = float("-inf")
        pending = {effect.id for row in self.table for effect in row.pending}
        self.answered = pending & (self.answered | self._answered_ahead())
        self._read = dict(self._company.committed)
        for row in tuple(self.table):
            self._go_on(row)
        for topic in TOPICS:
            self.fetch(topic)

    def _answered_ahead(self) -> set[EffectId]:
        """Name the effects whose outcomes lie in their topic and are not decided: nobody need ask for those again."""
        begin = max(self.positions.get(OUTCOMES, -1) + 1, self._company.committed[OUTCOMES])
        lying = (message.given for message in self._company.topics[OUTCOMES].messages[begin:])
        outcomes = (given for given in lying if isinstance(given, Outcome))
        return {given.effect_id for given in outcomes if not isinstance(given.result, Deferred)}

    def leave(self) -> None:
        """Stop working on it, unless it has come back."""
        if self._company.owner is self:
            return
        self.owns = False
        self.lanes.clear()
        self.fresh.clear()

    def fetch(self, topic: str) -> None:
        """Ask for the next message of a topic."""
        if not self.owns or topic in self._fetching:
            return
        if self._read[topic] >= len(self._company.topics[topic].messages):
            return
        self._fetching.add(topic)
        name = f"fetch/{topic}/{self._read[topic]}/{self.name}"
        held_up = self._company.held_up.get(topic, 0.0) - self.agenda.now
        self.after(max(held_up, 0.0) + 0.002 + 0.05 * self.dice.of(name), lambda: self._fetched(topic))

    def _fetched(self, topic: str) -> None:
        self._fetching.discard(topic)
        messages = self._company.topics[topic].messages
        # It may have lost the partition since and got it back, with all that was there read by somebody else.
        if not self.owns or self._read[topic] >= len(messages):
            return
        message = messages[self._read[topic]]
        self._read[topic] += 1
        if self._has_decided(message.cause):
            self._company.faults.happened("inputs_read_again")
        else:
            self._decide(message)
        if self.paused_at is None and self.dice.of(f"commit/{topic}/{self._read[topic]}") < 0.3:
            self._company.committed[topic] = max(self._company.committed[topic], self._read[topic])
        self.fetch(topic)

    def _has_decided(self, cause: Cause) -> bool:
        return cause.offset <= self.positions.get(cause.topic, -1)

    def _decide(self, message: Message) -> None:
        while not self._has_decided(message.cause):
            started = Started(self.fresh)
            decision = decide(self.table, message.given, message.cause, started)
            if decision is None:
                self.judge.left_no_record(message)
                return
            if self.pause_in_hand:
                self._company.faults.happened("paused_with_a_decision")
                seconds, self.pause_in_hand = self.pause_in_hand, 0.0
                self.pause(seconds)
                self._deferred.append(partial(self._append_late, decision, message, started))
                return
            if self._append(decision, message.cause, started):
                return

    def _append_late(self, decision: Decision, message: Message, started: Started) -> None:
        believed = self._append(decision, message.cause, started)
        if self._company.owner is not self:
            self._company.faults.happened(f"late_append_{'believed' if believed else 'disbelieved'}")
        if not believed:
            self._decide(message)

    def _append(self, decision: Decision, cause: Cause, started: Started) -> bool:
        positions = self.positions | {cause.topic: cause.offset}
        entry = self._company.log.append(self._end, decision, cause, positions, started.told)
        if not entry.believed:
            self._catch_up()
            return False
        before = [self.table.get(row.key) for row in decision.rows]
        self._take(entry)
        self._folded = len(self._company.log.entries)
        self._proven_at = self.agenda.now
        self.judge.decided(entry)
        if self.owns:
            for old, row in zip(before, decision.rows, strict=True):
                known = {effect.id for effect in old.pending} if old is not None else set()
                now = {effect.id for effect in row.pending}
                if self.agenda.now >= self._doubted_until:
                    self.fresh |= now - known
                self.fresh -= known - now
                self.answered -= known - now
                self._go_on(row)
        return True

    def _take(self, entry: Entry) -> None:
        for row in entry.decision.rows:
            self.table.put(row)
        for topic, offset in entry.positions.items():
            if offset > self.positions.get(topic, -1):
                self.positions[topic] = offset
        self._end = entry.lies + len(entry.decision.rows)

    def _catch_up(self) -> None:
        entries = self._company.log.entries
        changed: dict[RowKey, Row] = {}
        for entry in entries[self._folded :]:
            if entry.believed:
                self._take(entry)
                changed.update((row.key, row) for row in entry.decision.rows)
        self._folded, self._end = len(entries), self._company.log.end
        self._proven_at = self.agenda.now
        if self.owns and changed:
            self._doubt()
            for row in changed.values():
                self._go_on(row)

    # ---- lanes

    def prove(self) -> None:
        """Fold first where the last look at the log is too old."""
        if self.agenda.now - self._proven_at >= SESSION_SECONDS:
            self._catch_up()

    @property
    def is_alone(self) -> bool:
        """Say whether nobody else has the partition: one that stood still may believe that for a moment longer."""
        return self.owns and self._company.owner is self

    @property
    def sees_all(self) -> bool:
        """Say whether it has folded all there is."""
        return self._folded == len(self._company.log.entries)

    def waiting(self, key: RowKey) -> tuple[Wanted, ...]:
        """Give the effects of a row that are not answered yet, in their order."""
        row = self.table.get(key)
        if row is None or not row.pending:
            return ()
        firm = self.table.firm(row.firm_id)
        if firm is None or firm.connection is None:
            return ()
        everybody, realm = self.table.all_firms(0), firm.connection.realm_id
        return tuple(
            Wanted(effect, firm, everybody, realm) for effect in row.pending if effect.id not in self.answered
        )

    def _go_on(self, row: Row) -> None:
        if isinstance(row, FirmRow | AllFirmsRow):
            for lane in tuple(self.lanes.values()):
                if isinstance(row, AllFirmsRow) or lane.firm == row.firm_id:
                    lane.nudge()
        lane_of_row = self.lanes.get(row.key)
        if lane_of_row is not None:
            lane_of_row.nudge()
        elif self.waiting(row.key):
            lane = self.lanes[row.key] = Lane(self, row.key, row.firm_id)
            self.after(0.0, lambda: lane.go() if self.lanes.get(lane.key) is lane else None)

    def turn(self, realm: RealmId) -> float:
        """Take the realm's next turn; says in how many seconds it is."""
        at = max(self.agenda.now, self._turns.get(realm, 0.0))
        self._turns[realm] = at + GAP_SECONDS
        return at - self.agenda.now

    def close_until(self, side: Side, firm: FirmId, realm: RealmId, until: datetime) -> None:
        """Ask one side nothing for a while; the other one has said nothing."""
        door = (side, realm if side == "quickbooks" else firm)
        self._closed[door] = max(until, self._closed.get(door, until))

    def closed_until(self, side: Side, firm: FirmId, realm: RealmId) -> datetime | None:
        """Say until when a side is asked nothing. None: it may be asked."""
        until = self._closed.get((side, realm if side == "quickbooks" else firm))
        return until if until is not None and until > self.agenda.time else None

    def report(self, lane: Lane, effect: Effect, result: Result, realm: RealmId) -> None:
        """Write an outcome to its topic; the lane goes on once it is there."""
        name = f"{effect.id}/{result.kind}/{self.name}/{lane.requests}"
        seconds = 0.01 + 0.02 * self.dice.of(f"report/{name}")
        if self._company.faults.fires("outcome_delayed", name):
            seconds += 20 * self.dice.of(f"delay/{name}")
        outcome = Outcome(firm_id=lane.firm, effect_id=effect.id, key=lane.key, result=result, realm_id=realm)

        def write() -> None:
            self._company.write(
                OUTCOMES, outcome, f"{effect.id}-{result.kind}", "system:client-sync", effect.id
            )

        def landed() -> None:
            if self.lanes.get(lane.key) is not lane:
                return
            write()
            if self._company.faults.fires("outcome_doubled", name):
                self.agenda.after(30 * self.dice.of(f"doubled/{name}"), write)
            if not isinstance(result, Deferred):
                self.answered.add(effect.id)
                lane.go()

        self.after(seconds, landed)

"""All of it together: firms, both sides of each, people, two workers, two partitions, and what lies between."""

import logging
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from math import ceil
from types import TracebackType
from typing import Self

import structlog

from domain.apply.checks import CHECK_EVERY
from domain.fields import Field
from domain.firm_rows import AllFirmsRow, FirmRow
from domain.ids import (
    ALL_FIRMS,
    CustomerId,
    EffectId,
    FirmId,
    RealmId,
    RowKey,
    all_key,
    customer_key,
    firm_key,
    link_key,
)
from domain.inputs import ClientObserved, CustomerNotified, Input, Intent
from domain.lane_policy import Send, next_step
from domain.rows import LinkRow
from domain.snapshots import Client
from domain.switches import probe_at
from streams.kafka.intent_writer import intent_event
from streams.kafka.notification_writer import notification_event
from streams.wire.topics import CLIENT_EVENTS, INPUTS, NOTIFICATIONS
from streams.worker.checkpoint import Checkpoint
from tests.simulation.agenda import Agenda
from tests.simulation.canopy import Canopy, Happened
from tests.simulation.dice import Dice
from tests.simulation.faults import Faults
from tests.simulation.group import Group
from tests.simulation.habits import Habits
from tests.simulation.judge import Judge
from tests.simulation.log import Entry, Lines, Log
from tests.simulation.network import Network
from tests.simulation.people import do
from tests.simulation.process import Process
from tests.simulation.quickbooks import QuickBooks
from tests.simulation.quiet import check_at_rest, goes_on
from tests.simulation.script import FIRMS, Act
from tests.simulation.story import Story
from tests.simulation.topics import PARTITIONS, Topic, client_event, home_of, home_of_row
from tests.simulation.trouble import Trouble

REALMS: Mapping[FirmId, tuple[RealmId, RealmId]] = {
    FirmId("f-1"): (RealmId("91301"), RealmId("91302")),
    FirmId("f-2"): (RealmId("91303"), RealmId("91304")),
    FirmId("f-3"): (RealmId("91305"), RealmId("91306")),
}
"""The QuickBooks companies in which a firm's people may work; they begin in the first."""
SWEPT_SECONDS = 2000.0
CHECKED_SECONDS = CHECK_EVERY.total_seconds()
STILL_SECONDS = 1200.0
"""How long it must stay quiet once it is."""
ROUND_SECONDS = 3600.0
COMPACTED = 0.3
"""How often the log is compacted once all is quiet."""
MOST_STEPS_TO_REST = 60_000
MOST_SECONDS_TO_REST = 14 * 86400.0


class NeverQuietError(AssertionError):
    """It never comes to rest."""


class Simulation:
    """One run, to be used in a `with`. The same seed, firms and script give the same run; `without` names faults that are left out.

    `left_behind`: links that stay with a customer which went into another, since nobody told us. `recording`: it is to
    be kept as a history.
    """

    def __init__(
        self,
        seed: int,
        firms: Sequence[str] = FIRMS,
        *,
        without: Collection[str] = (),
        telling: bool = False,
        recording: bool = False,
    ) -> None:
        self.agenda = Agenda()
        self.dice = Dice(seed)
        self.faults = Faults(self.dice, without)
        self.story = Story(self.agenda, telling=telling)
        self.logs = tuple(Log(number) for number in range(PARTITIONS))
        self.entries: list[Entry] = []
        self.topics = {name: Topic(name) for name in INPUTS}
        self.group = Group()
        self.checkpoints: dict[int, Checkpoint] = {}
        self.held_up: dict[str, float] = {}
        self.network = Network(self.agenda, self.dice, self.faults)
        self.judge = Judge(self.story, self.network)
        self.quickbooks: dict[FirmId, QuickBooks] = {}
        self.canopy: dict[FirmId, Canopy] = {}
        for firm in firms:
            self._open(FirmId(firm))
        self.trouble = Trouble(self)
        self.left_behind: set[tuple[RowKey, CustomerId]] = set()
        self._landed: dict[str, datetime] = {}
        self._recording = recording
        self._logging = structlog.get_config()
        structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
        self.workers = (Process(self, "Ann"), Process(self, "Bob"))
        self.group.hand_out([self.workers[0]] * PARTITIONS)
        self.workers[0].joined()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for worker in self.workers:
            worker.loop.kill()
        structlog.configure(**self._logging)

    def _open(self, firm: FirmId) -> None:
        committed = self.judge.writes.committed
        canopy = Canopy(
            firm,
            lambda: self.agenda.time,
            lambda e, before, after: committed("canopy", e, before, after),
            lambda client, happened, toggle, cause: self._emit(firm, client, happened, toggle, cause),
            Habits(self.faults.fires),
        )
        self.canopy[firm] = self.network.sides[firm] = canopy
        self.judge.writes.histories["canopy", firm] = canopy.history
        self.judge.writes.firm_of |= dict.fromkeys((firm, *REALMS[firm]), firm)
        for realm in REALMS[firm]:
            self.network.sides[realm] = self._books(firm, realm)
        self._take_books(firm, REALMS[firm][0])

    def _books(self, firm: FirmId, realm: RealmId) -> QuickBooks:
        skew = timedelta(seconds=int(20 * (self.dice.of(f"skew/{firm}") - 0.5)))
        return QuickBooks(
            realm,
            lambda: self.agenda.time + skew,
            lambda e, before, after: self.judge.writes.committed("quickbooks", e, before, after),
            lambda customer, operation, deleted: self._notify(firm, realm, customer, operation, deleted),
            Habits(self.faults.fires),
        )

    def _take_books(self, firm: FirmId, realm: RealmId) -> None:
        self.quickbooks[firm] = self.network.sides[realm]
        self.judge.writes.histories["quickbooks", firm] = self.quickbooks[firm].history

    def take_other_books(self, firm: FirmId) -> None:
        """From now on people of a firm work in its other QuickBooks company, which gives the same ids to others."""
        before = self.quickbooks[firm]
        one, other = REALMS[firm]
        self._take_books(firm, one if before.realm == other else other)
        now = self.quickbooks[firm]
        for customer in list(before.customers)[:3]:
            if customer not in now.past:  # no company gives an id again that somebody had
                now.add({Field.DISPLAY_NAME: f"Other {customer}"}, customer)

    # ---- running

    def play(self, acts: Sequence[Act]) -> None:
        """Let one round of acts happen, and all that follows from it; then look whether all is well."""
        # Rounds begin at times of their own, so that leaving out an act of one moves nothing in the next.
        begin = ROUND_SECONDS * ceil(self.agenda.now / ROUND_SECONDS)
        self._go_by(begin - self.agenda.now)
        for act in acts:
            self.agenda.at(begin + act.at, partial(self._act, act))
        self.settle()

    def settle(self) -> None:
        """Let all that is under way come to its end, and look whether all is well and stays quiet."""
        self._rest()
        # Sweeps find what no webhook and no event told of; that a customer is gone, only checks do.
        self._go_by(SWEPT_SECONDS)
        self._let_checks_find_who_is_gone()
        if self._somebody_waits_for_a_free_name():
            self._go_by(
                CHECKED_SECONDS
            )  # so rarely at least are names asked for again of which nothing tells us
        self._let_back_in()
        # A company that shut us out may have let us in only now, and with it what was not heard of.
        if self._let_checks_find_who_is_gone():
            self._let_back_in()
        check_at_rest(self)
        commits = self.judge.writes.commits
        self._go_by(STILL_SECONDS)
        assert self.judge.writes.commits == commits, "I6: something is written although nothing happens"
        if self.dice.of(f"compacted/{self.agenda.now}") < COMPACTED:
            for log in self.logs:
                log.compact()
            self.faults.happened("log_compacted")

    def _let_checks_find_who_is_gone(self) -> bool:
        """Go on from check to check while one was refused; says whether any had to be waited for."""
        refused = None
        while self._somebody_is_gone_unheard() and refused != self.faults.fired["check_refused"]:
            refused = self.faults.fired["check_refused"]
            self._go_by(CHECKED_SECONDS)
        return refused is not None

    def _let_back_in(self) -> None:
        """Let companies that shut us out be asked again, if that would be while all should be still."""
        self._rest()
        while self._somebody_is_tried_again_soon():
            self._go_by(STILL_SECONDS)
            self._rest()

    def _go_by(self, seconds: float) -> None:
        end = self.agenda.now + seconds
        while self.agenda.step(end):
            pass
        self.agenda.now = end

    def _act(self, act: Act) -> None:
        if not self.trouble.make(act):
            do(self, act)

    def _rest(self) -> None:
        most, latest = self.agenda.steps + MOST_STEPS_TO_REST, self.agenda.now + MOST_SECONDS_TO_REST
        while not self.agenda.quiet or self._firm_work_is_due():
            if self.agenda.steps > most or self.agenda.now > latest:
                raise NeverQuietError("I6: it never comes to rest")
            self.agenda.step()

    def _firm_work_is_due(self) -> bool:
        """Say whether a side is to be listed, or links planned: however often it was tried in vain, it is under way."""
        now = self.agenda.time
        for firm in self.canopy:
            everybody = self.judge.rows.get(all_key(home_of(firm)))
            row = self.judge.rows.get(firm_key(firm))
            if isinstance(row, FirmRow) and row.connection is not None:
                for effect in row.pending:
                    step = next_step(
                        effect, row, everybody if isinstance(everybody, AllFirmsRow) else None, now
                    )
                    if isinstance(step, Send):
                        return True
        return False

    # ---- what is written to topics and to the log

    def write(
        self,
        topic: str,
        given: Intent | ClientObserved | CustomerNotified,
        name: str,
        actor: str,
        cause: str | None,
        said_at: datetime | None = None,
    ) -> None:
        """Write a message as its producer would."""
        match given:
            case ClientObserved():
                value = client_event(given, name, actor, cause)
            case CustomerNotified():
                value = notification_event(given, name)
            case _:
                value = intent_event(given, actor, said_at or self.agenda.time)
        self.produce(topic, given, name, value)

    def produce(self, topic: str, given: Input, name: str, value: bytes) -> None:
        """Append a message to its topic, and let those come for it who believe that the partition is theirs."""
        homes = range(PARTITIONS) if given.firm_id == ALL_FIRMS else (home_of(given.firm_id),)
        for partition in homes:
            self.judge.written(self.topics[topic].write(given, name, value, self.agenda.time, partition))
            for worker in self.workers:
                worker.fetch(topic, partition)

    def append(self, worker: Process, partition: int, lines: Lines, started: tuple[EffectId, ...]) -> Entry:
        """Let a batch land in the log, where the judge sees it."""
        entry = self.logs[partition].append(worker.name, lines, started)
        self.entries.append(entry)
        if self.group.owners[partition] is not worker:
            self.faults.happened(f"late_append_{'believed' if entry.believed else 'disbelieved'}")
        if entry.believed:
            if len(entry.parts) > 1:
                self.faults.happened("decided_together")
                if len(entry.firms) > 1:
                    self.faults.happened("firms_decided_together")
            self.judge.landed(entry)
        return entry

    def started(self, worker: Process, partition: int) -> tuple[EffectId, ...]:
        """Name what may have begun, as a worker sees it while it appends; only a history needs it."""
        if not self._recording:
            return ()
        started = worker.assembled.lanes.started(partition)
        rows = (row for row in self.judge.rows.values() if home_of_row(row) == partition)
        return tuple(e.id for row in rows for e in row.pending if e.id in started)

    def write_on_its_way(
        self,
        topic: str,
        given: ClientObserved | CustomerNotified,
        name: str,
        actor: str,
        *,
        cause: str | None,
        what: str,
        key: str,
        made: datetime,
    ) -> None:
        """Let a producer write it some time, perhaps twice, perhaps behind later ones."""
        if self._is_lost(what, name, given):
            return
        ways = [0.05 + 2 * self.dice.of(f"way/{name}")]
        if self.faults.fires(f"{what}_delayed", name):
            ways[0] += 400 * self.dice.of(f"late/{name}") ** 2
        if self.faults.fires(f"{what}_doubled", name):
            ways.append(ways[0] + 300 * self.dice.of(f"twice/{name}") ** 2)

        def land() -> None:
            if self._landed.get(key, made) > made:
                self.faults.happened(f"{what}_overtaken")
            self._landed[key] = max(made, self._landed.get(key, made))
            self.write(topic, given, name, actor, cause)

        for seconds in ways:
            self.agenda.after(seconds, land)

    def _is_lost(self, what: str, name: str, given: Input) -> bool:
        if name.endswith("-merged"):
            return self.faults.fires("merge_lost", name)
        if not name.endswith("-deleted"):
            return self.faults.fires(f"{what}_lost", name)
        if not isinstance(given, CustomerNotified):
            return False  # a client that is deleted is in no list of Canopy's: this one event must come
        return self.faults.fires("deletion_lost", name)

    def _somebody_is_gone_unheard(self) -> bool:
        """Say whether a link has a customer that is gone: nobody told us, or not while we were connected."""
        return any(
            customer not in self.quickbooks[firm].customers
            for firm, customer in self.judge.holders
            if goes_on(self, firm)
        )

    def _somebody_is_tried_again_soon(self) -> bool:
        """Say whether a company that shut us out is asked again while it should be still: it may let us in, and then much is written."""
        soon = self.agenda.time + timedelta(seconds=STILL_SECONDS)
        return any(
            (at := probe_at(effect, row)) is not None and self.agenda.time <= at <= soon
            for row in self.judge.rows.values()
            if isinstance(row, FirmRow)
            for effect in row.pending
        )

    def _somebody_waits_for_a_free_name(self) -> bool:
        """Say whether a client is asked about a name that nobody has any more: whoever had it is gone unheard."""
        return any(
            row.problem.taken is not None and self.quickbooks[row.firm_id].is_free(row.problem.taken)
            for row in self.judge.rows.values()
            if isinstance(row, LinkRow) and row.problem is not None and goes_on(self, row.firm_id)
        )

    def _edited(self, key: RowKey) -> None:
        if self.network.trip is None:
            self.judge.writes.edited(key)  # a person's doing, not our own

    def _emit(
        self, firm: FirmId, client: Client, happened: Happened, toggle: bool | None, cause: str | None
    ) -> None:
        self._edited(link_key(firm, client.client_id))
        given = ClientObserved(firm_id=firm, client=client, happened=happened, sync_client=toggle)
        name = f"evt-{firm}-{client.client_id}-{client.version}-{happened}"
        self.write_on_its_way(
            CLIENT_EVENTS,
            given,
            name,
            "user:dana" if cause is None else "system:client-sync",
            cause=cause,
            what="event",
            key=f"{firm}/{client.client_id}",
            made=client.changed_at,
        )

    def _notify(
        self, firm: FirmId, realm: RealmId, customer: CustomerId, operation: str, deleted: CustomerId | None
    ) -> None:
        self._edited(customer_key(firm, customer))
        if deleted is not None:
            self._edited(customer_key(firm, customer))
            self._edited(customer_key(firm, deleted))
        time = self.network.sides[realm].clock()
        given = CustomerNotified(
            firm_id=firm,
            realm_id=realm,
            customer_id=customer,
            operation=operation,
            time=time,
            deleted_id=deleted,
        )
        name = f"qbo-{realm}-{customer}-{self.agenda.now}-{operation}"
        self.write_on_its_way(
            NOTIFICATIONS,
            given,
            name,
            "system:quickbooks",
            cause=None,
            what="webhook",
            key=f"{realm}/{customer}",
            made=time,
        )

"""A firm in a few lines: both outsides, the rows, and a clock; each decision is checked as it is made.

What must hold at every step stands in `invariants.py`, so every test of a rule tests it too.
"""

from copy import deepcopy
from datetime import UTC, datetime, timedelta
from typing import Any

from domain import inputs
from domain.decide import decide
from domain.decision import Decision
from domain.effects import CheckCustomers, Effect, ListClients, ListCustomers, Write
from domain.fields import Value
from domain.firm_rows import FirmRow
from domain.ids import ClientId, CustomerId, EffectId, FirmId, IntentId, RealmId, RowKey
from domain.inputs import Cause, ClientObserved, CustomerNotified, Input, Outcome
from domain.outcomes import Result
from domain.rows import CustomerRow, LinkRow
from domain.settings import Actions, ConflictPolicy, Settings
from domain.snapshots import Client, Customer
from domain.table import Table
from tests.unit.domain.invariants import Invariants, check_nothing_begun_is_dropped
from tests.unit.domain.outside import Canopy, QuickBooks, carry_out, fields

FIRM = FirmId("f-1")
REALM = RealmId("realm-1")
LONG_AGO = datetime(2025, 1, 31, tzinfo=UTC)
START = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
MOST_STEPS = 500
"""A world that is not quiet after so many effects never will be."""

EVERY_INTENT: dict[str, Any] = {
    "match": inputs.Match,
    "unmatch": inputs.Unmatch,
    "restore": inputs.Restore,
    "create": inputs.Create,
    "push": inputs.Push,
    "take_theirs": inputs.TakeTheirs,
    "leave_both": inputs.LeaveBoth,
    "undo_leave_both": inputs.UndoLeaveBoth,
    "retry": inputs.Retry,
    "answer": inputs.Answer,
    "undo_answer": inputs.UndoAnswer,
    "put_back": inputs.PutBack,
    "erase": inputs.Erase,
    "add_client": inputs.AddClient,
    "undo_add_client": inputs.UndoAddClient,
    "release_held": inputs.ReleaseHeld,
    "disconnect": inputs.Disconnect,
    "pause": inputs.Pause,
    "resume": inputs.Resume,
    "settings": inputs.ChangeSettings,
    "connect": inputs.Connect,
}


class World:
    """One firm. `connected`: both first listings are in, and empty."""

    def __init__(self, *, connected: bool = True) -> None:
        self.table = Table()
        self.quickbooks = QuickBooks()
        self.canopy = Canopy()
        self.now = START
        self.started: set[EffectId] = set()
        self.decisions: list[Decision] = []
        self._invariants = Invariants()
        self._number = 0
        if connected:
            self.intent("connect", realm_id=REALM)
            self.settle()

    # ---- telling

    def tell(self, given: Input, **by: Any) -> Decision:
        """Let an input be decided and take its rows into the table."""
        decision = self.tell_perhaps(given, **by)
        assert decision is not None
        return decision

    def tell_perhaps(
        self,
        given: Input,
        *,
        actor: str | None = None,
        caused_by: str | None = None,
        said_at: datetime | None = None,
    ) -> Decision | None:
        """Let an input be decided; None where it leaves no record."""
        self.now += timedelta(seconds=1)
        number = self._next_number()
        cause = Cause(
            topic="any",
            partition=0,
            offset=number,
            id=f"e-{number}",
            at=self.now,
            actor=actor,
            cause=caused_by,
            said_at=said_at,
            reason=getattr(given, "reason", None),
        )
        decision = decide(self.table, given, cause, self.started)
        if decision is not None:
            over = given.effect_id if isinstance(given, Outcome) else None
            check_nothing_begun_is_dropped(self.table, decision, self.started, over)
            for row in decision.rows:
                self.table.put(row)
            self.decisions.append(decision)
            self._invariants.check(self.table, decision)
        return decision

    def intent(
        self,
        kind: str,
        client: str | None = None,
        *,
        intent_id: str | None = None,
        said_at: datetime | None = None,
        **more: Any,
    ) -> Decision:
        """A person asks for something; they said it just now, or at another time."""
        about = {} if client is None else {"client_id": ClientId(client)}
        name = IntentId(intent_id or f"i-{self._next_number()}")
        given: Input = EVERY_INTENT[kind](**({"firm_id": FIRM, "intent_id": name} | about | more))
        return self.tell(given, actor="user:dana", said_at=said_at)

    def switch(self, *, conflicts: ConflictPolicy | None = None, **switches: bool) -> Decision:
        """Set switches: `from_canopy_creating`, `from_canopy_editing`, `from_qbo_creating`, `from_qbo_editing`."""
        before = self.firm.settings
        chosen = Settings(
            actions_from_canopy=Actions(
                creating=switches.get("from_canopy_creating", before.actions_from_canopy.creating),
                editing=switches.get("from_canopy_editing", before.actions_from_canopy.editing),
            ),
            actions_from_qbo=Actions(
                creating=switches.get("from_qbo_creating", before.actions_from_qbo.creating),
                editing=switches.get("from_qbo_editing", before.actions_from_qbo.editing),
            ),
            conflicts=conflicts or before.conflicts,
        )
        return self.intent("settings", settings=chosen)

    def all_off(self) -> None:
        """Switch off all four."""
        self.switch(
            from_canopy_creating=False,
            from_canopy_editing=False,
            from_qbo_creating=False,
            from_qbo_editing=False,
        )
        self.settle()

    def later(self, *, minutes: float) -> None:
        """Let time go by."""
        self.now += timedelta(minutes=minutes)

    # ---- what happens outside

    def add_client(self, client: str = "c-1", *, toggle: bool | None = None, **values: Value) -> Decision:
        """A client is created in Canopy, and we hear of it."""
        return self.hear(self.canopy.add(client, self.now, fields(**values)), "created", toggle)

    def edit_client(self, client: str = "c-1", **values: Value) -> Decision:
        """A client is edited in Canopy, and we hear of it."""
        return self.hear(self.canopy.edit(client, self.now, fields(**values)))

    def hear(
        self,
        client: Client,
        happened: Any = "edited",
        toggle: bool | None = None,
        *,
        cause: str | None = None,
        actor: str | None = None,
    ) -> Decision:
        """A client event arrives."""
        event = ClientObserved(firm_id=FIRM, client=client, happened=happened, sync_client=toggle)
        return self.tell(event, actor=actor, caused_by=cause)

    def notify(self, customer: str, *, time: datetime | None = None, deleted: str | None = None) -> Decision:
        """A notification arrives: of the customer's last change, where no other time is said; or of a merge."""
        about = CustomerId(customer)
        return self.tell(
            CustomerNotified(
                firm_id=FIRM,
                realm_id=REALM,
                customer_id=about,
                operation="updated" if deleted is None else "merged",
                deleted_id=CustomerId(deleted) if deleted is not None else None,
                time=time or self.quickbooks.customers[about].updated_at,
            )
        )

    def edit_customer(self, customer: str, *, active: bool | None = None, **values: Value) -> None:
        """A customer is edited in QuickBooks; we hear of it and read it."""
        self.quickbooks.edit(customer, self.now, fields(**values), active=active)
        self.notify(customer)
        self.finish_read(customer)

    def know_customer(self, customer: str, **values: Value) -> Customer:
        """A customer that was in QuickBooks before we were connected is edited there; we hear of it and read it."""
        added = self.quickbooks.add(self.now, fields(**values), customer, created=LONG_AGO)
        self.notify(customer)
        self.finish_read(customer)
        return added

    # ---- what lanes do

    def begin(self, effect: Effect) -> Effect:
        """A lane begins with an effect."""
        self.started.add(effect.id)
        return effect

    def carry_out(self, effect: Effect) -> Result:
        """Do it outside, and say what came of it, which the rows do not know yet."""
        self.begin(effect)
        return carry_out(effect, self.quickbooks, self.canopy, self.now)

    def deliver(self, key: RowKey, effect: Effect, result: Result) -> Decision:
        """The outcome arrives."""
        return self.tell(Outcome(firm_id=FIRM, effect_id=effect.id, key=key, result=result))

    def finish(self, client: str = "c-1", result: Result | None = None) -> Decision:
        """A link's write is done, or ends as said, and its outcome arrives."""
        write = self.write(client)
        self.begin(write)
        return self.deliver(self.link(client).key, write, result or self.carry_out(write))

    def finish_read(self, customer: str, result: Result | None = None) -> Decision:
        """A customer's read is done and its outcome arrives."""
        row = self.customer(customer)
        return self.deliver(row.key, row.pending[0], result or self.carry_out(row.pending[0]))

    def settle(self) -> int:
        """Carry out all that is pending until nothing is; give the number of effects that it took."""
        for done in range(MOST_STEPS):
            work = [(row.key, effect) for row in self.table for effect in row.pending if self.is_due(effect)]
            if not work:
                return done
            key, effect = work[0]
            self.deliver(key, effect, self.carry_out(effect))
        raise AssertionError(f"still writing after {MOST_STEPS} effects")

    def is_due(self, effect: Effect) -> bool:
        """Say whether it is time for an effect: sweeps and checks are always planned, for later."""
        not_before = getattr(effect, "not_before", None)
        return (
            not isinstance(effect, ListCustomers | ListClients | CheckCustomers)
            or not_before is None
            or not_before <= self.now
        )

    def _next_number(self) -> int:
        self._number += 1
        return self._number

    def copied(self) -> "World":
        """Give another world that goes on from here. What never changes is shared, which takes a fifth of the time."""
        unchanging = (
            *self.decisions,
            *self.quickbooks.customers.values(),
            *self.canopy.clients.values(),
            *self.quickbooks.answered.values(),
            *self._invariants.bodies.values(),
        )
        return deepcopy(self, {id(self.table): self.rows(), **{id(each): each for each in unchanging}})

    def rows(self) -> Table:
        """Give another table of the same rows."""
        rows = Table()
        for row in self.table:
            rows.put(row)
        return rows

    # ---- looking

    @property
    def firm(self) -> FirmRow:
        """The firm's row."""
        row = self.table.firm(FIRM)
        assert row is not None
        return row

    @property
    def firm_work(self) -> tuple[Effect, ...]:
        """What the firm has to do now, apart from sweeps that are not due."""
        return tuple(effect for effect in self.firm.pending if self.is_due(effect))

    def link(self, client: str = "c-1") -> LinkRow:
        """A client's row."""
        row = self.table.link(FIRM, ClientId(client))
        assert row is not None
        return row

    def links(self) -> list[LinkRow]:
        """All links."""
        return [row for row in self.table if isinstance(row, LinkRow)]

    def customer(self, customer: str) -> CustomerRow:
        """A customer's row."""
        row = self.table.customer(FIRM, CustomerId(customer))
        assert row is not None
        return row

    def write(self, client: str = "c-1") -> Write:
        """The write that a link has pending."""
        (write,) = self.link(client).pending
        assert isinstance(write, Write)
        return write

    @property
    def writes(self) -> int:
        """How often anything was written outside."""
        return self.quickbooks.writes + self.canopy.writes

"""Watches every decision and every write as it happens, and knows the rows by its own fold of the log."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from domain.effects import CreateCustomer, Effect, UpdateClient, UpdateCustomer, Write
from domain.fields import Field, Value
from domain.ids import ClientId, CustomerId, EffectId, FirmId, RowKey, link_key
from domain.inputs import Cause, ClientObserved
from domain.rows import CustomerRow, FirmRow, LinkRow, Row
from domain.settings import Settings
from domain.snapshots import Client, Customer
from tests.simulation.agenda import Agenda
from tests.simulation.network import Network
from tests.simulation.story import Story
from tests.simulation.topics import EVENTS, INTENTS, NOTIFICATIONS, OUTCOMES, Entry, Message

History = Mapping[Any, list[tuple[int, Value]]]

FROM_OUTSIDE = (EVENTS, NOTIFICATIONS, INTENTS)


class Judge:
    """`rows`: what all believed records say. `allowed`: how many writes a link may cost, by what was done about it."""

    def __init__(self, agenda: Agenda, story: Story, network: Network) -> None:
        self._agenda = agenda
        self._story = story
        self._network = network
        self.rows: dict[RowKey, Row] = {}
        self.holders: dict[tuple[FirmId, CustomerId], ClientId] = {}
        self.commits = 0
        self.late_commits = 0
        self.waiting: set[tuple[str, int]] = set()
        self._decided: set[tuple[str, int]] = set()
        self._bodies: dict[EffectId, Effect] = {}
        self._over: set[EffectId] = set()
        self._unconfirmed: set[EffectId] = set()
        self._noted: set[tuple[RowKey, str, str, Field, Value]] = set()
        self._created: Counter[RowKey] = Counter()
        self._asked_to_create: Counter[RowKey] = Counter()
        self._committed: Counter[RowKey] = Counter()
        self._allowed: Counter[RowKey] = Counter()
        self._customers_of: defaultdict[RowKey, set[RowKey]] = defaultdict(set)
        self._sent_version: dict[tuple[str, str, Field], int] = {}
        self._left_out: set[RowKey] = set()
        self.histories: Mapping[str, Mapping[FirmId, History]] = {}

    # ---- inputs

    def written(self, message: Message) -> None:
        """A message lies in its topic."""
        self.waiting.add((message.cause.topic, message.cause.offset))
        given = message.given
        if isinstance(given, ClientObserved) and given.sync_client is False:
            self._left_out.add(link_key(given.firm_id, given.client.client_id))

    def left_no_record(self, message: Message) -> None:
        """A message was about a firm that was never connected."""
        self.waiting.discard((message.cause.topic, message.cause.offset))

    # ---- decisions

    def decided(self, entry: Entry) -> None:
        """Look at a decision that has become true."""
        decision, cause = entry.decision, entry.cause
        if self._story.telling:
            self._tell(entry)
        place = (cause.topic, cause.offset)
        assert place not in self._decided, f"I1: {cause.id} is decided twice"
        self._decided.add(place)
        self.waiting.discard(place)
        if cause.topic == OUTCOMES:
            assert cause.cause in self._bodies, f"I14: {cause.id} is the outcome of nothing that was planned"
        befores = [self.rows.get(row.key) for row in decision.rows]
        for change in decision.changes:
            self._noted.add((change.key, change.what, change.side, change.field, change.before))
        for before, row in zip(befores, decision.rows, strict=True):
            self._check_row(before, row)
            self._check_effects(before, row, cause)
            self.rows[row.key] = row
        self._check_one_to_one(befores, decision.rows)
        if cause.topic == INTENTS and decision.verdict == "applied":
            self._allow_for_wish(decision.rows, decision.code)

    def _tell(self, entry: Entry) -> None:
        decision = entry.decision
        rows = []
        for row in decision.rows:
            said = str(row.key)
            if isinstance(row, LinkRow):
                why = row.reason or (row.problem.code if row.problem else "")
                said += f" {row.status} {why} customer {row.customer_id}"
            said += "".join(f" [{e.kind} {e.id[:6]}]" for e in row.pending)
            rows.append(said)
        self._story.tell(f"  Decided {entry.cause.id}: {decision.verdict} {decision.code}; {'; '.join(rows)}")

    def _check_row(self, before: Row | None, row: Row) -> None:
        assert row.version == (before.version if before else 0) + 1, f"{row.key} skips a version"
        if isinstance(row, LinkRow):
            old = before.client if isinstance(before, LinkRow) else None
            if old is not None:
                assert row.client is not None, f"{row.key} forgets its client"
                assert row.client.version >= old.version, f"I13: {row.key} takes an older version"
            _check_link(row)
        elif isinstance(row, CustomerRow):
            known = before.customer if isinstance(before, CustomerRow) else None
            if known is not None and row.customer is not None:
                assert row.customer.sync_token >= known.sync_token, f"I13: {row.key} takes an older version"

    def _check_effects(self, before: Row | None, row: Row, cause: Cause) -> None:
        now = {effect.id for effect in row.pending}
        for effect in row.pending:
            body = _frozen(effect)
            known = self._bodies.get(effect.id)
            if known is None:
                chained = cause.topic in FROM_OUTSIDE or cause.cause in self._bodies
                assert chained, f"I14: {effect.kind} {effect.id} has no cause"
                self._bodies[effect.id] = body
            assert known in (None, body), f"I2: {effect.kind} {effect.id} is another request now"
            assert effect.id not in self._over, f"I2: {effect.kind} {effect.id} was over, and is wanted again"
        if before is not None:
            self._over |= {effect.id for effect in before.pending} - now
            self._unconfirmed |= {
                effect.id
                for effect in before.pending
                if isinstance(effect, Write)
                and effect.id not in now
                and isinstance(row, LinkRow)
                and row.former is not None
                and row.former.unconfirmed
            }

    def _check_one_to_one(self, befores: list[Row | None], rows: tuple[Row, ...]) -> None:
        for before in befores:
            if isinstance(before, LinkRow) and before.customer_id is not None:
                place = (before.firm_id, before.customer_id)
                if self.holders.get(place) == before.client_id:
                    del self.holders[place]
        for row in rows:
            if isinstance(row, LinkRow) and row.customer_id is not None:
                place = (row.firm_id, row.customer_id)
                assert place not in self.holders, f"I3: customer {row.customer_id} has two links"
                self.holders[place] = row.client_id
                self._customers_of[row.key].add(RowKey(f"customer/{row.firm_id}/{row.customer_id}"))

    # ---- writes

    def begins(self, key: RowKey, effect: Effect, worker: Any) -> None:
        """A lane is about to send; what is over, stopped or held must not be sent."""
        if self._story.telling:
            self._story.tell(f"  Worker {worker.name} asks for {effect.kind} {effect.id[:6]} of {key}.")
        if not isinstance(effect, Write) or not worker.owns or not worker.sees_all:
            return
        why = self._why_not(key, effect.id)
        assert why is None, f"I4: {effect.kind} of {key} is sent although {why}"

    def _why_not(self, key: RowKey, effect_id: EffectId) -> str | None:
        row = self.rows[key]
        current = next((e for e in row.pending if e.id == effect_id), None)
        firm = self.rows[RowKey(f"firm/{row.firm_id}")]
        assert isinstance(firm, FirmRow)
        if current is None:
            return "it is over"
        if isinstance(current, Write) and getattr(current, "stop_at", None) is not None:
            return "it was stopped"
        if firm.connection is None:
            return "the firm is not connected"
        if isinstance(current, Write) and current.asked_by == "rule" and not _is_on(firm.settings, current):
            return "its switch is off"
        return None

    def edited(self, key: RowKey) -> None:
        """A person changed a client or a customer: its link may cost a write more."""
        self._allowed[key] += 1

    def _allow_for_wish(self, rows: tuple[Row, ...], code: str) -> None:
        about = rows[0]
        if code == "unmatch":
            self._left_out.add(about.key)
        elif isinstance(about, LinkRow):
            self._left_out.discard(about.key)
        if code in {"create", "retry", "answer"}:
            self._asked_to_create[about.key] += 1
        if isinstance(about, FirmRow):
            for row in self.rows.values():
                if isinstance(row, LinkRow) and row.firm_id == about.firm_id:
                    self._allowed[row.key] += 2
        else:
            self._allowed[about.key] += 2

    def committed(
        self,
        side: str,
        effect: CreateCustomer | UpdateCustomer | UpdateClient,
        before: Client | Customer | None,
        after: Client | Customer,
    ) -> None:
        """One side has carried out a write of ours."""
        trip = self._network.trip
        assert trip is not None
        key = trip.key
        self.commits += 1
        self._committed[key] += 1
        if self._story.telling:
            named = ", ".join(f"{f}={v!r}" for f, v in effect.values.items())
            about = after.customer_id if isinstance(after, Customer) else after.client_id
            self._story.tell(f"  {side} carries out {effect.kind} {effect.id[:6]} on {about}: {named}.")
        row = self.rows[key]
        wanted = any(e.id == effect.id for e in row.pending)
        if not wanted:
            assert trip.late or effect.id in self._unconfirmed, (
                f"I4: {effect.kind} of {key} is carried out after it was said to be over"
            )
            self.late_commits += 1
        if isinstance(effect, CreateCustomer):
            by_rule = wanted and effect.asked_by == "rule"
            assert not (by_rule and key in self._left_out), f"I4: {key} was left out, and is created"
            self._created[key] += 1
            assert self._created[key] <= 1 + self._asked_to_create[key], f"I2: two customers for {key}"
        allowed = self._allowed[key] + sum(self._allowed[c] for c in self._customers_of[key])
        assert self._committed[key] <= allowed + self.late_commits, f"I6: too many writes for {key}"
        if isinstance(row, LinkRow) and not trip.late:
            self._check_age(row, side, effect, after)
        if before is not None and wanted and isinstance(row, LinkRow):
            self._check_overwritten(row, side, effect, before)

    def _check_age(self, link: LinkRow, side: str, effect: Any, after: Client | Customer) -> None:
        """What is sent is never older than what was sent before: by the source's own versions."""
        source = "canopy" if side == "quickbooks" else "quickbooks"
        history = self.histories[source][link.firm_id]
        about = link.client_id if source == "canopy" else link.customer_id
        target = after.customer_id if isinstance(after, Customer) else link.customer_id
        for field, value in effect.values.items():
            versions = [version for version, stood in history.get((about, field), ()) if stood == value]
            place = (f"{link.key} {target}", side, field)
            if versions:
                assert versions[-1] >= self._sent_version.get(place, 0), (
                    f"I13: {side} gets an older {field} of {link.key} than it had"
                )
                self._sent_version[place] = versions[-1]

    def _check_overwritten(self, link: LinkRow, side: str, effect: Any, before: Client | Customer) -> None:
        """Whatever a write overwrites is on the timeline, and as lost if the other side had changed it too."""
        for field, value in effect.values.items():
            gone = before.values.get(field)
            if gone == value:
                continue
            assert (link.key, "sent", side, field, gone) in self._noted, (
                f"I9: {field} of {link.key} is overwritten and the timeline does not say what stood there"
            )
            pair = link.agreed.get(field)
            agreed = None if pair is None else (pair.customer if side == "quickbooks" else pair.client)
            if gone is not None and gone != agreed and not getattr(effect, "for_match", False):
                assert (link.key, "lost", side, field, gone) in self._noted, (
                    f"I9: {field} of {link.key} is overwritten in silence"
                )


def _check_link(link: LinkRow) -> None:
    assert len(link.pending) <= 1, f"{link.key} has two writes pending"
    assert (link.status == "needs_attention") == (link.problem is not None), f"{link.key}: status and problem"
    assert (link.status == "not_synced") == (link.reason is not None), f"{link.key}: status and reason"
    if link.status == "not_synced":
        assert not link.pending, f"{link.key} is not synced, and writes"
        assert link.customer_id is None, f"{link.key} is not synced, and has a customer"


def _is_on(settings: Settings, effect: Write) -> bool:
    switches = {
        "create_customer": settings.actions_from_canopy.creating,
        "update_customer": settings.actions_from_canopy.editing,
        "create_client": settings.actions_from_qbo.creating,
        "update_client": settings.actions_from_qbo.editing,
    }
    return switches[effect.kind]


def _frozen(effect: Effect) -> Effect:
    """Leave out what says when and whether to send, which may change while the body may not."""
    changes = {name: None for name in ("stop_at", "not_before") if getattr(effect, name, None) is not None}
    return replace(effect, **changes) if changes else effect

"""Watches every decision and every write as it happens, and knows the rows by its own fold of the log."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from domain.agreed import Agreed
from domain.decision import Decision
from domain.effects import CreateClient, Effect, Write
from domain.fields import Field, Value
from domain.firm_rows import FirmRow
from domain.ids import (
    ALL_FIRMS,
    ClientId,
    CustomerId,
    EffectId,
    FirmId,
    RealmId,
    RowKey,
    customer_key,
    firm_key,
    link_key,
)
from domain.inputs import Answer, Cause, ClientObserved, CustomerNotified, Input, Outcome
from domain.link.states import state_of
from domain.remembered import Settled
from domain.rows import CustomerRow, LinkRow, Row, Tombstone
from domain.settled import settled_by
from streams.wire.inputs import Message
from streams.wire.topics import CLIENT_EVENTS, INTENTS, NOTIFICATIONS, OUTCOMES
from tests.simulation.company_judge import CompanyJudge
from tests.simulation.log import Entry, Part
from tests.simulation.network import Network
from tests.simulation.story import Story
from tests.simulation.topics import Written
from tests.simulation.write_judge import WriteJudge

Place = tuple[str, int, int]
"""Where an input lies: topic, partition, offset."""

FROM_OUTSIDE = (CLIENT_EVENTS, NOTIFICATIONS, INTENTS)


class Judge:
    """`rows`: what all believed records say. `noted`: the lines of the timeline. `past`: what links once held.

    `answers`: what answers about a link have settled; `undoes`: writes by which one is taken back.

    `went_back`: clients and customers of which a side has restored an older state. `waiting`: inputs that are not decided yet. `customers_of`: all customers that a link ever had. `agreed_then`: what was
    agreed when an effect was planned, whatever a person says while it is under way. `company_then`: of which company it is. `merges_heard`: customers of which
    we were told that they went into another. `left_apart`: of a link's field, the values of both sides that a person has left as they were.
    """

    def __init__(self, story: Story, network: Network) -> None:
        self._story = story
        self.writes = WriteJudge(self, story, network)
        self._companies = CompanyJudge()
        self.rows: dict[RowKey, Row] = {}
        self.holders: dict[tuple[FirmId, CustomerId], ClientId] = {}
        self.waiting: dict[Place, Input] = {}
        self._may_leave_none: set[Place] = set()
        self._decided: set[Place] = set()
        self._positions: dict[tuple[str, int], int] = {}
        self._carried_out: set[tuple[str, int]] = set()
        self._bodies: dict[EffectId, Effect] = {}
        self._planned_for: dict[EffectId, RowKey] = {}
        self.agreed_then: dict[EffectId, Agreed] = {}
        self.company_then: dict[EffectId, RealmId | None] = {}
        self._over: set[EffectId] = set()
        self.unconfirmed: set[EffectId] = set()
        self.noted: set[tuple[RowKey, str, str, Field, Value]] = set()
        self.answers: defaultdict[RowKey, list[Settled]] = defaultdict(list)
        self.undoes: set[EffectId] = set()
        self.customers_of: defaultdict[RowKey, set[RowKey]] = defaultdict(set)
        self.merges_heard: set[RowKey] = set()
        self.left_apart: defaultdict[tuple[RowKey, Field], list[tuple[Value, Value]]] = defaultdict(list)
        self.went_back: set[RowKey] = set()
        self.past: defaultdict[RowKey, list[tuple[int, CustomerId, Agreed, RealmId | None]]] = defaultdict(
            list
        )

    def goes_back(self, key: RowKey) -> None:
        """A side has restored an older state of this client or customer: its versions say nothing for certain any more."""
        self.went_back.add(key)
        for _ in range(3):
            self.writes.edited(key)

    # ---- inputs

    def written(self, written: Written) -> None:
        """A message lies in its topic."""
        given = written.given
        place = _place_of(written.message)
        self.waiting[place] = given
        if self._leaves_no_record(given):
            self._may_leave_none.add(place)
        if isinstance(given, ClientObserved) and given.sync_client is False:
            self.writes.left_out.add(link_key(given.firm_id, given.client.client_id))

    def has_decided(self, message: Message) -> bool:
        """Say whether the log says that an input was decided."""
        return message.offset <= self._positions.get((message.topic, message.partition), -1)

    def acknowledged(self, message: Message) -> None:
        """A worker lets go of an input for good."""
        place = _place_of(message)
        assert place not in self.waiting or place in self._may_leave_none, (
            f"I1: {message.topic}/{message.offset} is acknowledged, and is not in the log"
        )

    # ---- what lands in the log

    def landed(self, entry: Entry) -> None:
        """Look at a batch that all believe, one decision after the other."""
        for part in entry.parts:
            self._landed(part, entry.partition)

    def _landed(self, part: Part, partition: int) -> None:
        for record in part.records:
            assert record.positions == part.records[0].positions, (
                "records of a decision claim different positions"
            )
        self._check_positions(part, partition)
        if part.cause is None:
            for record in part.records:
                row = self.rows.get(record.row.key)
                same = row is None if isinstance(record.row, Tombstone) else record.row == row
                assert same, f"{record.row.key} is written again as it was not"
        else:
            self._decided_in(part, part.cause)

    def _check_positions(self, part: Part, partition: int) -> None:
        """What a record says is decided was decided by it or before, or is a fact about a firm that was never connected."""
        cause = part.cause
        for topic, position in part.records[0].positions.items():
            first = self._positions.get((topic, partition), -1) + 1
            for offset in range(first, position + 1):
                if cause is not None and (topic, offset) == (cause.topic, cause.offset):
                    continue
                given = self.waiting.pop((topic, partition, offset), None)
                assert given is not None, f"I1: {topic}/{offset} is said to be decided before it came"
                assert self._leaves_no_record(given), f"I1: {topic}/{offset} is passed over"
            assert position >= first - 1, f"I1: the position of {topic} goes back"
            self._positions[topic, partition] = position
        if cause is not None:
            assert cause.partition == partition, f"I1: {cause.id} is decided in another partition"
            assert self._positions.get((cause.topic, partition)) == cause.offset, (
                f"I1: {cause.id} is not said to be decided"
            )

    def _leaves_no_record(self, given: Input) -> bool:
        firm = self.rows.get(firm_key(given.firm_id))
        never_connected = not isinstance(firm, FirmRow) or firm.connection is None
        return never_connected and isinstance(given, ClientObserved | CustomerNotified | Outcome)

    # ---- decisions

    def _decided_in(self, part: Part, cause: Cause) -> None:
        """Look at a decision that has become true."""
        decision = part.decision
        if self._story.telling and not _is_a_sweep(decision):
            self._tell(decision, cause)
        place = (cause.topic, cause.partition, cause.offset)
        assert place not in self._decided, f"I1: {cause.id} is decided twice"
        self._decided.add(place)
        given = self.waiting.pop(place, None)
        _check_firm(decision, given)
        if cause.topic == OUTCOMES:
            assert cause.cause in self._bodies, f"I14: {cause.id} is the outcome of nothing that was planned"
        befores = [self.rows.get(row.key) for row in decision.rows]
        if isinstance(given, Answer) and decision.verdict == "applied":
            self._note_answer(given, decision)
        for change in decision.changes:
            self.noted.add((change.key, change.what, change.side, change.field, change.before))
        for before, row in zip(befores, decision.rows, strict=True):
            self._check_row(before, row)
            self._check_effects(before, row, cause)
            self._check_company(before, row, decision.code)
            self.rows[row.key] = row
            if isinstance(row, CustomerRow) and row.customer is None and row.merged_into is None:
                self.merges_heard.discard(row.key)  # forgotten with its company
            if isinstance(row, LinkRow) and row.status == "synced" and row.customer_id is not None:
                firm = self.rows.get(firm_key(row.firm_id))
                realm = firm.company_of_links if isinstance(firm, FirmRow) else None
                self.past[row.key].append((row.version, row.customer_id, row.agreed, realm))
        merged = given.deleted_id if isinstance(given, CustomerNotified) else None
        if given is not None and merged is not None and decision.verdict == "applied":
            self.merges_heard.add(customer_key(given.firm_id, merged))
        self._check_one_to_one(befores, decision.rows)
        for before, row in zip(befores, decision.rows, strict=True):
            if _is_parted(before, row):
                self.writes.edited(row.key)
        if cause.topic == INTENTS and decision.verdict == "applied":
            self._carry_out(decision, cause, befores)

    def _carry_out(self, decision: Decision, cause: Cause, befores: Sequence[Row | None]) -> None:
        once = (cause.id, cause.partition)
        assert once not in self._carried_out, f"I1: {cause.id} is carried out twice"
        self._carried_out.add(once)
        self.writes.allow_for_intent(decision.rows, decision.code)
        if decision.code == "leave_both":
            self._note_left_apart(befores)

    def _note_left_apart(self, befores: Sequence[Row | None]) -> None:
        for link in befores:
            if not isinstance(link, LinkRow) or link.customer_id is None:
                continue
            row = self.rows.get(customer_key(link.firm_id, link.customer_id))
            ours = link.client.values if link.client is not None else {}
            theirs = row.customer.values if isinstance(row, CustomerRow) and row.customer is not None else {}
            for field in (*link.held.to_quickbooks, *link.held.to_canopy):
                self.left_apart[link.key, field].append((ours.get(field), theirs.get(field)))

    def _note_answer(self, given: Answer, decision: Decision) -> None:
        """Remember what an answer has settled, as the history of its link would tell it later."""
        key = link_key(given.firm_id, given.client_id)
        before = self.rows.get(key)
        after = next((row for row in decision.rows if row.key == key), None)
        if not isinstance(before, LinkRow) or not isinstance(after, LinkRow):
            return
        row = (
            self.rows.get(customer_key(before.firm_id, before.customer_id))
            if before.customer_id is not None
            else None
        )
        customer = row.customer if isinstance(row, CustomerRow) else None
        settled = settled_by(before, after, customer, given.choice, given.field)
        if isinstance(settled, Settled):
            self.answers[key].append(settled)

    def _tell(self, decision: Decision, cause: Cause) -> None:
        rows = []
        for row in decision.rows:
            said = str(row.key)
            if isinstance(row, LinkRow):
                why = row.reason or (row.problem.code if row.problem else "")
                said += f" {row.status} {why} customer {row.customer_id}"
            said += "".join(f" [{e.kind} {e.id[:6]}]" for e in row.pending)
            rows.append(said)
        self._story.tell(f"  Decided {cause.id}: {decision.verdict} {decision.code}; {'; '.join(rows)}")

    def _check_row(self, before: Row | None, row: Row) -> None:
        assert row.version == (before.version if before else 0) + 1, f"{row.key} skips a version"
        if isinstance(row, LinkRow):
            old = before.client if isinstance(before, LinkRow) else None
            if old is not None:
                assert row.client is not None, f"{row.key} forgets its client"
                went_back = row.key in self.went_back
                assert went_back or row.client.version >= old.version, (
                    f"I13: {row.key} takes an older version"
                )
            _check_link(row)
            state_of(row)  # it raises for a row that no link can be
        elif isinstance(row, CustomerRow):
            known = before.customer if isinstance(before, CustomerRow) else None
            if known is not None and row.customer is not None:
                newer = row.customer.sync_token >= known.sync_token
                assert newer or row.key in self.went_back, f"I13: {row.key} takes an older version"

    def is_over(self, effect: EffectId) -> bool:
        """Say whether the log says what became of an effect, or that it is not wanted any more."""
        return effect in self._over

    def planned(self, effect: EffectId) -> tuple[RowKey, Effect] | None:
        """Say for which row an effect was planned, and what it is."""
        body = self._bodies.get(effect)
        return (self._planned_for[effect], body) if body is not None else None

    def _check_company(self, before: Row | None, row: Row, code: str) -> None:
        if isinstance(row, LinkRow):
            firm = self.rows.get(firm_key(row.firm_id))
            old = before if isinstance(before, LinkRow) else None
            self._companies.take(firm if isinstance(firm, FirmRow) else None, old, row, code)

    def _check_effects(self, before: Row | None, row: Row, cause: Cause) -> None:
        now = {effect.id for effect in row.pending}
        for effect in row.pending:
            body = _frozen(effect)
            known = self._bodies.get(effect.id)
            if known is None:
                chained = cause.topic in FROM_OUTSIDE or cause.cause in self._bodies
                assert chained, f"I14: {effect.kind} {effect.id} has no cause"
                self._bodies[effect.id] = body
                self._planned_for[effect.id] = row.key
                firm = self.rows.get(firm_key(row.firm_id))
                self.company_then[effect.id] = firm.company_of_links if isinstance(firm, FirmRow) else None
                if isinstance(row, LinkRow) and row.undoing is not None and isinstance(effect, Write):
                    self.undoes.add(effect.id)
                if isinstance(row, LinkRow):
                    self.agreed_then[effect.id] = row.agreed
            assert known in (None, body), f"I2: {effect.kind} {effect.id} is another request now"
            assert effect.id not in self._over, f"I2: {effect.kind} {effect.id} was over, and is wanted again"
        if before is not None:
            self._check_dropped(before, row, now, cause)
            self._over |= {effect.id for effect in before.pending} - now
            self.unconfirmed |= {
                effect.id
                for effect in before.pending
                if isinstance(effect, Write)
                and effect.id not in now
                and isinstance(row, LinkRow)
                and row.former is not None
                and row.former.unconfirmed
            }

    def _check_dropped(self, before: Row, row: Row, now: set[EffectId], cause: Cause) -> None:
        """A write that was asked for leaves its row by its own answer, or with the company that it is of."""
        if isinstance(row, LinkRow) and row.reason == "disconnected":
            return
        if isinstance(row, CustomerRow) and row.customer is None:
            return
        for effect in before.pending:
            if isinstance(effect, Write | CreateClient) and effect.id not in now and cause.cause != effect.id:
                assert effect.id not in self.writes.begun, (
                    f"I4: {effect.kind} of {row.key} is dropped, and was asked for"
                )

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
                self.customers_of[row.key].add(RowKey(f"customer/{row.firm_id}/{row.customer_id}"))


def _place_of(message: Message) -> Place:
    return message.topic, message.partition, message.offset


def _check_firm(decision: Decision, given: Input | None) -> None:
    """What one firm is told changes no row of another, though both may lie in one partition."""
    for row in decision.rows if given is not None and given.firm_id != ALL_FIRMS else ():
        assert given is None or row.firm_id == given.firm_id, (
            f"{row.key} changes by what {given.firm_id} is told"
        )


def _is_a_sweep(decision: Decision) -> bool:
    """Say whether it is one of the many listings and checks that found nothing, of which nobody wants to read."""
    return decision.code in {"listed", "customers_checked"} and len(decision.rows) == 1


def _check_link(link: LinkRow) -> None:
    assert sum(isinstance(effect, Write) for effect in link.pending) <= 1, (
        f"{link.key} has two writes pending"
    )
    assert (link.status == "needs_attention") == (link.problem is not None), f"{link.key}: status and problem"
    unmatched = link.status == "not_synced" or (
        link.problem is not None and link.problem.resume == "not_synced"
    )
    assert unmatched == (link.reason is not None), f"{link.key}: status and reason"
    if link.status == "not_synced":
        assert link.write is None, f"{link.key} is not synced, and writes"
        assert link.customer_id is None, f"{link.key} is not synced, and has a customer"


def _frozen(effect: Effect) -> Effect:
    """Leave out what says when and whether to send, which may change while the body may not."""
    changes: dict[str, Any] = {
        name: None for name in ("stop_at", "not_before") if getattr(effect, name, None) is not None
    }
    return replace(effect, **changes) if changes else effect


def _is_parted(before: Row | None, row: Row) -> bool:
    """Say whether an edit is carried out in two writes: its name is taken and waits, the rest is sent at once."""
    if not isinstance(row, LinkRow) or not _waits_for_name(row):
        return False
    return not (isinstance(before, LinkRow) and _waits_for_name(before)) and any(
        isinstance(effect, Write) and Field.DISPLAY_NAME not in effect.values for effect in row.pending
    )


def _waits_for_name(link: LinkRow) -> bool:
    return link.problem is not None and link.problem.code == "display_name_taken"

"""One decision in the making: the table as it is, with the rows that this input has changed so far laid over it."""

from collections.abc import Container, Iterable, Iterator
from datetime import datetime
from itertools import chain
from typing import Literal, TypeVar

from domain.codes import DecisionCode
from domain.decision import Change, Decision, Verdict
from domain.effects import CreateCustomer, Effect
from domain.fields import Field, Value
from domain.firm_rows import AllFirmsRow, FirmRow
from domain.ids import (
    ClientId,
    CustomerId,
    EffectId,
    FirmId,
    RowKey,
    customer_key,
    effect_id,
    firm_key,
    link_key,
)
from domain.inputs import Cause
from domain.layer import Layer
from domain.names import folded
from domain.problem import Problem, ProblemCode
from domain.remembered import Edited, LostCreate
from domain.replacing import replace
from domain.rows import CustomerRow, LinkRow, Row
from domain.table import Table

R = TypeVar("R", LinkRow, CustomerRow)


class Draft:
    """Reads through to the table; `put` replaces a row for this decision only.

    `started`: names the effects that a lane has begun, or may have begun before this worker took over.
    """

    def __init__(self, table: Table | Layer, cause: Cause, started: Container[EffectId]) -> None:
        self._table = table
        self._rows: dict[RowKey, Row] = {}
        self._changes: list[Change] = []
        self._facts: dict[str, str] = {}
        self._started = started
        self.cause = cause

    @property
    def now(self) -> datetime:
        """When the input was written: the only clock there is in here."""
        return self.cause.at

    def because(self, link: LinkRow) -> str | None:
        """Give the words of the one who brought a link where it stands: in this decision, or before."""
        return self.cause.reason if link.since == self.now else link.because

    def has_started(self, effect: Effect) -> bool:
        """Say whether an effect may already have reached the other side."""
        return effect.id in self._started

    def firm(self, firm: FirmId) -> FirmRow | None:
        """Give a firm's row."""
        row = self._rows.get(firm_key(firm))
        return row if isinstance(row, FirmRow) else self._table.firm(firm)

    def link(self, firm: FirmId, client: ClientId) -> LinkRow | None:
        """Give a client's row."""
        row = self._rows.get(link_key(firm, client))
        return row if isinstance(row, LinkRow) else self._table.link(firm, client)

    def latest(self, link: LinkRow) -> LinkRow:
        """Give a link as this decision has it by now."""
        row = self._rows.get(link.key)
        return row if isinstance(row, LinkRow) else link

    def customer(self, firm: FirmId, customer: CustomerId) -> CustomerRow | None:
        """Give a customer's row."""
        row = self._rows.get(customer_key(firm, customer))
        return row if isinstance(row, CustomerRow) else self._table.customer(firm, customer)

    def customer_of(self, link: LinkRow) -> CustomerRow | None:
        """Give the row of a link's customer; None: it has none, or we never heard of it."""
        return self.customer(link.firm_id, link.customer_id) if link.customer_id is not None else None

    def row(self, key: RowKey) -> Row | None:
        """Give a row by its key."""
        return self._rows.get(key) or self._table.get(key)

    def link_of(self, firm: FirmId, customer: CustomerId) -> LinkRow | None:
        """Give the link that has this customer, also where this decision just gave or took it."""
        for row in self._rows.values():
            if isinstance(row, LinkRow) and row.firm_id == firm and row.customer_id == customer:
                return row
        found = self._table.link_of(firm, customer)
        if found is None:
            return None
        current = self.link(firm, found.client_id)
        return current if current is not None and current.customer_id == customer else None

    def creates(self, firm: FirmId) -> bool:
        """Say whether a customer is being created in the firm, whose first notice may come before its outcome."""
        return next(self._creating(firm), None) is not None

    def creating(self, firm: FirmId) -> list[LinkRow]:
        """Give the links for which a customer is being created, in the order of their ids."""
        return sorted(self._creating(firm), key=lambda link: link.client_id)

    def _creating(self, firm: FirmId) -> Iterator[LinkRow]:
        # The first one is often all that is asked for, and thousands may wait: they are not put in order for that.
        drafted = {row.client_id for row in self._drafted(LinkRow, firm)}
        for client in chain(drafted, self._table.creates(firm) - drafted):
            row = self.link(firm, client)
            if row is not None and any(isinstance(each, CreateCustomer) for each in row.pending):
                yield row

    def put_off_reads(self, firm: FirmId) -> Iterable[CustomerRow]:
        """Give the customers whose read waits for a write of ours, in the order of their ids."""
        for customer in sorted(self._table.put_off_reads(firm)):
            row = self.customer(firm, customer)
            if row is not None and any(read.not_before for read in row.reads):
                yield row

    def arriving(self, firm: FirmId) -> Iterable[CustomerRow]:
        """Give the new customers that may yet become a client, or are about to, in the order of their ids."""
        drafted = {row.customer_id for row in self._drafted(CustomerRow, firm)}
        for customer in sorted(self._table.arriving(firm) | drafted):
            row = self.customer(firm, customer)
            if row is not None and (row.arrival == "open" or row.create is not None):
                yield row

    def added_by(self, firm: FirmId, effect: EffectId) -> CustomerRow | None:
        """Give the customer for which this effect creates a client, or perhaps did."""
        customer = self._table.added_by(firm, effect)
        return self.customer(firm, customer) if customer is not None else None

    def customers_adding(self, firm: FirmId, name: str) -> list[CustomerRow]:
        """Give the customers for which a client of this name is being created, or perhaps was, in the order of their ids."""
        drafted = {row.customer_id for row in self._drafted(CustomerRow, firm)}
        ids = sorted(self._table.customers_adding(firm, name) | drafted)
        rows = (self.customer(firm, each) for each in ids)
        return [row for row in rows if row is not None and _adds(row, folded(name))]

    def customers_named(self, firm: FirmId, name: str) -> list[CustomerId]:
        """Name the active customers whose display name counts as this one, in the order of their ids."""
        drafted = {row.customer_id for row in self._drafted(CustomerRow, firm)}
        ids = sorted(self._table.customers_named(firm, name) | drafted)
        return [each for each in ids if _has_name(self.customer(firm, each), folded(name))]

    def clients_like(self, firm: FirmId, name: Value, email: Value) -> list[LinkRow]:
        """Give the clients whose display name or email counts as these; those that share both first."""
        rows = self._links(firm, self._table.clients_like(firm, name, email))
        found = [row for row in rows if _likeness(row, name, email)]
        return sorted(found, key=lambda row: -_likeness(row, name, email))

    def clients_named(self, firm: FirmId, name: str) -> list[LinkRow]:
        """Give the clients whose display name counted as this one before this decision, as they are now, in the order of their ids."""
        rows = (self.link(firm, each) for each in sorted(self._table.clients_like(firm, name, None)))
        return [row for row in rows if row is not None]

    def asked_about(self, firm: FirmId, customer: CustomerId) -> list[LinkRow]:
        """Give the clients with an open question about this customer."""
        rows = self._links(firm, self._table.asked_about(firm, customer))
        return [row for row in rows if row.problem and row.problem.customer_id == customer]

    def lost_creates(self, firm: FirmId, name: Value) -> list[LostCreate]:
        """Give the creates of customers of this name of which nobody can say whether they happened."""
        rows = self._links(firm, self._table.lost_creates(firm, name))
        found = [row.lost_create for row in rows if row.lost_create is not None]
        return [lost for lost in found if folded(lost.name) == folded(name)]

    def awaiting_name(self, firm: FirmId, name: str) -> list[LinkRow]:
        """Give the clients that can't have this display name, since somebody else has it."""
        rows = self._links(firm, self._table.awaiting_name(firm, name))
        return [row for row in rows if _awaits(row, folded(name))]

    def awaiting_names(self, firm: FirmId) -> list[LinkRow]:
        """Give the clients that can't have their display name."""
        rows = self._links(firm, self._table.awaiting_names(firm))
        return [row for row in rows if row.problem and row.problem.taken is not None]

    def asked_who_keeps(self, firm: FirmId) -> list[LinkRow]:
        """Give the clients that are asked which of two keeps a customer."""
        rows = self._links(firm, self._table.asked_who_keeps(firm))
        return [row for row in rows if row.is_asked_who_keeps]

    def formerly_linked(self, firm: FirmId, customer: CustomerId) -> list[ClientId]:
        """Name the clients that were linked with this customer last."""
        return [row.client_id for row in self.parted_from(firm, customer)]

    def parted_from(self, firm: FirmId, customer: CustomerId) -> list[LinkRow]:
        """Give the links that had this customer last."""
        rows = self._links(firm, self._table.formerly_linked(firm, customer))
        return [row for row in rows if row.former and row.former.customer_id == customer]

    def all_firms(self, partition: int) -> AllFirmsRow:
        """Give the row of what goes for all firms."""
        return self._table.all_firms(partition) or AllFirmsRow(partition=partition)

    def clients_after(self, firm: FirmId, after: str | None, most: int) -> tuple[ClientId, ...]:
        """Name the next clients of a firm."""
        return self._table.clients_after(firm, after, most)

    def customers_after(self, firm: FirmId, after: str | None, most: int) -> tuple[CustomerId, ...]:
        """Name the next customers of a firm."""
        return self._table.customers_after(firm, after, most)

    def next_version(self, key: RowKey) -> int:
        """Give the version that a row has once this decision is written."""
        before = self._table.get(key)
        return (before.version if before else 0) + 1

    def effect_id(self, key: RowKey, kind: str) -> EffectId:
        """Name an effect that this decision plans."""
        return effect_id(key, self.next_version(key), kind)

    def question(
        self,
        key: RowKey,
        code: ProblemCode,
        resume: Literal["not_synced", "creating", "matching", "synced"],
        *,
        fields: tuple[Field, ...] = (),
        detail: str | None = None,
        customer_id: CustomerId | None = None,
    ) -> Problem:
        """Ask a person about a row: a question that comes up now, by a name of its own."""
        return Problem(
            id=self.effect_id(key, code),
            code=code,
            since=self.now,
            resume=resume,
            fields=fields,
            detail=detail,
            customer_id=customer_id,
        )

    def put(self, row: Row) -> None:
        """Replace a row in this decision."""
        self._rows[row.key] = row

    def forget(self, key: RowKey) -> None:
        """Leave a row as it stands in the table."""
        self._rows.pop(key, None)

    def note(self, *changes: Change) -> None:
        """Add lines to the timeline."""
        self._changes.extend(changes)

    def tell(self, **facts: str) -> None:
        """Add to what explains the decision: ids, and names of people."""
        self._facts.update(facts)

    def decide(self, verdict: Verdict, code: DecisionCode, about: Row, **facts: str) -> Decision:
        """Close the draft. `about`: the row that the input was about; as it is by now, it is written even if nothing changed."""
        rows = {about.key: self._rows.get(about.key, about)} | {
            key: row for key, row in self._rows.items() if row != self._table.get(key)
        }
        return Decision(
            verdict=verdict,
            code=code,
            rows=tuple(self._seal(row) for row in rows.values()),
            changes=tuple(self._changes),
            facts={**self._facts, **facts},
        )

    def _links(self, firm: FirmId, found: frozenset[ClientId]) -> Iterator[LinkRow]:
        """Give the links that a look-up of the table found, and those of this decision, as they are now, in order."""
        drafted = {row.client_id for row in self._drafted(LinkRow, firm)}
        for client in sorted(found | drafted):
            row = self.link(firm, client)
            if row is not None:
                yield row

    def _drafted(self, kind: type[R], firm: FirmId) -> list[R]:
        return [row for row in self._rows.values() if isinstance(row, kind) and row.firm_id == firm]

    def _seal(self, row: Row) -> Row:
        version = self.next_version(row.key)
        if not isinstance(row, LinkRow):
            return replace(row, version=version)
        before = self._table.link(row.firm_id, row.client_id)
        same = before is not None and _what_people_act_on(before) == _what_people_act_on(row)
        decided = before.decided_version if before is not None and same else version
        return replace(
            row,
            version=version,
            decided_version=decided,
            because=self.because(row),
            edited=self._edited(row),
        )

    def _edited(self, row: LinkRow) -> Edited | None:
        """Say when and where the client or its customer was edited last; what we write ourselves is no edit."""
        seen = [change for change in self._changes if change.what == "seen" and change.key == row.key]
        return Edited(at=self.now, side=seen[-1].side) if seen else row.edited


def _has_name(row: CustomerRow | None, name: str) -> bool:
    customer = row.customer if row is not None else None
    if customer is None or customer.gone or not customer.active:
        return False
    return folded(customer.values.get(Field.DISPLAY_NAME)) == name


def _adds(row: CustomerRow, name: str) -> bool:
    return any(folded(create.values.get(Field.DISPLAY_NAME)) == name for create in row.creates)


def _awaits(row: LinkRow, name: str) -> bool:
    return row.problem is not None and row.problem.taken is not None and folded(row.problem.taken) == name


def _likeness(row: LinkRow, name: Value, email: Value) -> int:
    values = row.client.values if row.client is not None else {}
    same_name = bool(folded(name)) and folded(values.get(Field.DISPLAY_NAME)) == folded(name)
    same_email = bool(folded(email)) and folded(values.get(Field.EMAIL)) == folded(email)
    return 2 * same_name + same_email


def _what_people_act_on(link: LinkRow) -> tuple[object, ...]:
    return (link.status, link.customer_id, link.problem.id if link.problem else None, link.choice)

"""What a restore would do to one client, as a person is shown it before they ask for it, and as a plan lists it."""

from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from domain.codes import RefusalCode, is_refusal
from domain.decision import Verdict
from domain.fields import Field, Value, Values
from domain.foresight import Foreseen, foresee
from domain.ids import EffectId, Side
from domain.inputs import Restore
from domain.known import survivor_of
from domain.limits import in_step
from domain.problem import Problem, ProblemCode
from domain.rows import CustomerRow, LinkRow
from domain.table import Table

RestoreOutcome = Literal["restored", "already_so", "question", "blocked"]

RestoredCode = Literal["restored", "restored_to_survivor", "restored_inactive", "restored_under_way"]
"""How a link comes back: with its own customer, with the one that it went into, with one that is inactive, or with a
write that has to end first."""

ForeseenCode = (
    RestoredCode | Literal["unmatched", "already_so", "unmatched_since"] | RefusalCode | ProblemCode
)
"""`unmatched`: a restore is taken back; `already_so`: it was taken back since; `unmatched_since`: the link was taken apart
once more, which is not to be undone."""

Fate = Literal["to_quickbooks", "to_canopy", "asked", "held", "same", "spelled_differently", "apart"]
"""What becomes of a field. `apart`: both sides differ, and stay so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RestoredField:
    """One field that either side has: what stands there now, and what would in the end."""

    field: Field
    canopy: Value
    canopy_after: Value
    quickbooks: Value
    quickbooks_after: Value
    fate: Fate


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeseenRestore:
    """The answer for one client. `facts` explain what blocks it; `problem`: the question that comes up.

    `before` and `customer`: the link and its customer as they were looked at.
    """

    outcome: RestoreOutcome
    code: ForeseenCode
    facts: Mapping[str, str]
    before: LinkRow | None
    customer: CustomerRow | None = None
    writes: Mapping[Side, Values] = field(default_factory=dict)
    requests: int = 0
    problem: Problem | None = None
    fields: tuple[RestoredField, ...] = ()

    @property
    def customer_sync_token(self) -> int | None:
        """Say as of when the customer was looked at."""
        seen = self.customer.customer if self.customer is not None else None
        return seen.sync_token if seen is not None else None

    @property
    def client_version(self) -> int | None:
        """Say as of when the client was looked at."""
        client = self.before.client if self.before is not None else None
        return client.version if client is not None else None


def foresee_restore(
    table: Table, intent: Restore, at: datetime, started: Container[EffectId]
) -> ForeseenRestore:
    """Decide a restore on rows that nobody else sees, which then hold what it would leave; say what it comes to."""
    before = table.link(intent.firm_id, intent.client_id)
    now = _customer_of(table, before, intent)
    foreseen = foresee(table, intent, at, started)
    link = foreseen.link
    if foreseen.verdict is not Verdict.APPLIED or before is None or link is None:
        code: RefusalCode = foreseen.code if is_refusal(foreseen.code) else "too_old"
        return ForeseenRestore(outcome="blocked", code=code, facts=foreseen.facts, before=before)
    then = table.customer(link.firm_id, link.customer_id) if link.customer_id is not None else None
    problem = link.problem
    return ForeseenRestore(
        outcome="question" if problem is not None else "restored",
        code=problem.code if problem is not None else _restored(link, foreseen, then),
        facts=foreseen.facts,
        writes=foreseen.writes,
        requests=foreseen.requests,
        problem=problem,
        before=before,
        customer=now,
        fields=fields_after(before, foreseen, link, now, then),
    )


def _customer_of(table: Table, link: LinkRow | None, intent: Restore) -> CustomerRow | None:
    """Give the customer that a link would come back with, as it stands now."""
    former = link.former.customer_id if link is not None and link.former is not None else None
    under_way = link.customer_id if link is not None else None
    wanted = intent.customer_id or under_way or former
    if wanted is None:
        return None
    return table.customer(intent.firm_id, survivor_of(table, intent.firm_id, wanted))


def _restored(link: LinkRow, foreseen: Foreseen, customer: CustomerRow | None) -> RestoredCode:
    if link.write is not None:
        return "restored_under_way"
    if customer is not None and customer.customer is not None and not customer.customer.active:
        return "restored_inactive"
    return "restored_to_survivor" if "merged_into" in foreseen.facts else "restored"


def fields_after(
    before: LinkRow, foreseen: Foreseen, link: LinkRow, now: CustomerRow | None, then: CustomerRow | None
) -> tuple[RestoredField, ...]:
    """Lay both sides out field by field: as they are, and as an act leaves them. `link`, `then`: the rows that it leaves."""
    ours, ours_after = _of_client(before), _of_client(link)
    theirs, theirs_after = _of_customer(now), _of_customer(then)
    return tuple(
        RestoredField(
            field=each,
            canopy=ours.get(each),
            canopy_after=ours_after.get(each),
            quickbooks=theirs.get(each),
            quickbooks_after=theirs_after.get(each),
            fate=_fate(each, foreseen, link, ours.get(each), theirs.get(each)),
        )
        for each in Field
        if each in ours or each in theirs
    )


def _fate(about: Field, foreseen: Foreseen, link: LinkRow, ours: Value, theirs: Value) -> Fate:
    if about in foreseen.writes.get("quickbooks", {}):
        return "to_quickbooks"
    if about in foreseen.writes.get("canopy", {}):
        return "to_canopy"
    if ours == theirs:
        return "same"
    problem = link.problem
    if problem is not None and (about in problem.fields or not problem.fields):
        return "asked"
    if in_step(about, ours, theirs):
        return "spelled_differently"
    if about in (*link.held.to_quickbooks, *link.held.to_canopy):
        return "held"
    return "apart"


def _of_client(link: LinkRow) -> Values:
    return link.client.values if link.client is not None else {}


def _of_customer(row: CustomerRow | None) -> Values:
    return row.customer.values if row is not None and row.customer is not None else {}

"""What taking an answer back, or that both sides were left as they are, would do to one client, as a person is shown it before they ask."""

from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from domain.codes import RefusalCode, is_refusal
from domain.decision import Verdict
from domain.fields import Values
from domain.foresight import foresee
from domain.ids import EffectId, Side
from domain.inputs import UndoAnswer, UndoLeaveBoth
from domain.problem import Problem, ProblemCode
from domain.restoring import RestoredField, fields_after
from domain.rows import CustomerRow, LinkRow
from domain.table import Table

UndoOutcome = Literal["undone", "question", "blocked"]
"""`question`: it is taken back, and a person is asked."""

UndoCode = Literal["undone"] | RefusalCode | ProblemCode


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeseenUndo:
    """The answer for one client. `facts` explain what blocks it; `problem`: the question that is open afterwards.

    The versions: as of when link, customer and client were looked at.
    """

    outcome: UndoOutcome
    code: UndoCode
    facts: Mapping[str, str]
    link_version: int
    customer_sync_token: int | None = None
    client_version: int | None = None
    writes: Mapping[Side, Values] = field(default_factory=dict)
    problem: Problem | None = None
    fields: tuple[RestoredField, ...] = ()


def foresee_undo(
    table: Table, intent: UndoAnswer | UndoLeaveBoth, at: datetime, started: Container[EffectId]
) -> ForeseenUndo:
    """Decide an undo on rows that nobody else sees, which then hold what it would leave; say what it comes to."""
    before = table.link(intent.firm_id, intent.client_id)
    now = _customer_of(table, before)
    told = foresee(table, intent, at, started)
    link = told.link
    if told.verdict is not Verdict.APPLIED or before is None or link is None:
        code: RefusalCode = told.code if is_refusal(told.code) else "too_old"
        version = before.version if before is not None else 0
        return ForeseenUndo(outcome="blocked", code=code, facts=told.facts, link_version=version)
    # What was held is held again, whatever else is asked about the client.
    problem = link.problem if isinstance(intent, UndoAnswer) else None
    return ForeseenUndo(
        outcome="question" if problem is not None else "undone",
        code=problem.code if problem is not None else "undone",
        facts=told.facts,
        link_version=before.version,
        customer_sync_token=now.customer.sync_token if now is not None and now.customer is not None else None,
        client_version=before.client.version if before.client is not None else None,
        writes=told.writes,
        problem=problem,
        fields=fields_after(before, told, link, now, _customer_of(table, link)),
    )


def _customer_of(table: Table, link: LinkRow | None) -> CustomerRow | None:
    if link is None or link.customer_id is None:
        return None
    return table.customer(link.firm_id, link.customer_id)

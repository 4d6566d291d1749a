"""Taking answers back in a `World`, with what its history tells of them."""

from typing import Any

from domain.decision import Decision
from domain.fields import Field
from domain.ids import ClientId
from domain.inputs import Choice
from domain.refusals import Refusal
from domain.remembered import Settled
from domain.rows import LinkRow
from domain.settled import settled_by
from tests.unit.domain.world import FIRM, World


def answered(world: World, choice: Choice, field: Field | None = None, **more: Any) -> Settled:
    """Answer the open question of c-1, and give what its history tells of that."""
    before = world.link()
    settled = told_of(world, before, choice, field, **more)
    assert isinstance(settled, Settled), settled
    return settled


def told_of(
    world: World, before: LinkRow, choice: Choice, field: Field | None = None, **more: Any
) -> Settled | Refusal:
    """Answer the open question of c-1, and give what its history tells of that, or why it can't be taken back so."""
    row = world.table.customer(FIRM, before.customer_id) if before.customer_id is not None else None
    customer = row.customer if row is not None else None
    problem = before.problem
    assert problem is not None
    decision = world.intent("answer", "c-1", question=problem.id, choice=choice, field=field, **more)
    assert decision.verdict == "applied", decision.code
    return settled_by(before, world.link(), customer, choice, field)


def take_back(world: World, settled: Settled | None, **more: Any) -> Decision:
    """Ask for the answer to be taken back."""
    version = settled.version if settled is not None else 1
    return world.intent("undo_answer", "c-1", version=version, settled=settled, **more)


def emails(world: World) -> tuple[object, object]:
    """Give c-1's email in Canopy and in QuickBooks."""
    link = world.link()
    assert link.customer_id is not None
    ours = world.canopy.clients[ClientId("c-1")].values.get(Field.EMAIL)
    return ours, world.quickbooks.customers[link.customer_id].values.get(Field.EMAIL)

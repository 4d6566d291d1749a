"""What an answer settled, and what of that can be put back: only where each side has what it let stand, or what was there before.

What somebody has edited since, on either side, stays as they made it.
"""

from collections.abc import Container
from typing import assert_never

from domain.agreed import Pair
from domain.fields import Field, Value, Values
from domain.inputs import Choice
from domain.limits import in_step
from domain.meaning import alike
from domain.problem import Problem
from domain.refusals import Refusal
from domain.remembered import ChangedAt, Settled
from domain.replacing import replace
from domain.rows import LinkRow
from domain.snapshots import Customer

NOTHING = Refusal("nothing_to_undo")
_NOT_AGREED = Pair(None, None)
_NOT_CHANGED = ChangedAt()


def settled_by(
    before: LinkRow, after: LinkRow, customer: Customer | None, choice: Choice, field: Field | None
) -> Settled | Refusal:
    """Tell from the history of a link what an answer settled; or what takes it back otherwise, or that nothing does.

    `before`, `after`: the link around the answer; `customer`: its customer as it was then; `field`: the one that was answered alone.
    """
    problem = before.problem
    if problem is None:
        return NOTHING
    match choice:
        case "canopy" | "quickbooks" | "value" | "name":
            return _values(before, after, problem, customer, choice, _fields(problem, choice, field))
        case "match":
            return Refusal("undone_by_unmatch")
        case "leave" if problem.code == "customers_merged":
            return Refusal("undone_by_restore")
        case "leave" | "create_client":
            return Settled(version=after.version, question=problem.code, about=problem.customer_id)
        case "go_on":
            return NOTHING
        case _:
            assert_never(choice)


def _fields(problem: Problem, choice: Choice, field: Field | None) -> tuple[Field, ...]:
    if choice == "name":
        return (Field.DISPLAY_NAME,)
    return problem.fields if field is None else (field,)


def _values(
    before: LinkRow,
    after: LinkRow,
    problem: Problem,
    customer: Customer | None,
    choice: Choice,
    fields: tuple[Field, ...],
) -> Settled:
    ours = before.client.values if before.client is not None else {}
    theirs = customer.values if customer is not None else {}
    # What Canopy had already is no longer wanted.
    typed = {**(after.client.values if after.client is not None else {}), **after.wanted}
    stands: Values = {"canopy": ours, "quickbooks": theirs}.get(choice, typed)
    return Settled(
        version=after.version,
        question=problem.code,
        detail=problem.detail,
        customer_id=before.customer_id,
        stands={each: stands.get(each) for each in fields},
        canopy={each: ours.get(each) for each in fields},
        quickbooks={each: theirs.get(each) for each in fields},
        agreed={each: before.agreed.get(each, _NOT_AGREED) for each in fields},
        changed_at={each: before.changed_at.get(each, _NOT_CHANGED) for each in fields},
        uncompared=tuple(each for each in before.uncompared if each in fields),
    )


def still_to_undo(
    settled: Settled, client: Values, customer: Values, on_its_way: Container[Field]
) -> Settled | None:
    """Leave out the fields that were edited since, and those in which nothing was written; None: none is left.

    `client`, `customer`: what stands there now. `on_its_way`: what is still to be written.
    """
    left = [
        each
        for each in settled.stands
        if not _edited(settled, each, client, customer)
        and (
            each in to_canopy(settled, client)
            or each in to_quickbooks(settled, customer)
            or each in on_its_way
        )
    ]
    return _only(settled, left) if left else None


def to_canopy(settled: Settled, client: Values) -> Values:
    """Say what is to stand in Canopy again."""
    return _back(settled, settled.canopy, client)


def to_quickbooks(settled: Settled, customer: Values) -> Values:
    """Say what is to stand in QuickBooks again; nothing, where the customer was made after the answer."""
    return _back(settled, settled.quickbooks, customer) if settled.customer_id is not None else {}


def _back(settled: Settled, before: Values, now: Values) -> Values:
    return {
        each: before.get(each)
        for each, stands in settled.stands.items()
        if _means(each, stands, now.get(each)) and not alike(each, before.get(each), now.get(each))
    }


def _edited(settled: Settled, field: Field, client: Values, customer: Values) -> bool:
    stands = settled.stands[field]
    sides = [(settled.canopy, client)]
    if settled.customer_id is not None:
        sides.append((settled.quickbooks, customer))
    return not all(
        alike(field, before.get(field), now.get(field)) or _means(field, stands, now.get(field))
        for before, now in sides
    )


def _means(field: Field, stands: Value, now: Value) -> bool:
    """Say whether this is what was let stand, as either side writes it."""
    return in_step(field, stands, now) or in_step(field, now, stands)


def _only(settled: Settled, fields: list[Field]) -> Settled:
    return replace(
        settled,
        stands={each: settled.stands[each] for each in fields},
        canopy={each: settled.canopy.get(each) for each in fields},
        quickbooks={each: settled.quickbooks.get(each) for each in fields},
        agreed={each: settled.agreed.get(each, _NOT_AGREED) for each in fields},
        changed_at={each: settled.changed_at.get(each, _NOT_CHANGED) for each in fields},
        uncompared=tuple(each for each in settled.uncompared if each in fields),
    )

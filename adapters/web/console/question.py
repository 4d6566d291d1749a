"""A question about a client as a page asks it: who or what stands against it, both sides' values, the ways out."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

from adapters.store.views import LinkView
from adapters.web.console.visit import Visit
from adapters.web.console.words import FIELD_LABELS, text_of
from adapters.web.problem_texts import choices, problem_text
from domain.fields import Field, Values
from domain.ids import CustomerId
from domain.outcomes import Holder
from domain.rows import Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownHolder:
    """Who has the name. `client`: whom a customer is synced with already, and the address of that one's record."""

    kind: str
    name: str
    id: str
    active: bool
    client: tuple[str, str] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """`sides`: of the fields that it is about, Canopy's and QuickBooks' values. `sign` tells one from the next."""

    id: str
    code: str
    sign: str
    text: str
    choices: Mapping[str, str]
    sides: list[tuple[str, str, str]]
    asking: bool
    holders: list[ShownHolder]
    free: tuple[str, ...]


async def question_about(visit: Visit, view: LinkView) -> Question | None:
    """Lay out the client's question; None if there is none."""
    problem = view.row.problem
    if problem is None:
        return None
    named = problem.code == "display_name_taken"
    holders = [await _shown(visit, holder) for holder in problem.holders or ()]
    offered, sides = dict(choices(problem)), await _sides(visit, view, problem)
    if named and not any(_can_be_matched(holder) for holder in holders):
        offered.pop("match", None)
    return Question(
        id=problem.id,
        code=problem.code,
        sign=_sign(problem, sides),
        text=_text(problem),
        choices=offered,
        sides=sides,
        asking=named and problem.holders is None,
        holders=holders,
        free=problem.free,
    )


def _sign(problem: Problem, sides: list[tuple[str, str, str]]) -> str:
    """Give what is another one whenever the question looks different."""
    looks = (problem.id, problem.holders, problem.free, sides)
    return sha256(repr(looks).encode()).hexdigest()[:16]


def _text(problem: Problem) -> str:
    if problem.code != "display_name_taken" or not problem.holders or problem.taken is None:
        return problem_text(problem)
    kind = problem.holders[0].kind
    article = "an" if kind[0] in "aeiou" else "a"
    return (
        f"“{problem.taken}” is already the name of {article} {kind} in QuickBooks. Names there are shared by customers, "
        "vendors and employees."
    )


async def _shown(visit: Visit, holder: Holder) -> ShownHolder:
    client = None
    if holder.kind == "customer":
        known = await visit.parts.read_model.customers.one(visit.firm, CustomerId(holder.id))
        if known is not None and known.linked_to is not None:
            to = known.linked_to
            client = (to.display_name or to.client_id, visit.client_address(to.client_id))
    return ShownHolder(kind=holder.kind, name=holder.name, id=holder.id, active=holder.active, client=client)


def _can_be_matched(holder: ShownHolder) -> bool:
    return holder.kind == "customer" and holder.active and holder.client is None


async def _sides(visit: Visit, view: LinkView, problem: Problem) -> list[tuple[str, str, str]]:
    ours = view.row.client.values if view.row.client else {}
    if problem.code == "both_changed":
        theirs = _values(view)
        return [_beside(field, ours, theirs) for field in problem.fields]
    if problem.code in {"possible_duplicate", "customers_merged"} and problem.customer_id is not None:
        found = await visit.parts.read_model.customers.one(visit.firm, problem.customer_id)
        theirs = found.row.customer.values if found and found.row.customer else {}
        return [_beside(field, ours, theirs) for field in Field if field in ours or field in theirs]
    return []


def _values(view: LinkView) -> Values:
    customer = view.customer.customer if view.customer else None
    return customer.values if customer else {}


def _beside(field: Field, ours: Values, theirs: Values) -> tuple[str, str, str]:
    return FIELD_LABELS[field], text_of(ours.get(field)), text_of(theirs.get(field))

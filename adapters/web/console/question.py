"""A question about a client as a page asks it: who or what stands against it, both sides' values, the ways out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from adapters.store.views import HistoryLine, LinkView
from adapters.web.console.value_origins import Origin, value_origins
from adapters.web.console.visit import Visit
from adapters.web.console.words import name_in, text_of
from adapters.web.texts.fields import ADDRESS_LABELS, FIELD_LABELS, field_names
from adapters.web.texts.problems import a_holder, choice_label, may_be_the_holders_client, problem_text
from adapters.web.texts.refusals import refusal_text
from domain.fields import Field, Values
from domain.ids import CustomerId, Side
from domain.inputs import Choice
from domain.known import Known, survivor_of
from domain.link.choices import not_to_be_taken, open_choices
from domain.names import folded
from domain.outcomes import Holder
from domain.problem import Problem
from domain.snapshots import Customer


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownHolder:
    """Whom a question is about: who has the name, or is like the client.

    `client`: whom a customer is synced with already, and the address of that one's record. `why_not`: another reason
    why it can't be matched.
    """

    kind: str
    name: str
    id: str
    active: bool
    client: tuple[str, str] | None
    why_not: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What both sides have in one field, and who put it there; None: nobody knows. `parts`: what an own value is typed in."""

    field: Field
    label: str
    canopy: str
    quickbooks: str
    canopy_by: Origin | None = None
    quickbooks_by: Origin | None = None

    @property
    def parts(self) -> Sequence[tuple[str, str]]:
        """Give name and label of each thing to type."""
        if self.field is not Field.ADDRESS:
            return [("", self.label)]
        return list(ADDRESS_LABELS.items())


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """`sides`: of the fields that it is about, Canopy's and QuickBooks' values. `sign` tells one from the next.

    `by_field`: each of them can be settled by itself, with either value or one's own.
    """

    id: str
    code: str
    sign: str
    text: str
    choices: Mapping[str, str]
    sides: list[Beside]
    by_field: bool
    asking: bool
    holders: list[ShownHolder]
    free: tuple[str, ...]


async def question_about(
    visit: Visit, view: LinkView, known: Known, lines: Iterable[HistoryLine]
) -> Question | None:
    """Lay out the client's question; None if there is none. `known`: the rows that it is about; `lines`: its timeline."""
    problem = view.row.problem
    if problem is None:
        return None
    named = problem.code == "display_name_taken"
    about = _about(known, view, problem)
    holders = [
        await _shown(visit, holder, _why_not(known, view, holder)) for holder in _holders(problem, about)
    ]
    sides = _sides(view, problem, about, lines)
    can = open_choices(known, view.row)
    # A value of one's own is typed beside those of both sides.
    offered = [choice for choice in can if choice != "value"]
    return Question(
        id=problem.id,
        code=problem.code,
        sign=_sign(problem, sides, holders, offered),
        text=_text(view, problem, offered, about, holders),
        choices={choice: choice_label(problem, choice) for choice in offered},
        sides=sides,
        by_field="value" in can and _is_settled_by_field(problem),
        asking=named and problem.holders is None,
        holders=holders,
        free=problem.free,
    )


def _sign(
    problem: Problem, sides: list[Beside], holders: list[ShownHolder], offered: Sequence[Choice]
) -> str:
    """Give what is another one whenever the question looks different."""
    looks = (problem.id, holders, problem.free, sides, offered)
    return sha256(repr(looks).encode()).hexdigest()[:16]


def _text(
    view: LinkView,
    problem: Problem,
    offered: Sequence[Choice],
    about: Customer | None,
    holders: Sequence[ShownHolder],
) -> str:
    """Ask with the names that the page may show; where they are not known, without."""
    if may_be_the_holders_client(problem):
        return problem_text(problem, offered)
    if problem.code == "display_name_taken" and problem.holders and problem.taken is not None:
        return (
            f"“{problem.taken}” is already the name of {a_holder(problem.holders[0].kind)} in QuickBooks. Names there are "
            "shared by customers, vendors and employees."
        )
    name = name_in(about.values) if about is not None else None
    if problem.code == "possible_duplicate" and about is not None and name is not None:
        same = _shared(view, about)
        return f"{name} ({about.customer_id}) is new in QuickBooks, and has {same}. Is it the same client?"
    if problem.code == "customers_merged" and about is not None and name is not None:
        other = holders[0].client[0] if holders and holders[0].client else None
        return (
            f"In QuickBooks, this client's customer was merged into {name} ({about.customer_id}), which "
            + (
                f"{other} is matched with. Which client should be matched with it?"
                if other is not None
                else "another client was matched with. Should this client be matched with it?"
            )
        )
    return problem_text(problem, offered)


def _shared(view: LinkView, about: Customer) -> str:
    ours = view.row.client.values if view.row.client else {}
    same = [
        field
        for field in (Field.DISPLAY_NAME, Field.EMAIL)
        if folded(ours.get(field)) and folded(ours.get(field)) == folded(about.values.get(field))
    ]
    return f"this client's {field_names(same)}" if same else "this client's name or email"


def _why_not(known: Known, view: LinkView, holder: Holder) -> str | None:
    """Say why a customer that has the name can't be matched, where its own line does not say it."""
    refusal = not_to_be_taken(known, view.row, holder)
    if refusal is None or refusal.code not in {"customer_is_job", "customer_gone"}:
        return None
    return refusal_text(refusal.code, refusal.facts)


async def _shown(visit: Visit, holder: Holder, why_not: str | None) -> ShownHolder:
    client = None
    if holder.kind == "customer":
        known = await visit.parts.read_model.customers.one(visit.firm, CustomerId(holder.id))
        if known is not None and known.linked_to is not None:
            to = known.linked_to
            client = (to.display_name or to.client_id, visit.client_address(to.client_id))
    return ShownHolder(
        kind=holder.kind, name=holder.name, id=holder.id, active=holder.active, client=client, why_not=why_not
    )


def _about(known: Known, view: LinkView, problem: Problem) -> Customer | None:
    """Give the customer that a question is about, where it is not the client's own: the one that is left of it."""
    if problem.customer_id is None:
        return None
    row = known.customer(view.row.firm_id, survivor_of(known, view.row.firm_id, problem.customer_id))
    return row.customer if row is not None else None


def _holders(problem: Problem, about: Customer | None) -> tuple[Holder, ...]:
    if about is None:
        return problem.holders or ()
    name = name_in(about.values) or ""
    return (Holder(name=name, kind="customer", id=about.customer_id, active=about.active),)


def _is_settled_by_field(problem: Problem) -> bool:
    """Say whether the fields that an answer leaves out are asked about again, or there are none."""
    return problem.code == "both_changed" or len(problem.fields) == 1


def _sides(
    view: LinkView, problem: Problem, about: Customer | None, lines: Iterable[HistoryLine]
) -> list[Beside]:
    ours = view.row.client.values if view.row.client else {}
    if problem.code in {"both_changed", "not_kept"}:
        theirs = _values(view)
        origins = value_origins(lines, {"canopy": ours, "quickbooks": theirs})
        return [_beside(field, ours, theirs, origins) for field in problem.fields]
    if about is not None:
        theirs = about.values
        return [_beside(field, ours, theirs, {}) for field in Field if field in ours or field in theirs]
    return []


def _values(view: LinkView) -> Values:
    customer = view.customer.customer if view.customer else None
    return customer.values if customer else {}


def _beside(
    field: Field, ours: Values, theirs: Values, origins: Mapping[tuple[Side, Field], Origin]
) -> Beside:
    return Beside(
        field=field,
        label=FIELD_LABELS[field],
        canopy=text_of(ours.get(field)),
        quickbooks=text_of(theirs.get(field)),
        canopy_by=origins.get(("canopy", field)),
        quickbooks_by=origins.get(("quickbooks", field)),
    )

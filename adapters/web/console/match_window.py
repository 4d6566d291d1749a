"""The customers that the window offers for a client: those suggested, and what a search finds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aiohttp import web

from adapters.store.suggested import Suggested, suggested_for
from adapters.store.views import CustomerView, LinkedTo
from adapters.web.api.clients import known_client
from adapters.web.console.chips import Chip, chips_of
from adapters.web.console.client_record import named_customer
from adapters.web.console.visit import Visit
from adapters.web.console.words import NamedCustomer, name_in
from adapters.web.texts.matching import STRENGTHS, bar_text
from domain.fields import Address, Field
from domain.ids import ClientId, CustomerId
from domain.matching.reasons import Bar, Caution, Reason, Strength
from domain.matching.suggestions import Suggestion
from domain.names import folded

FOUND_AT_ONCE = 25
MOST_SUGGESTED = 5
LEAST_SUGGESTED = 3
"""Of those that are only possible, so many in all are shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundCustomer:
    """One that can be chosen, or that says why it can't. `strength`: of a suggestion; `mark`: what stands beside it."""

    named: NamedCustomer
    known_by: str
    may_be_chosen: bool
    mark: str | None
    linked_to: LinkedTo | None
    strength: str | None
    chips: Sequence[Chip]


@dataclass(frozen=True, slots=True, kw_only=True)
class Instead:
    """A customer to be matched in place of creating one. `has`: what it shares with the client; `linked_to`: who has it."""

    named: NamedCustomer
    has: str
    linked_to: LinkedTo | None


async def show_found(visit: Visit) -> web.Response:
    """Show suggestions where nothing else is looked for than the client itself, and what a search finds."""
    asked = visit.request.query
    q, by = asked.get("q", "").strip(), asked.get("by")
    reads = visit.parts.read_model
    first = "cursor" not in asked
    link = (await known_client(reads, visit.firm, ClientId(visit.request.match_info["client"]))).row
    suggested = await suggested_for(reads.near, link)
    own_name = name_in(link.client.values) if link.client else None
    opens = first and by != "email" and bool(q) and folded(q) == folded(own_name or link.client_id)
    offered = _worth_showing(suggested) if opens else []
    page = await reads.customers.page(
        visit.firm,
        by="email" if by == "email" else "display_name",
        q=q,
        free_first=True,
        cursor=asked.get("cursor"),
        limit=FOUND_AT_ONCE,
    )
    by_id = {each.customer.customer_id: each for each in suggested if each.customer is not None}
    shown = {each.customer.customer_id for each in offered if each.customer is not None}
    return visit.render(
        "found.html",
        suggested=[_suggested(each) for each in offered],
        customers=[_found(view, by_id) for view in page.customers if view.customer_id not in shown],
        instead=instead_of_creating(suggested) if opens else None,
        q=q,
        by="email address" if by == "email" else "name, email, phone or id",
        other_words=_other_words(q, by),
        cursor=page.cursor,
        first=first,
        opens=opens,
    )


def instead_of_creating(suggested: Sequence[Suggested], *, matched: bool = False) -> Instead | None:
    """Name the customer that the client most probably is; None: nobody is likely to be it.

    `matched`: also one that another client has, so that it would be that client's double.
    """
    bars = {None, Bar.ALREADY_MATCHED} if matched else {None}
    for each in suggested:
        made = each.suggestion
        agrees = made.strength is not Strength.POSSIBLE or _is_own_email(made, suggested)
        if agrees and made.bar in bars and each.customer is not None:
            return Instead(
                named=named_customer(each.customer), has=_has(made.reasons), linked_to=each.customer.linked_to
            )
    return None


def _is_own_email(made: Suggestion, suggested: Sequence[Suggested]) -> bool:
    """Say whether it has the client's email, and no other customer: a bookkeeper's is no reason to match anybody instead.

    Of a customer that is matched, its own client has the email too.
    """
    having = sum(Reason.SAME_EMAIL in each.suggestion.reasons for each in suggested)
    shared = Caution.SHARED_EMAIL in made.cautions and made.bar is not Bar.ALREADY_MATCHED
    return Reason.SAME_EMAIL in made.reasons and having == 1 and not shared


def _has(reasons: Sequence[Reason]) -> str:
    """Say in a sentence what a customer has that a client has too."""
    if Reason.SAME_EMAIL in reasons:
        return "has this email"
    if Reason.SAME_PHONE in reasons:
        return "has this phone"
    return "looks like this client"


def _worth_showing(suggested: Sequence[Suggested]) -> Sequence[Suggested]:
    strong = [each for each in suggested if each.suggestion.strength is not Strength.POSSIBLE][
        :MOST_SUGGESTED
    ]
    weak = [each for each in suggested if each.suggestion.strength is Strength.POSSIBLE]
    return [*strong, *weak[: max(LEAST_SUGGESTED - len(strong), 0)]]


def _suggested(each: Suggested) -> FoundCustomer:
    made = each.suggestion
    strength = STRENGTHS[made.strength]
    if each.customer is not None:
        return _line(each.customer, strength, chips_of(made.reasons, made.cautions))
    holder = each.holder
    named = NamedCustomer(CustomerId(holder.id if holder else ""), holder.name if holder else None)
    return FoundCustomer(
        named=named,
        known_by="",
        may_be_chosen=False,
        mark=f"{bar_text(made.bar or Bar.VENDOR)} in QuickBooks",
        linked_to=None,
        strength=None,
        chips=chips_of(made.reasons, made.cautions),
    )


def _found(view: CustomerView, suggested: Mapping[CustomerId, Suggested]) -> FoundCustomer:
    each = suggested.get(view.customer_id)
    made = each.suggestion if each is not None else None
    return _line(view, None, chips_of(made.reasons, made.cautions) if made is not None else ())


def _line(view: CustomerView, strength: str | None, chips: Sequence[Chip]) -> FoundCustomer:
    customer = view.row.customer
    values = customer.values if customer else {}
    address = values.get(Field.ADDRESS)
    city = address.city if isinstance(address, Address) else None
    known_by = [values.get(Field.EMAIL), values.get(Field.PHONE) or values.get(Field.MOBILE), city]
    active = customer is not None and customer.active
    free = view.linked_to is None and active
    may_be_chosen = free and customer is not None and not customer.job and not customer.gone
    barred = (
        bar_text(Bar.SUB_CUSTOMER)
        if customer is not None and customer.job
        else f"{bar_text(Bar.INACTIVE)} in QuickBooks"
    )
    return FoundCustomer(
        named=named_customer(view),
        known_by=" · ".join(each for each in known_by if isinstance(each, str)),
        may_be_chosen=may_be_chosen,
        mark=None if may_be_chosen or view.linked_to is not None else barred,
        linked_to=view.linked_to,
        strength=strength if may_be_chosen else None,
        chips=chips,
    )


def _other_words(q: str, by: str | None) -> list[str]:
    """Offer parts of what was searched for: a whole name finds nobody who is called otherwise."""
    if by == "email":
        return [q.partition("@")[0]] if "@" in q else []
    words = [word.strip(",.") for word in q.split()]
    return [word for word in words if len(word) > 2] if len(words) > 1 else []  # noqa: PLR2004

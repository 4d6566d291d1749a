"""The QuickBooks customers that no client has, each with how it stands, and the way to make a client of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from aiohttp import web

from adapters.store.views import CustomerView, LinkView
from adapters.web.console.client_record import named_customer
from adapters.web.console.frame import frame
from adapters.web.console.visit import Visit
from adapters.web.console.words import NamedCustomer
from adapters.web.texts.problems import customer_problem_text
from domain.effects import CreateClient
from domain.fields import Address, Field, Values
from domain.link.free_customers import is_being_added, unfit_for_a_client, unfit_for_a_match
from domain.names import folded
from domain.rows import CustomerRow

MOST_LIKE = 3
"""So many clients are named that a customer may already be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LikeClient:
    """A client that may be a customer. `has`: what they share; `same_name`: by what people see.

    `match`: where the two are matched, if they can be.
    """

    name: str
    address: str
    same_name: bool
    unmatched: bool
    has: str
    match: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerLine:
    """One customer. `icon` and `state`: how it stands; `may_be_created`: a client can be made of it; `may_be_undone`: that can be taken back.

    `like`: clients that it may already be; `named_alike`: one of them is unmatched, and of the same name.
    """

    named: NamedCustomer
    api_path: str
    city: str | None
    icon: str
    state: str
    may_be_created: bool
    may_be_undone: bool
    like: tuple[LikeClient, ...]
    named_alike: bool


async def show_customers(visit: Visit) -> web.Response:
    """List them by name, or the next part of them."""
    asked = visit.request.query
    q = asked.get("q", "").strip()
    page = await visit.parts.read_model.customers.page(
        visit.firm, q=q, linked=False, cursor=asked.get("cursor")
    )
    around = await frame(visit)
    clients = await _clients_like(visit, page.customers)
    more = {"q": q, "cursor": page.cursor} if q else {"cursor": page.cursor}
    return visit.render(
        "customers.html",
        frame=around,
        lines=[_line(visit, view, clients, connected=around.connected) for view in page.customers],
        q=q,
        more=f"{visit.home}/customers?{urlencode(more)}" if page.cursor else None,
        place="clients",
    )


async def _clients_like(visit: Visit, customers: Sequence[CustomerView]) -> list[LinkView]:
    """Read the clients that have the name or the email address of one of these customers, by name."""
    values = [view.row.customer.values for view in customers if view.row.customer is not None]
    names = [name for each in values for name in _names(each)]
    emails = [str(each.get(Field.EMAIL) or "") for each in values]
    if not values:
        return []
    found = await visit.parts.read_model.links.alike(visit.firm, names, emails)
    return sorted(found, key=lambda each: (_name_of(each), each.row.client_id))


def _name_of(client: LinkView) -> str:
    values = client.row.client.values if client.row.client is not None else {}
    return folded(values.get(Field.DISPLAY_NAME))


def _line(visit: Visit, view: CustomerView, clients: Iterable[LinkView], *, connected: bool) -> CustomerLine:
    row = view.row
    values = row.customer.values if row.customer else {}
    address = values.get(Field.ADDRESS)
    icon, state = "not_synced", "Unmatched"
    if row.create is not None:
        icon, state = "working", _being_added(row, row.create)
    elif (wrong := customer_problem_text(row)) is not None:
        icon, state = "attention", wrong
    elif row.customer is not None and not row.customer.active:
        state = "Unmatched · inactive in QuickBooks"
    elif row.arrival == "open":
        icon, state = "waiting", "New: looked at as soon as both sides are read"
    like = tuple(_like(visit, row, values, each) for each in clients if _shares(values, each))
    return CustomerLine(
        named=named_customer(view),
        api_path=f"customers/{quote(view.customer_id, safe='')}",
        city=address.city if isinstance(address, Address) else None,
        icon=icon,
        state=state,
        may_be_created=connected and unfit_for_a_client(row) is None,
        may_be_undone=is_being_added(row),
        like=like[:MOST_LIKE],
        named_alike=any(each.same_name and each.unmatched for each in like),
    )


def _being_added(row: CustomerRow, create: CreateClient) -> str:
    if row.unwanted == create.id:
        return "Taken back: if Canopy has added it by now, it is not synced"
    return "Being added to Canopy…"


def _names(values: Values) -> list[str]:
    """Give the names that a client may have who is this customer: its own, and either way round."""
    first, last = str(values.get(Field.FIRST_NAME) or ""), str(values.get(Field.LAST_NAME) or "")
    turned = [f"{first} {last}", f"{last}, {first}"] if first and last else []
    return [str(values.get(Field.DISPLAY_NAME) or ""), *turned]


def _shares(values: Values, client: LinkView) -> bool:
    theirs = client.row.client
    if theirs is None or theirs.presence == "deleted":
        return False
    named = {folded(each) for each in _names(values)} - {""}
    email = folded(values.get(Field.EMAIL))
    same_email = bool(email) and email == folded(theirs.values.get(Field.EMAIL))
    return folded(theirs.values.get(Field.DISPLAY_NAME)) in named or same_email


def _like(visit: Visit, row: CustomerRow, values: Values, client: LinkView) -> LikeClient:
    theirs = client.row.client.values if client.row.client else {}
    name = theirs.get(Field.DISPLAY_NAME)
    address = visit.client_address(client.row.client_id)
    unmatched = client.row.customer_id is None
    may_be_matched = unmatched and client.row.has_present_client and unfit_for_a_match(row) is None
    same_name = bool(folded(name)) and folded(name) == folded(values.get(Field.DISPLAY_NAME))
    same_email = bool(folded(values.get(Field.EMAIL))) and folded(values.get(Field.EMAIL)) == folded(
        theirs.get(Field.EMAIL)
    )
    return LikeClient(
        name=name if isinstance(name, str) else client.row.client_id,
        address=address,
        has=_has(same_name=same_name, same_email=same_email),
        same_name=same_name,
        unmatched=unmatched,
        match=f"{address}#match={quote(row.customer_id, safe='')}" if may_be_matched else None,
    )


def _has(*, same_name: bool, same_email: bool) -> str:
    if same_name:
        return "this name and this email" if same_email else "this name"
    return "this email" if same_email else "this name, in another order"

"""The QuickBooks customers that no client has, each with how it stands, and the way to make a client of it."""

from dataclasses import dataclass
from urllib.parse import quote, urlencode

from aiohttp import web

from adapters.store.views import CustomerView
from adapters.web.console.client_record import named_customer
from adapters.web.console.frame import frame
from adapters.web.console.visit import Visit
from adapters.web.console.words import NamedCustomer
from adapters.web.problem_texts import problem_text
from domain.fields import Address, Field


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerLine:
    """One customer. `icon` and `state`: how it stands; `may_be_created`: a client can be made of it."""

    named: NamedCustomer
    api_path: str
    city: str | None
    icon: str
    state: str
    may_be_created: bool


async def show_customers(visit: Visit) -> web.Response:
    """List them by name, or the next part of them."""
    asked = visit.request.query
    q = asked.get("q", "").strip()
    page = await visit.parts.read_model.customers.page(
        visit.firm, q=q, linked=False, cursor=asked.get("cursor")
    )
    more = {"q": q, "cursor": page.cursor} if q else {"cursor": page.cursor}
    return visit.render(
        "customers.html",
        frame=await frame(visit),
        lines=[_line(view) for view in page.customers],
        q=q,
        more=f"{visit.home}/customers?{urlencode(more)}" if page.cursor else None,
        place="clients",
    )


def _line(view: CustomerView) -> CustomerLine:
    row = view.row
    values = row.customer.values if row.customer else {}
    address = values.get(Field.ADDRESS)
    icon, state, may = "not_synced", "Unmatched", True
    if row.create is not None:
        icon, state, may = "working", "Being added to Canopy…", False
    elif row.problem is not None:
        icon, state = "attention", problem_text(row.problem)
    elif row.customer is not None and not row.customer.active:
        state = "Unmatched · inactive in QuickBooks"
    elif row.arrival == "open":
        icon, state = "waiting", "New: looked at as soon as both sides are read"
    return CustomerLine(
        named=named_customer(view),
        api_path=f"customers/{quote(view.customer_id, safe='')}",
        city=address.city if isinstance(address, Address) else None,
        icon=icon,
        state=state,
        may_be_created=may,
    )

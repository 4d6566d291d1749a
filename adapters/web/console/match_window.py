"""The customers that a search in the window finds."""

from aiohttp import web

from adapters.store.views import CustomerView
from adapters.web.console.client_record import named_customer
from adapters.web.console.visit import Visit
from domain.fields import Address, Field

FOUND_AT_ONCE = 25


async def show_found(visit: Visit) -> web.Response:
    """Show the customers that a search by display name or email finds."""
    asked = visit.request.query
    q, by = asked.get("q", "").strip(), asked.get("by")
    page = await visit.parts.read_model.customers.page(
        visit.firm,
        by="email" if by == "email" else "display_name",
        q=q,
        cursor=asked.get("cursor"),
        limit=FOUND_AT_ONCE,
    )
    return visit.render(
        "found.html",
        customers=[_found(view) for view in page.customers],
        q=q,
        by="email address" if by == "email" else "display name",
        other_words=_other_words(q, by),
        cursor=page.cursor,
        first="cursor" not in asked,
    )


def _found(view: CustomerView) -> dict[str, object]:
    customer = view.row.customer
    values = customer.values if customer else {}
    address = values.get(Field.ADDRESS)
    return {
        "named": named_customer(view),
        "city": address.city if isinstance(address, Address) else None,
        "active": customer is not None and customer.active,
        "linked_to": view.linked_to,
    }


def _other_words(q: str, by: str | None) -> list[str]:
    """Offer parts of what was searched for: names are often written the other way round."""
    if by == "email":
        return [q.partition("@")[0]] if "@" in q else []
    words = [word.strip(",.") for word in q.split()]
    return [word for word in words if len(word) > 2] if len(words) > 1 else []  # noqa: PLR2004

"""The two parts of the window that are fetched while it is open: customers found, and what a match would do."""

from aiohttp import web

from adapters.store.views import CustomerView
from adapters.web.client_reads import known_client
from adapters.web.console.client_record import named_customer
from adapters.web.console.visit import Visit
from adapters.web.console.words import FIELD_LABELS, name_in, text_of
from adapters.web.problems import Problem
from adapters.web.refusal_texts import refusal_text
from domain.fields import Address, Field
from domain.ids import ClientId, CustomerId
from domain.match_review import Fate, ReviewedField, reviewed
from domain.snapshots import Client, Customer

FOUND_AT_ONCE = 25


async def show_found(visit: Visit) -> web.Response:
    """Show the customers that a search by display name or e-mail finds."""
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
        by="e-mail" if by == "email" else "display name",
        other_words=_other_words(q, by),
        cursor=page.cursor,
        first="cursor" not in asked,
    )


async def show_review(visit: Visit) -> web.Response:
    """Show, field by field, what a match with one customer would overwrite, and what it would keep."""
    reads = visit.parts.read_model
    client_id = ClientId(visit.request.match_info["client"])
    row = (await known_client(reads, visit.firm, client_id)).row
    other = await reads.customers.one(visit.firm, CustomerId(visit.request.query.get("customer_id", "")))
    if row.client is None:
        raise Problem(404, "client_unknown", refusal_text("client_unknown", {}))
    if other is None or other.row.customer is None:
        raise Problem(404, "customer_unknown", refusal_text("customer_unknown", {}))
    changed, same = _compared(row.client, other.row.customer)
    return visit.render(
        "review.html",
        name=name_in(row.client.values) or client_id,
        customer=named_customer(other),
        link_version=row.version,
        sync_token=other.row.customer.sync_token,
        changed=changed,
        same=same,
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


def _compared(client: Client, customer: Customer) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """Lay out what changes, and what stays, by the same rule as the write."""
    lines = reviewed(client, customer)
    changed = [_line(each) | {"after": text_of(each.after)} for each in lines if each.fate == "overwritten"]
    same = [_line(each) | {"after": _kept(each.fate)} for each in lines if each.fate != "overwritten"]
    return changed, same


def _line(line: ReviewedField) -> dict[str, str]:
    return {"label": FIELD_LABELS[line.field], "now": text_of(line.now)}


def _kept(fate: Fate) -> str:
    match fate:
        case "overwritten":
            return "overwritten"
        case "same":
            return "same"
        case "spelled_differently":
            return "same, spelled differently"
        case "kept":
            return "kept (empty in Canopy)"

"""The list of clients: filtered and searched by its address, so that a list can be sent to a colleague."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from aiohttp import web

from adapters.store.status import STATUS_WORDS, StatusWord
from adapters.store.views import LinkView
from adapters.web.console.frame import frame
from adapters.web.console.visit import Visit
from adapters.web.console.words import (
    STATUS,
    NamedCustomer,
    agreed_customer,
    name_in,
    who,
)
from adapters.web.problem_texts import problem_text
from domain.apply.choices import open_choices
from domain.ids import ClientId
from domain.known import Known
from domain.rows import LinkRow, LinkStatus, Reason

MOST_ROWS = 100
ALWAYS_OFFERED = ("synced", "needs_attention", "waiting", "not_synced")


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """One filter above the list, with how many clients it would show of the whole firm."""

    key: str
    word: str
    count: int
    address: str
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One client in the list. `says`: what needs a person, or keeps it out."""

    view: LinkView
    address: str
    name: str
    email: str | None
    customer: NamedCustomer | None
    changed_at: datetime | None
    changed_by: str
    says: str | None


async def show_clients(visit: Visit) -> web.Response:
    """Show the list, or the next part of it."""
    asked = visit.request.query
    status, q = _status(asked.get("status")), asked.get("q", "").strip()
    found = await visit.parts.read_model.links.page(
        visit.firm, status=status, q=q, cursor=asked.get("cursor")
    )
    more = _address(visit, status, q, cursor=found.cursor) if found.cursor else None
    around = await frame(visit)
    filters = _filters(visit, dict(found.counts), status, q)
    return visit.render(
        "clients.html",
        frame=around,
        filters=filters,
        chosen=next((each.word for each in filters if each.chosen), "All"),
        lines=await _lines(visit, found.clients),
        q=q,
        status=status,
        more=more,
        unmatched=await visit.parts.read_model.customers.unmatched(visit.firm),
        everything=_address(visit, None, ""),
        place="attention" if status == "needs_attention" else "clients",
    )


async def show_rows(visit: Visit) -> web.Response:
    """Show some clients' rows as they are now, whatever list they stand in."""
    wanted = [ClientId(client) for client in visit.request.query.getall("id", [])[:MOST_ROWS]]
    found = await visit.parts.read_model.links.some(visit.firm, wanted)
    return visit.render("some_clients.html", lines=await _lines(visit, found), q="")


def _status(text: str | None) -> StatusWord | None:
    return next((word for word in STATUS_WORDS if word == text), None)


def _filters(visit: Visit, counts: dict[StatusWord, int], chosen: StatusWord | None, q: str) -> list[Filter]:
    everything = Filter(
        key="all",
        word="All",
        count=sum(counts.values()),
        address=_address(visit, None, q),
        chosen=chosen is None,
    )
    shown = [
        Filter(
            key=word,
            word=look.word.rstrip("…"),
            count=counts[word],
            address=_address(visit, word, q),
            chosen=word == chosen,
        )
        for word, look in STATUS.items()
        if word in ALWAYS_OFFERED or counts[word] or word == chosen
    ]
    return [everything, *shown]


def _address(visit: Visit, status: StatusWord | None, q: str, **more: str) -> str:
    asked = {name: value for name, value in {"status": status, "q": q, **more}.items() if value}
    return f"{visit.home}/clients" + (f"?{urlencode(asked)}" if asked else "")


async def _lines(visit: Visit, views: Sequence[LinkView]) -> list[Line]:
    known = await visit.parts.read_model.surroundings.of(visit.firm, [view.row for view in views])
    return [_line(visit, view, known) for view in views]


def _line(visit: Visit, view: LinkView, known: Known) -> Line:
    row = view.row
    client = row.client
    values = client.values if client else {}
    changed_at, changed_by = _last_change(row)
    email = next((value for field, value in values.items() if field == "email"), None)
    return Line(
        view=view,
        address=visit.client_address(row.client_id),
        name=name_in(values) or row.client_id,
        email=email if isinstance(email, str) else None,
        customer=agreed_customer(row.customer_id, row.agreed) if row.customer_id else None,
        changed_at=changed_at,
        changed_by=changed_by,
        says=_says(view, known),
    )


def _says(view: LinkView, known: Known) -> str | None:
    row = view.row
    if row.problem is not None and view.status == "needs_attention":
        return problem_text(row.problem, open_choices(known, row))
    return "Sync client is off" if view.status == "not_synced" and row.reason is Reason.LEFT_OUT else None


def _last_change(row: LinkRow) -> tuple[datetime | None, str]:
    """Tell the later of the two that the row remembers: the link's last turn, and the client's own change."""
    edited = row.client.changed_at if row.client else None
    if row.since is None or (edited is not None and edited > row.since):
        return edited, "in Canopy"
    if row.status is LinkStatus.NOT_SYNCED:
        return row.since, f"unmatched by {who(row.actor)}" if row.reason is Reason.UNMATCHED else ""
    return row.since, f"by {who(row.actor)}" if row.status is not LinkStatus.NEEDS_ATTENTION else ""

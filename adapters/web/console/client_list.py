"""The list of clients: filtered and searched by its address, so that a list can be sent to a colleague."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from aiohttp import web

from adapters.store.link_list import Stands
from adapters.store.views import LinkView
from adapters.web.console.frame import frame
from adapters.web.console.standing_look import LOOKS, Shown, shown
from adapters.web.console.visit import Visit
from adapters.web.console.words import NamedCustomer, customer_of, name_in
from adapters.web.texts.obstacles import side_name
from adapters.web.texts.who_and_when import who
from domain.ids import ClientId
from domain.known import Known
from domain.rows import LinkRow, LinkStatus, Reason
from domain.standing import Around, Standing

MOST_ROWS = 100
FORMER_WORDS = {"synced": Standing.IN_STEP}
"""What stands in addresses that people have kept, or sent to a colleague."""

ALWAYS_OFFERED = (Standing.IN_STEP, Standing.NEEDS_ATTENTION, Standing.WAITING, Standing.NOT_SYNCED)


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
    """One client in the list."""

    row: LinkRow
    shown: Shown
    address: str
    name: str
    email: str | None
    customer: NamedCustomer | None
    changed_at: datetime | None
    changed_by: str


async def show_clients(visit: Visit) -> web.Response:
    """Show the list, or the next part of it."""
    asked = visit.request.query
    wanted, q = _standing(asked.get("status")), asked.get("q", "").strip()
    around = await frame(visit)
    found = await visit.parts.read_model.links.page(
        visit.firm,
        stands=Stands(wanted, around.around) if wanted is not None else None,
        q=q,
        cursor=asked.get("cursor"),
    )
    more = _address(visit, wanted, q, cursor=found.cursor) if found.cursor else None
    filters = _filters(visit, around.counts, wanted, q)
    return visit.render(
        "clients.html",
        frame=around,
        filters=filters,
        chosen=next((each.word for each in filters if each.chosen), "All"),
        lines=await _lines(visit, found.clients, around.around),
        q=q,
        status=wanted,
        more=more,
        unmatched=await visit.parts.read_model.customers.unmatched(visit.firm),
        everything=_address(visit, None, ""),
        place="attention" if wanted is Standing.NEEDS_ATTENTION else "clients",
    )


async def show_rows(visit: Visit) -> web.Response:
    """Show some clients' rows as they are now, whatever list they stand in."""
    wanted = [ClientId(client) for client in visit.request.query.getall("id", [])[:MOST_ROWS]]
    found = await visit.parts.read_model.links.some(visit.firm, wanted)
    around = await visit.parts.read_model.firms.around(visit.firm, visit.parts.partition_of(visit.firm))
    return visit.render("some_clients.html", lines=await _lines(visit, found, around), q="")


def _standing(text: str | None) -> Standing | None:
    return FORMER_WORDS.get(text or "") or next((each for each in Standing if each == text), None)


def _filters(visit: Visit, counts: Mapping[Standing, int], chosen: Standing | None, q: str) -> list[Filter]:
    everything = Filter(
        key="all",
        word="All",
        count=sum(counts.values()),
        address=_address(visit, None, q),
        chosen=chosen is None,
    )
    offered = [
        Filter(
            key=each,
            word=look.word.rstrip("…"),
            count=counts[each],
            address=_address(visit, each, q),
            chosen=each is chosen,
        )
        for each, look in LOOKS.items()
        if each in ALWAYS_OFFERED or counts[each] or each is chosen
    ]
    return [everything, *offered]


def _address(visit: Visit, status: Standing | None, q: str, **more: str) -> str:
    asked = {name: value for name, value in {"status": status, "q": q, **more}.items() if value}
    return f"{visit.home}/clients" + (f"?{urlencode(asked)}" if asked else "")


async def _lines(visit: Visit, views: Sequence[LinkView], around: Around) -> list[Line]:
    rows = [view.row for view in views]
    known = await visit.parts.read_model.surroundings.of(visit.firm, rows)
    return [_line(visit, row, known, around) for row in rows]


def _line(visit: Visit, row: LinkRow, known: Known, around: Around) -> Line:
    client = row.client
    customer = known.customer(visit.firm, row.customer_id) if row.customer_id is not None else None
    values = client.values if client else {}
    changed_at, changed_by = _last_change(row)
    email = next((value for field, value in values.items() if field == "email"), None)
    return Line(
        row=row,
        shown=shown(row, customer, known, around, visit.clock),
        address=visit.client_address(row.client_id),
        name=name_in(values) or row.client_id,
        email=email if isinstance(email, str) else None,
        customer=customer_of(row, customer),
        changed_at=changed_at,
        changed_by=changed_by,
    )


def _last_change(row: LinkRow) -> tuple[datetime | None, str]:
    """Tell the later of the two that the row remembers: the link's last turn, and the last edit of either side."""
    edited, where = row.client.changed_at if row.client else None, "in Canopy"
    if row.edited is not None:
        edited, where = row.edited.at, f"in {side_name(row.edited.side)}"
    if row.since is None or (edited is not None and edited > row.since):
        return edited, where
    if row.status is LinkStatus.NOT_SYNCED:
        return row.since, f"unmatched by {who(row.actor)}" if row.reason is Reason.UNMATCHED else ""
    return row.since, f"by {who(row.actor)}" if row.status is not LinkStatus.NEEDS_ATTENTION else ""

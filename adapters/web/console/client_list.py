"""The list of clients: filtered and searched by its address, so that a list can be sent to a colleague."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from aiohttp import web

from adapters.web.console.asked_list import AskedList, asked_list, rows_asked_for
from adapters.web.console.frame import frame
from adapters.web.console.standing_look import LOOKS, Shown, shown
from adapters.web.console.visit import Visit
from adapters.web.console.words import NamedCustomer, customer_of, name_in
from adapters.web.texts.kinds import kind_text
from adapters.web.texts.who_and_when import who
from domain.ids import ClientId
from domain.known import Known
from domain.last_change import Turn, last_change
from domain.rows import LinkRow, LinkStatus, Reason
from domain.standing import Around, Standing

MOST_AT_ONCE = 100

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
    asked = asked_list(visit)
    wanted, q = asked.listing.stands, asked.listing.q
    around = await frame(visit)
    reads = visit.parts.read_model
    found = await reads.lists.page(
        visit.firm,
        asked.listing,
        around.around,
        cursor=visit.request.query.get("cursor"),
        limit=rows_asked_for(visit),
    )
    counts = await reads.links.standings(visit.firm, around.around, q) if q else around.counts
    filters = _filters(asked, counts, around.counts)
    return visit.render(
        "clients.html",
        frame=around,
        filters=filters,
        chosen=next(each.word for each in filters if each.chosen),
        total=await _total(visit, asked, around.around, filters),
        why=asked.listing.why,
        because=kind_text(asked.listing.why) if asked.listing.why is not None else None,
        whatever=asked.of(wanted),
        columns=asked.columns(),
        lines=await _lines(visit, found.clients, around.around, asked),
        q=q,
        status=wanted,
        sort=asked.query().get("sort"),
        more=asked.after(found.cursor) if found.cursor else None,
        unmatched=await reads.customers.unmatched(visit.firm),
        everything=f"{visit.home}/clients",
        place="clients",
    )


async def show_rows(visit: Visit) -> web.Response:
    """Show some clients' rows as they are now, whatever list they stand in."""
    wanted = [ClientId(client) for client in visit.request.query.getall("id", [])[:MOST_AT_ONCE]]
    found = [view.row for view in await visit.parts.read_model.links.some(visit.firm, wanted)]
    around = await visit.parts.read_model.firms.around(visit.firm, visit.parts.partition_of(visit.firm))
    return visit.render(
        "some_clients.html", lines=await _lines(visit, found, around, asked_list(visit)), q=""
    )


async def _total(visit: Visit, asked: AskedList, around: Around, filters: Sequence[Filter]) -> int:
    """Count all of the list, of which a part is shown."""
    chosen = next(each.count for each in filters if each.chosen)
    if asked.listing.why is None:
        return chosen
    return await visit.parts.read_model.lists.total(visit.firm, asked.listing, around)


def _filters(
    asked: AskedList, counts: Mapping[Standing, int], of_all: Mapping[Standing, int]
) -> list[Filter]:
    """Offer the filters. `counts`: of what was searched for; `of_all`: of the whole firm."""
    chosen = asked.listing.stands
    everything = Filter(
        key="all", word="All", count=sum(counts.values()), address=asked.of(None), chosen=chosen is None
    )
    offered = [
        Filter(
            key=each,
            word=look.word.rstrip("…"),
            count=counts[each],
            address=asked.of(each),
            chosen=each is chosen,
        )
        for each, look in LOOKS.items()
        if each in ALWAYS_OFFERED or of_all[each] or each is chosen
    ]
    return [everything, *offered]


async def _lines(visit: Visit, rows: Sequence[LinkRow], around: Around, asked: AskedList) -> list[Line]:
    known = await visit.parts.read_model.surroundings.of(visit.firm, rows)
    return [_line(visit, row, known, around, asked) for row in rows]


def _line(visit: Visit, row: LinkRow, known: Known, around: Around, asked: AskedList) -> Line:
    client = row.client
    customer = known.customer(visit.firm, row.customer_id) if row.customer_id is not None else None
    values = client.values if client else {}
    changed_at, changed_by = _last_change(row)
    email = next((value for field, value in values.items() if field == "email"), None)
    return Line(
        row=row,
        shown=shown(row, customer, around, visit.clock),
        address=asked.record(row.client_id),
        name=name_in(values) or row.client_id,
        email=email if isinstance(email, str) else None,
        customer=customer_of(row, customer),
        changed_at=changed_at,
        changed_by=changed_by,
    )


def _last_change(row: LinkRow) -> tuple[datetime | None, str]:
    """Tell when something happened last, and where or by whom."""
    changed = last_change(row)
    if changed is None:
        return None, ""
    match changed.turn:
        case Turn.EDITED_IN_CANOPY:
            return changed.at, "in Canopy"
        case Turn.EDITED_IN_QUICKBOOKS:
            return changed.at, "in QuickBooks"
        case Turn.ASKED:
            return changed.at, ""  # the status beside it says what
        case Turn.BROUGHT_HERE if row.status is not LinkStatus.NOT_SYNCED:
            return changed.at, f"by {who(row.actor)}"
        case Turn.BROUGHT_HERE:
            return changed.at, f"unmatched by {who(row.actor)}" if row.reason is Reason.UNMATCHED else ""

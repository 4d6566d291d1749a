"""What is held while a switch is off: client by client, field by field, with what sending it would put in place."""

from dataclasses import dataclass

from aiohttp import web

from adapters.store.views import LinkView
from adapters.web.console.frame import frame
from adapters.web.console.visit import Visit
from adapters.web.console.words import name_in, text_of
from adapters.web.texts.fields import FIELD_LABELS


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldField:
    """One field: what stands on the side where it would go, and what would stand there then."""

    label: str
    to: str
    now: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldLine:
    """One client with all that is held of it."""

    client_id: str
    version: int
    name: str
    address: str
    fields: list[HeldField]


async def show_held(visit: Visit) -> web.Response:
    """List the clients, or the next part of them."""
    page = await visit.parts.read_model.held.page(visit.firm, cursor=visit.request.query.get("cursor"))
    address = f"{visit.home}/held"
    return visit.render(
        "held.html",
        frame=await frame(visit),
        lines=[held_line(visit, view) for view in page.clients],
        total=page.total,
        more=f"{address}?cursor={page.cursor}" if page.cursor else None,
        place="settings",
    )


def held_line(visit: Visit, view: LinkView) -> HeldLine:
    """Lay out what is held of one client."""
    row, customer = view.row, view.customer
    ours = row.client.values if row.client else {}
    theirs = customer.customer.values if customer and customer.customer else {}
    there = [(field, "QuickBooks", theirs, ours) for field in row.held.to_quickbooks]
    here = [(field, "Canopy", ours, theirs) for field in row.held.to_canopy]
    return HeldLine(
        client_id=row.client_id,
        version=row.version,
        name=name_in(ours) or row.client_id,
        address=visit.client_address(row.client_id),
        fields=[
            HeldField(
                label=FIELD_LABELS[field], to=to, now=text_of(now.get(field)), after=text_of(after.get(field))
            )
            for field, to, now, after in (*there, *here)
        ],
    )

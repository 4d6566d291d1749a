"""What would be sent: the writes that are pending, client by client, field by field."""

from dataclasses import dataclass

from aiohttp import web

from adapters.web.console.frame import frame
from adapters.web.console.visit import Visit
from adapters.web.console.words import name_in
from adapters.web.texts.fields import FIELD_LABELS
from domain.effects import CreateCustomer, UpdateClient, Write
from domain.fields import Field


@dataclass(frozen=True, slots=True, kw_only=True)
class DueLine:
    """One client with what would be done about it."""

    name: str
    address: str
    what: str
    fields: str


async def show_due(visit: Visit) -> web.Response:
    """List them by name, or the next part of them."""
    page = await visit.parts.read_model.due.page(visit.firm, cursor=visit.request.query.get("cursor"))
    lines = []
    for view in page.clients:
        row, write = view.row, view.row.write
        if write is not None:
            name = (name_in(row.client.values) if row.client else None) or row.client_id
            what, fields = _what(write)
            address = visit.client_address(row.client_id)
            lines.append(DueLine(name=name, address=address, what=what, fields=fields))
    return visit.render(
        "due.html",
        frame=await frame(visit),
        lines=lines,
        total=page.total,
        more=f"{visit.home}/due?cursor={page.cursor}" if page.cursor else None,
        place="settings",
    )


def _what(write: Write) -> tuple[str, str]:
    fields = ", ".join(FIELD_LABELS[field] for field in Field if field in write.values)
    match write:
        case CreateCustomer():
            return "Create a QuickBooks customer", fields
        case UpdateClient():
            return "Change in Canopy", fields
        case _:
            return "Change in QuickBooks", fields

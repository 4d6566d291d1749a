"""The list that a record was opened from: the way back to it, and on to the clients beside it."""

from dataclasses import dataclass
from urllib.parse import urlencode

from adapters.web.console.asked_list import CLIENTS, QUESTIONS, asked_list
from adapters.web.console.visit import Visit
from adapters.web.console.walking import Walking, walking
from domain.ids import ClientId
from domain.standing import Around


@dataclass(frozen=True, slots=True, kw_only=True)
class CameFrom:
    """The list by its name and address. `walking` None: nobody came from a list."""

    label: str
    address: str
    walking: Walking | None


async def came_from(visit: Visit, around: Around, client: ClientId) -> CameFrom:
    """Say where the record was opened from; who followed a link from elsewhere is led to all clients."""
    opened = visit.request.query.get("list")
    if opened == QUESTIONS:
        path = f"{visit.home}/attention?{urlencode({'client': client})}"
        return CameFrom(label="Needs attention", address=path, walking=None)
    asked = asked_list(visit)
    if opened != CLIENTS:
        return CameFrom(label="Clients", address=asked.address, walking=None)
    place = await visit.parts.read_model.lists.place(visit.firm, asked.listing, around, client)
    return CameFrom(
        label="Clients",
        address=asked.with_row(client, place.number if place is not None else None),
        walking=walking(place, "Clients of the list", asked.record) if place is not None else None,
    )

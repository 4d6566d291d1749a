"""Adding and editing a client. What is typed goes to Canopy by the API; what is to be said of it comes from here."""

from collections.abc import Mapping
from dataclasses import dataclass

import orjson
from aiohttp import web

from adapters.store.suggested import suggested_for_party
from adapters.web.api.clients import known_client
from adapters.web.api.refusals import refused
from adapters.web.bodies import read_body
from adapters.web.console.frame import frame
from adapters.web.console.match_window import instead_of_creating
from adapters.web.console.visit import Visit
from adapters.web.console.words import name_in
from adapters.web.problems import Problem
from adapters.web.texts.fields import ADDRESS_LABELS, FIELD_LABELS
from adapters.web.texts.remarks import remarks
from domain.fields import Address, Field, Value, Values
from domain.firm_rows import FirmRow
from domain.ids import ClientId
from domain.matching.party import party
from domain.refusals import Refusal

KINDS = {Field.EMAIL: "email", Field.PHONE: "tel", Field.MOBILE: "tel", Field.FAX: "tel"}

LONGEST_TEXT = 500
"""No field that is compared takes more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing to type. `kind`: which keyboard a phone shows."""

    name: str
    label: str
    value: str
    kind: str = "text"


async def show_add_client(visit: Visit) -> web.Response:
    """Show an empty form, with the Sync client toggle as the settings have it."""
    around = await frame(visit)
    firm = await visit.parts.read_model.firms.row(visit.firm)
    return visit.render(
        "client_form.html",
        frame=around,
        client=None,
        fields=_fields({}),
        address=_address({}),
        toggle=_toggle(firm) if around.connected else None,
        place="clients",
    )


async def show_edit_client(visit: Visit) -> web.Response:
    """Show what Canopy holds of a client, to be changed."""
    client_id = ClientId(visit.request.match_info["client"])
    row = (await known_client(visit.parts.read_model, visit.firm, client_id)).row
    if row.client is None:
        raise refused(404, Refusal("client_unknown"))
    if row.client.presence != "present":
        raise refused(409, Refusal("client_gone"))
    return visit.render(
        "client_form.html",
        frame=await frame(visit),
        client=row.client,
        name=name_in(row.client.values) or client_id,
        fields=_fields(row.client.values),
        address=_address(row.client.values),
        toggle=None,
        place="clients",
    )


async def show_remarks(visit: Visit) -> web.Response:
    """Answer what is to be said of what was typed so far, by field; of a new client also who in QuickBooks it may be."""
    try:
        typed = orjson.loads(await read_body(visit.request))
    except orjson.JSONDecodeError:
        raise Problem(400, "wrong_body", "What was typed can't be read.", advice="Send it as JSON.") from None
    connected = (await visit.parts.read_model.firms.row(visit.firm)).connection is not None
    body = typed if isinstance(typed, dict) else {}
    said = remarks(body, connected=connected)
    is_new = connected and "type" in body
    return web.json_response(
        {
            "fields": {name: {"text": each.text, "stops": each.stops} for name, each in said.items()},
            "like": await _like(visit, body) if is_new else None,
        }
    )


async def _like(visit: Visit, body: Mapping[str, object]) -> dict[str, object] | None:
    """Name the customer that a client with these values probably is, and the client that has it, if one does."""
    values: dict[Field, Value] = {
        field: text[:LONGEST_TEXT]
        for field in Field
        if field is not Field.ADDRESS and isinstance(text := body.get(field), str)
    }
    client = party("", values, business=body.get("type") == "business")
    like = instead_of_creating(
        await suggested_for_party(visit.parts.read_model.near, visit.firm, client), matched=True
    )
    if like is None:
        return None
    named, holder = like.named, like.linked_to
    return {
        "customer_id": named.customer_id,
        "sentence": f"“{named.name or named.customer_id}” ({named.customer_id}) in QuickBooks {like.has}.",
        "client": {
            "address": visit.client_address(holder.client_id),
            "name": holder.display_name or holder.client_id,
        }
        if holder is not None
        else None,
    }


def _fields(values: Values) -> list[Entry]:
    return [
        Entry(name=field, label=label, value=str(values.get(field) or ""), kind=KINDS.get(field, "text"))
        for field, label in FIELD_LABELS.items()
        if field is not Field.ADDRESS
    ]


def _address(values: Values) -> list[Entry]:
    address = values.get(Field.ADDRESS)
    has = address if isinstance(address, Address) else Address()
    return [
        Entry(name=f"address.{part}", label=label, value=getattr(has, part) or "")
        for part, label in ADDRESS_LABELS.items()
    ]


def _toggle(firm: FirmRow) -> dict[str, object]:
    """Say what Sync client will do, on and off, as the settings are today."""
    creating = firm.settings.actions_from_canopy.creating
    listed = (
        firm.connection is not None and firm.connection.customers_listed and firm.connection.clients_listed
    )
    if not listed:
        on = "A QuickBooks customer is created as soon as both sides have been read for the first time."
    else:
        on = "A QuickBooks customer is created for this client, and kept in step from then on."
    off = "This client stays out of QuickBooks, also after edits, until somebody matches it."
    return {"checked": creating, "on": on, "off": off}

"""One client: what Canopy holds, how it stands with QuickBooks, and all that was decided about it."""

import re
from dataclasses import dataclass
from datetime import datetime

from aiohttp import web

from adapters.store.views import CustomerView, LinkView
from adapters.web.api.clients import known_client
from adapters.web.console.came_from import came_from
from adapters.web.console.frame import frame
from adapters.web.console.held_look import versions_seen
from adapters.web.console.line_offers import line_offers
from adapters.web.console.question import question_about
from adapters.web.console.standing_look import shown, words_for
from adapters.web.console.timeline import Show, told_by_day
from adapters.web.console.visit import Visit
from adapters.web.console.words import (
    NamedCustomer,
    agreed_customer,
    customer_of,
    name_in,
    named,
    stays_out,
    text_of,
)
from adapters.web.texts.fields import FIELD_LABELS, field_names
from adapters.web.texts.held import button_words
from adapters.web.texts.who_and_when import who
from adapters.web.texts.why import why
from domain.fields import Field
from domain.ids import ClientId
from domain.inputs import Unmatch
from domain.link.allowed import refusal_of
from domain.link.choices import open_choices
from domain.link.offers import NOT_SENT, actions, refusal_of_action
from domain.rows import LinkRow, LinkStatus
from domain.standing import Standing
from domain.table import Table

LINES = 50
MOST_LINES = 2000
_NUMBER = re.compile("[0-9]{1,9}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownField:
    """A field of the client. `quickbooks`: the customer's value, where it is another one."""

    label: str
    value: str
    quickbooks: str | None


async def show_client(visit: Visit) -> web.Response:
    """Show the page of one client."""
    reads = visit.parts.read_model
    client = ClientId(visit.request.match_info["client"])
    found = await known_client(reads, visit.firm, client)
    show = next((each for each in Show if each == visit.request.query.get("show")), Show.ALL)
    wanted = _number_of_lines(visit.request.query.get("lines"))
    timeline = await reads.links.timeline(visit.firm, client, limit=wanted)
    row = found.row
    known = await reads.surroundings.of(visit.firm, [row])
    offers = await line_offers(reads, known, row, timeline.lines)
    around, can = await frame(visit), actions(known, row)
    stands = shown(row, found.customer, around.around, visit.clock)
    is_asked = stands.standing is Standing.NEEDS_ATTENTION  # nobody can answer while the firm is disconnected
    return visit.render(
        "client.html",
        frame=around,
        view=found,
        shown=stands,
        why=why(
            row,
            around.around,
            found.customer,
            open_choices(known, row),
            refusal_of_action(known, row, "restore"),
            words_for(visit.clock),
        ).text,
        row=row,
        name=_name(row),
        fields=_fields(found),
        customer=customer_of(row, found.customer),
        former=await _former(visit, row),
        can=can,
        stays_out=stays_out(row.reason) if row.status is LinkStatus.NOT_SYNCED else None,
        question=await question_about(visit, found, known, timeline.lines) if is_asked else None,
        held=[FIELD_LABELS[field] for field in (*row.held.to_quickbooks, *row.held.to_canopy)],
        held_seen=versions_seen(found),
        held_acts=[(act, word) for act, word in button_words(row.held).items() if act in can],
        replaced=await _replaced(visit, known, row),
        days=told_by_day(timeline.lines, row, visit.clock, offers, show),
        show=show,
        shows=[(each, _show_word(each), visit.with_query(show=each)) for each in Show],
        has_earlier=timeline.cursor is not None and wanted < MOST_LINES,
        email=text_of(row.client.values.get(Field.EMAIL)) if row.client else "",
        known_by=_known_by(row),
        came_from=await came_from(visit, around.around, client),
        lines_address=visit.with_query(lines=str(wanted + LINES)),
        since=_since(row),
        place="clients",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Since:
    """Since when a client stands as it does, and by whom."""

    label: str
    time: datetime
    by: str | None


def _since(row: LinkRow) -> Since | None:
    """Say since when the row's status stands; a question has its own time, and nobody who made it."""
    if row.problem is not None and row.status is LinkStatus.NEEDS_ATTENTION:
        return Since(label="Needs attention since", time=row.problem.since, by=None)
    if row.since is None:
        return None
    return Since(label=_since_label(row.status), time=row.since, by=who(row.actor) if row.actor else None)


def _since_label(status: LinkStatus) -> str:
    match status:
        case LinkStatus.SYNCED:
            return "Matched since"
        case LinkStatus.NOT_SYNCED:
            return "Not synced since"
        case LinkStatus.NEEDS_ATTENTION:
            return "Needs attention since"
        case LinkStatus.MATCHING | LinkStatus.CREATING | LinkStatus.UNMATCHING:
            return "Begun"


def named_customer(view: CustomerView) -> NamedCustomer:
    """Name a customer as QuickBooks last showed it."""
    return named(view.row)


def _known_by(row: LinkRow) -> list[str]:
    """Give what stands beside the customers in the window, so that one can compare."""
    values = row.client.values if row.client else {}
    wanted = (Field.EMAIL, Field.PHONE, Field.MOBILE, Field.ADDRESS)
    return [text_of(values[field]) for field in wanted if values.get(field)]


def _show_word(show: Show) -> str:
    match show:
        case Show.ALL:
            return "All"
        case Show.PEOPLE:
            return "People"
        case Show.SYNC:
            return "Sync"
        case Show.PROBLEMS:
            return "Problems"


def _number_of_lines(text: str | None) -> int:
    return max(1, min(int(text), MOST_LINES)) if text and _NUMBER.fullmatch(text) else LINES


def _name(row: LinkRow) -> str:
    return (name_in(row.client.values) if row.client else None) or row.client_id


def _fields(found: LinkView) -> list[ShownField]:
    client = found.row.client
    ours = client.values if client else {}
    theirs = found.customer.customer.values if found.customer and found.customer.customer else None
    shown = []
    for field, label in FIELD_LABELS.items():
        if field is Field.COMPANY_NAME and field not in ours and client and client.type == "individual":
            continue
        other = theirs is not None and theirs.get(field) != ours.get(field)
        shown.append(
            ShownField(
                label=label,
                value=text_of(ours.get(field)),
                quickbooks=text_of(theirs.get(field)) if other and theirs is not None else None,
            )
        )
    return shown


async def _replaced(visit: Visit, known: Table, row: LinkRow) -> str:
    """Name the fields that an unmatch would give back to QuickBooks; none, where that would be refused."""
    if row.status is not LinkStatus.SYNCED:
        return ""
    values = (await visit.parts.read_model.replaced.to_put_back(visit.firm, [row.client_id])).get(
        row.client_id
    )
    asked = Unmatch(firm_id=visit.firm, client_id=row.client_id, intent_id=NOT_SENT, values_back=values or {})
    if not values or refusal_of(known, row, asked) is not None:
        return ""
    return field_names(values)


async def _former(visit: Visit, row: LinkRow) -> NamedCustomer | None:
    """Name the customer that an unmatch let go, as it is called now."""
    if row.former is None:
        return None
    found = await visit.parts.read_model.customers.one(visit.firm, row.former.customer_id)
    if found is None or found.row.customer is None:
        return agreed_customer(row.former.customer_id, row.former.agreed)
    return named_customer(found)

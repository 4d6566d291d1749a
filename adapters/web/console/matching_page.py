"""Both lists of a firm side by side, as they would be matched; each pair opens its review, and nothing is matched here."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from aiohttp import web

from adapters.store.cursors import cursor_of, number_key
from adapters.web.api.matching import (
    Group,
    Line,
    MatchingTotals,
    lines_of,
    totals_of,
    values_of_client,
    values_of_customer,
)
from adapters.web.console.chips import Chip, chips_of
from adapters.web.console.frame import frame
from adapters.web.console.visit import Visit
from adapters.web.console.words import name_in
from domain.fields import Field, Values

ROWS = 100
WORDS: dict[Group, str] = {
    "sure": "Sure",
    "likely": "Likely",
    "only_in_canopy": "Only in Canopy",
    "only_in_quickbooks": "Only in QuickBooks",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One of either side, as far as one knows them by it."""

    own_id: str
    name: str
    known_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownRow:
    """One row. `address`: where its review opens, or its record."""

    group: Group
    client: Side | None
    customer: Side | None
    chips: Sequence[Chip]
    address: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """One group above the list."""

    word: str
    count: int
    address: str
    chosen: bool


async def show_matching(visit: Visit) -> web.Response:
    """Show them by group, or the next part of them."""
    asked = visit.request.query
    group = next((each for each in WORDS if each == asked.get("show")), None)
    paired = await visit.parts.read_model.pairings.of(visit.firm)
    lines, totals = lines_of(paired, group), totals_of(paired)
    begin = max(number_key(asked["cursor"], 1)[0], 0) if "cursor" in asked else 0
    end = begin + ROWS
    more = {"show": group} if group else {}
    return visit.render(
        "matching.html",
        frame=await frame(visit),
        totals=totals,
        filters=_filters(visit, totals, group),
        rows=[_shown(visit, each) for each in lines[begin:end]],
        groups=WORDS,
        more=f"{visit.home}/matching?{urlencode(more | {'cursor': cursor_of(end)})}"
        if end < len(lines)
        else None,
        place="clients",
    )


def _filters(visit: Visit, totals: MatchingTotals, chosen: Group | None) -> list[Filter]:
    counts = {
        "sure": totals.sure,
        "likely": totals.likely,
        "only_in_canopy": totals.only_in_canopy,
        "only_in_quickbooks": totals.only_in_quickbooks,
    }
    everything = Filter(
        word="All", count=sum(counts.values()), address=f"{visit.home}/matching", chosen=chosen is None
    )
    return [
        everything,
        *(
            Filter(
                word=word,
                count=counts[group],
                address=f"{visit.home}/matching?show={group}",
                chosen=group == chosen,
            )
            for group, word in WORDS.items()
        ),
    ]


def _shown(visit: Visit, line: Line) -> ShownRow:
    link, customer, made = line.link, line.customer, line.made
    address = visit.client_address(link.client_id) if link is not None else None
    if address is not None and customer is not None:
        address = f"{address}#match={quote(customer.customer_id, safe='')}"
    return ShownRow(
        group=line.group,
        client=_side(link.client_id, values_of_client(line)) if link is not None else None,
        customer=_side(customer.customer_id, values_of_customer(line)) if customer is not None else None,
        chips=chips_of(made.reasons, made.cautions) if made is not None else (),
        address=address,
    )


def _side(own_id: str, values: Values) -> Side:
    known_by = [values.get(Field.EMAIL), values.get(Field.PHONE) or values.get(Field.MOBILE)]
    shown = " · ".join(each for each in known_by if isinstance(each, str))
    return Side(own_id=own_id, name=name_in(values) or own_id, known_by=shown)

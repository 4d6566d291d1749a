"""Both lists of a firm side by side: who is surely whom, who probably, and who is on one side alone."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel

from adapters.store.cursors import cursor_of, number_key
from adapters.store.pairings import Paired
from adapters.web.api.operations import FIRM_PATH, Answer, Call, Operation, PageQuery
from domain.fields import Field, Values
from domain.matching.reasons import VERSION, Caution, Reason, Strength
from domain.matching.suggestions import Suggestion
from domain.names import folded
from domain.rows import CustomerRow, LinkRow

PATH = FIRM_PATH + "/matching"

Group = Literal["sure", "likely", "only_in_canopy", "only_in_quickbooks"]


class MatchingQuery(PageQuery):
    """`show`: one group; absent: all, in the order of the totals."""

    show: Group | None = None


class MatchingTotals(BaseModel):
    """Of those that could be matched: `sure`, `likely` and the one-sided make up each side. `matched`: are so already."""

    clients: int
    customers: int
    sure: int
    likely: int
    only_in_canopy: int
    only_in_quickbooks: int
    matched: int


class MatchingRow(BaseModel):
    """A pair, or one of either side alone. The versions are what a match takes, so that it is done on what was seen."""

    group: Group
    client_id: str | None
    client_name: str | None
    link_version: int | None
    customer_id: str | None
    customer_name: str | None
    customer_sync_token: int | None
    reasons: list[Reason]
    cautions: list[Caution]


class MatchingAnswer(BaseModel):
    """Rows by group, and by name in each. `version`: of the rules that paired them; `cursor` None: the last page."""

    version: int
    totals: MatchingTotals
    rows: list[MatchingRow]
    cursor: str | None


@dataclass(frozen=True, slots=True)
class Line:
    """A row before it is written in any way. `made`: how the two were paired."""

    group: Group
    link: LinkRow | None
    customer: CustomerRow | None
    made: Suggestion | None


def totals_of(paired: Paired) -> MatchingTotals:
    """Count a pairing."""
    counts, pairing = paired.pairing.counts(), paired.pairing
    return MatchingTotals(
        clients=len(pairing.pairs) + len(pairing.only_clients),
        customers=len(pairing.pairs) + len(pairing.only_customers),
        sure=counts[Strength.SURE],
        likely=counts[Strength.LIKELY],
        only_in_canopy=len(pairing.only_clients),
        only_in_quickbooks=len(pairing.only_customers),
        matched=paired.matched,
    )


def lines_of(paired: Paired, group: Group | None) -> list[Line]:
    """Give the rows of one group, or all: by group, and by name in each."""
    found = [each for each in _lines(paired) if group in (None, each.group)]
    order: tuple[Group, ...] = ("sure", "likely", "only_in_canopy", "only_in_quickbooks")
    return sorted(found, key=lambda each: (order.index(each.group), *_name_and_id(each)))


def _lines(paired: Paired) -> Iterator[Line]:
    clients = {str(own_id): row for own_id, row in paired.clients.items()}
    customers = {str(own_id): row for own_id, row in paired.customers.items()}
    for made in paired.pairing.pairs:
        group: Group = "sure" if made.strength is Strength.SURE else "likely"
        yield Line(group, clients[made.client_id], customers[made.customer_id], made)
    for client_id in paired.pairing.only_clients:
        yield Line("only_in_canopy", clients[client_id], None, None)
    for customer_id in paired.pairing.only_customers:
        yield Line("only_in_quickbooks", None, customers[customer_id], None)


def values_of_client(line: Line) -> Values:
    """Give what Canopy holds of a row's client."""
    return line.link.client.values if line.link is not None and line.link.client is not None else {}


def values_of_customer(line: Line) -> Values:
    """Give what QuickBooks holds of a row's customer."""
    row = line.customer
    return row.customer.values if row is not None and row.customer is not None else {}


def _name_and_id(line: Line) -> tuple[str, str, str]:
    values = values_of_client(line) or values_of_customer(line)
    own = line.link.client_id if line.link is not None else ""
    return (
        folded(values.get(Field.DISPLAY_NAME)),
        own,
        line.customer.customer_id if line.customer is not None else "",
    )


async def _matching(call: Call) -> Answer:
    asked = call.query_as(MatchingQuery)
    paired = await call.parts.read_model.pairings.of(call.firm)
    lines = lines_of(paired, asked.show)
    begin = max(number_key(asked.cursor, 1)[0], 0) if asked.cursor is not None else 0
    end = begin + asked.limit
    return Answer(
        body=MatchingAnswer(
            version=VERSION,
            totals=totals_of(paired),
            rows=[_shape(each) for each in lines[begin:end]],
            cursor=cursor_of(end) if end < len(lines) else None,
        )
    )


def _shape(line: Line) -> MatchingRow:
    link, customer, made = line.link, line.customer, line.made
    client_name = values_of_client(line).get(Field.DISPLAY_NAME)
    customer_name = values_of_customer(line).get(Field.DISPLAY_NAME)
    return MatchingRow(
        group=line.group,
        client_id=link.client_id if link is not None else None,
        client_name=client_name if isinstance(client_name, str) else None,
        link_version=link.version if link is not None else None,
        customer_id=customer.customer_id if customer is not None else None,
        customer_name=customer_name if isinstance(customer_name, str) else None,
        customer_sync_token=customer.customer.sync_token
        if customer is not None and customer.customer is not None
        else None,
        reasons=list(made.reasons) if made is not None else [],
        cautions=list(made.cautions) if made is not None else [],
    )


MATCHING = (
    Operation(
        method="GET",
        path=PATH,
        summary="Both lists side by side, paired as far as they can be",
        handle=_matching,
        answer=MatchingAnswer,
        query=MatchingQuery,
    ),
)

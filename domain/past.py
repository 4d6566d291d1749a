"""How a client stood at an earlier point of the log, and what is different between two points.

A point is a place in the log: what stood there is the fold of all records up to it, whatever was decided since.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from domain.fields import Field, Value, Values
from domain.ids import ClientId, FirmId, RowKey, Side, customer_key, link_key
from domain.rows import CustomerRow, LinkRow, Row

Aspect = Literal["status", "reason", "customer_id", "question", "presence"]


@dataclass(frozen=True, slots=True)
class PastClient:
    """A client as it stood. `customer`: the one that it was linked with; None: none, or nothing was known of it."""

    link: LinkRow
    customer: CustomerRow | None


@dataclass(frozen=True, slots=True)
class AspectChange:
    """Something of the link that is different."""

    what: Aspect
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class ValueChange:
    """A field that is different on a side. Of QuickBooks: of whoever was its customer at each of the two points."""

    side: Side
    field: Field
    before: Value
    after: Value


@dataclass(frozen=True, slots=True)
class Difference:
    """What is different between two points; nothing of what came and went in between."""

    aspects: tuple[AspectChange, ...]
    values: tuple[ValueChange, ...]


def fold(rows: Iterable[Row]) -> dict[RowKey, Row]:
    """Give what stands after some records, in their order: of each row the last."""
    return {row.key: row for row in rows}


def client_among(rows: Mapping[RowKey, Row], firm: FirmId, client: ClientId) -> PastClient | None:
    """Give a client among rows; None: it was not known."""
    link = rows.get(link_key(firm, client))
    if not isinstance(link, LinkRow):
        return None
    customer = rows.get(customer_key(firm, link.customer_id)) if link.customer_id is not None else None
    return PastClient(link, customer if isinstance(customer, CustomerRow) else None)


def difference(before: PastClient | None, after: PastClient | None) -> Difference:
    """Say what is different. None: the client was not known at that point."""
    old, new = _aspects(before), _aspects(after)
    return Difference(
        aspects=tuple(AspectChange(what, old[what], new[what]) for what in old if old[what] != new[what]),
        values=(
            *_values("canopy", _of_client(before), _of_client(after)),
            *_values("quickbooks", _of_customer(before), _of_customer(after)),
        ),
    )


def _aspects(past: PastClient | None) -> dict[Aspect, str | None]:
    link = past.link if past is not None else None
    return {
        "status": link.status.value if link is not None else None,
        "reason": link.reason.value if link is not None and link.reason is not None else None,
        "customer_id": link.customer_id if link is not None else None,
        "question": link.problem.code if link is not None and link.problem is not None else None,
        "presence": link.client.presence if link is not None and link.client is not None else None,
    }


def _values(side: Side, before: Values, after: Values) -> Iterable[ValueChange]:
    return (
        ValueChange(side, field, before.get(field), after.get(field))
        for field in Field
        if before.get(field) != after.get(field)
    )


def _of_client(past: PastClient | None) -> Values:
    return past.link.client.values if past is not None and past.link.client is not None else {}


def _of_customer(past: PastClient | None) -> Values:
    customer = past.customer.customer if past is not None and past.customer is not None else None
    return customer.values if customer is not None else {}

"""One page of a listing: who is on it, what of it can't be read, and where it goes on."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime

import structlog

from adapters.quickbooks.answers import (
    UNREADABLE,
    Reply,
    breaks_at_a_record,
    records_in,
    trouble_searching,
)
from adapters.quickbooks.mapping import customer_of
from adapters.quickbooks.paging import Page
from adapters.readable_records import parted
from domain.bounds import CLOCKS_DIFFER, CUSTOMER, moment
from domain.ids import CustomerId
from domain.obstacles import Obstacle
from domain.outcomes import CustomersListed, Rejected, UnreadableRecord
from domain.ports import TryLater
from domain.snapshots import Customer

log = structlog.get_logger()


def listed(page: Page, reply: Reply) -> CustomersListed | TryLater:
    """Read a page. A record that can't be read is named, and holds up none of the others."""
    rows = records_in(reply, "Customer")
    if rows is None:
        return UNREADABLE
    found = parted(read_record(row, reply.at) for row in rows)
    if found is None:
        return UNREADABLE
    customers, broken = found
    following = page.after([_id_of(row) or "" for row in rows])
    return CustomersListed(
        customers=customers,
        cursor=following.cursor if following is not None else None,
        unreadable=broken,
        as_of=_as_of(reply),
    )


def of_these(asked: Sequence[CustomerId], reply: Reply) -> CustomersListed | Rejected | TryLater | None:
    """Read who of those that were asked for is there. None: the query breaks at one of them; ask for them in halves."""
    if code := breaks_at_a_record(reply):
        if len(asked) > 1:
            return None
        log.warning("quickbooks_record_breaks_its_page", customer_id=asked[0], code=code)
        return CustomersListed(
            customers=(), unreadable=(UnreadableRecord(id=asked[0], wrong=f"error {code}"),)
        )
    if trouble := trouble_searching(reply):
        return trouble if trouble != UNREADABLE else Rejected(code=UNREADABLE.why)
    rows = records_in(reply, "Customer")
    found = parted(read_record(row, reply.at) for row in rows) if rows is not None else None
    # Of one without its id nobody knows who of them it is: he would be taken for one that is not there.
    if found is None or any(each.id is None for each in found[1]):
        return Rejected(code=UNREADABLE.why)
    return CustomersListed(customers=found[0], unreadable=found[1])


def _as_of(reply: Reply) -> datetime | None:
    """Read the time of an answer as QuickBooks says it; None: it does not, or not so that it can be read."""
    match reply.body:
        case {"time": str(said)}:
            with suppress(ValueError):
                return moment(said)
    return None


def narrowed(page: Page, code: str) -> CustomersListed | TryLater:
    """Close in on the record at which a query breaks, and go on behind it once it stands alone."""
    smaller = page.halved()
    if smaller is not None:
        return CustomersListed(customers=(), cursor=smaller.cursor)
    behind = page.behind()
    if behind is None:
        return TryLater(why=Obstacle.REFUSED, may_have_happened=False)
    log.warning("quickbooks_record_breaks_its_page", row=page.start, code=code)
    # The query shows nothing of it, so all that is known is where it lies.
    broken = UnreadableRecord(id=None, wrong=f"row {page.start}: error {code}")
    return CustomersListed(customers=(), cursor=behind.cursor, unreadable=(broken,))


def read_customer(body: object, at: datetime) -> Customer | None:
    """Read one customer out of an answer of `at`; None: it can't be read, which the log says."""
    found = read_record(body, at)
    return found if isinstance(found, Customer) else None


def read_record(body: object, at: datetime) -> Customer | UnreadableRecord:
    """Read one customer, or say what is wrong with it, without its values."""
    try:
        return customer_of(body, at + CLOCKS_DIFFER)
    except ValueError as error:
        log.warning("quickbooks_customer_unreadable", wrong=str(error))
        return UnreadableRecord(id=_id_of(body), wrong=str(error))


def _id_of(body: object) -> str | None:
    """Name a record by its id, where that is a number as QuickBooks gives them."""
    given = str(body.get("Id")) if isinstance(body, Mapping) else ""
    return given if CUSTOMER.holds(given) else None

"""Whatever the two outsides answer is read within the bounds, or can't be read; and what is read can be told to the engine."""

from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from adapters.canopy import answers as canopy
from adapters.canopy.api import _page_in
from adapters.canopy.mapping import client_of
from adapters.quickbooks import answers as quickbooks
from adapters.quickbooks.holders import HolderSearch
from adapters.quickbooks.listing import listed
from adapters.quickbooks.paging import Page
from adapters.wire import http_date, seconds_to_wait
from domain.bounds import MOST_WAIT_SECONDS
from domain.ids import ClientId, CustomerId, FirmId, link_key
from domain.outcomes import ClientSaved, ClientsListed, CustomersListed, Deferred, Rejected, Result
from domain.ports import TryLater
from streams.wire.inputs import OUTCOME, Message, partition_of, read_input
from tests import hostile

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
FIRM = FirmId("f-1")
CUSTOMER: dict[str, Any] = {
    "Id": "58",
    "SyncToken": "3",
    "DisplayName": "Ada Ltd",
    "Active": True,
    "BillAddr": {"Id": "94", "Line1": "1 Elm St", "Line2": "b", "Line3": "c", "City": "Chicago"},
    "PrimaryEmailAddr": {"Address": "ada@example.com"},
    "MetaData": {"CreateTime": "2026-08-31T12:11:06-07:00", "LastUpdatedTime": "2026-09-01T08:00:00-07:00"},
}
CUSTOMERS = {"QueryResponse": {"Customer": [CUSTOMER, CUSTOMER]}}
FAULT = {
    "Fault": {"Error": [{"Message": "x", "code": "6240", "element": "DisplayName"}], "type": "Validation"}
}
CLIENT: dict[str, Any] = {
    "client_id": "c-1",
    "version": 4,
    "type": "individual",
    "display_name": "Ada",
    "address": {"city": "Chicago"},
    "updated_at": "2026-11-22T10:00:00Z",
}
CLIENTS = {"clients": [CLIENT, CLIENT], "next_cursor": "c-1"}
PROBLEM = {"code": "wrong_fields", "detail": "Correct it.", "fields": [{"field": "email", "reason": "x"}]}
statuses = st.sampled_from([200, 201, 204, 302, 400, 401, 403, 404, 409, 412, 422, 429, 500, 503])


def tell(result: Result) -> None:
    """Tell the engine: written as an outcome, it is read by the worker's own reader."""
    data = {"effect_id": "e-1", "key": link_key(FIRM, ClientId("c-1")), "result": result, "realm_id": "91"}
    event = {"specversion": "1.0", "id": "o-1", "type": OUTCOME, "firmid": FIRM, "data": data}
    value = orjson.dumps(event, option=orjson.OPT_NON_STR_KEYS)
    place = Message(
        topic="sync.outcomes", partition=partition_of(FIRM, 8), offset=1, key=b"f-1", value=value, at=NOW
    )
    given_, _ = read_input(place, 8, client_of)

    assert hostile.within_bounds(given_)


def tell_answer(answer: object) -> None:
    """Tell the engine what came of a request, as a lane does."""
    match answer:
        case TryLater():
            tell(Deferred(until=NOW + timedelta(seconds=answer.after_seconds or 0), why=answer.why))
        case Rejected():
            tell(answer)


@given(hostile.spoilt(CUSTOMERS))
def test_what_is_read_of_a_customer_can_be_told(body: Any) -> None:
    """An outcome that the engine had to park would leave its effect pending."""
    with capture_logs():
        found = listed(Page(), quickbooks.Reply(status=200, body=body, at=NOW))

    if isinstance(found, CustomersListed):
        tell(found)


def test_each_place_of_a_customer_has_its_bounds() -> None:
    """One odd value at a time: what is read can be told."""
    with capture_logs():
        for body in hostile.each_spoilt({"QueryResponse": {"Customer": [CUSTOMER]}}):
            found = listed(Page(), quickbooks.Reply(status=200, body=body, at=NOW))
            if isinstance(found, CustomersListed):
                tell(found)


def test_each_place_of_a_client_has_its_bounds() -> None:
    """One odd value at a time: what is read can be told."""
    with capture_logs():
        for body in hostile.each_spoilt({"clients": [CLIENT], "next_cursor": "c-1"}):
            page = _page_in(canopy.Reply(status=200, body=body, at=NOW))
            if isinstance(page, ClientsListed):
                tell(page)


@given(st.one_of(hostile.spoilt(FAULT), hostile.spoilt(CUSTOMERS), hostile.values), statuses)
def test_what_is_read_of_a_refusal_can_be_told(body: Any, status: int) -> None:
    """For each kind of request."""
    reply = quickbooks.Reply(status=status, body=body, at=NOW)

    tell_answer(quickbooks.trouble_creating(reply))
    tell_answer(quickbooks.trouble_updating(reply, CustomerId("58")))
    tell_answer(quickbooks.trouble_reading(reply, CustomerId("58")))
    tell_answer(quickbooks.trouble_querying(reply))
    search = HolderSearch(("Ada Ltd",))
    search.take(reply)
    tell(search.found())


@given(hostile.spoilt(CLIENTS))
def test_what_is_read_of_clients_can_be_told(body: Any) -> None:
    """A page, and each client by itself."""
    reply = canopy.Reply(status=200, body=body, at=NOW)
    with capture_logs():
        page = _page_in(reply)
        if isinstance(page, ClientsListed):
            tell(page)
        for each in body.get("clients") or () if isinstance(body.get("clients"), list) else ():
            client = canopy.client_in(reply, each)
            if client is not None:
                tell(ClientSaved(client=client))


@given(st.one_of(hostile.spoilt(PROBLEM), hostile.values), statuses)
def test_what_is_read_of_a_problem_can_be_told(body: Any, status: int) -> None:
    """Canopy's code and fields, and no more of it."""
    match canopy.trouble_in(canopy.Reply(status=status, body=body, at=NOW)):
        case canopy.ClientRefused() as refused:
            tell(canopy.rejected(refused))
            tell_answer(canopy.READ_REFUSED)
        case answer:
            tell_answer(answer)


@given(hostile.texts | st.integers(0).map(str) | st.text(alphabet="0123456789٣५ ", max_size=12))
def test_nobody_makes_us_wait_longer_than_an_hour(said: str) -> None:
    """Whatever stands in the header, it is a time to wait or none."""
    seconds = seconds_to_wait(said, NOW)

    assert seconds is None or 0 < seconds <= MOST_WAIT_SECONDS


@pytest.mark.parametrize(
    "at", ["Fri, 31 Dec 9999 23:59:59 -1200", "Thu, 01 Jan 1970 00:00:00 GMT", "x" * 5000]
)
def test_a_date_that_cannot_be_is_none(at: str) -> None:
    """At the end of the calendar no other zone can tell it."""
    assert http_date(at) is None


def test_a_time_after_tomorrow_is_not_read() -> None:
    """By the clock of who answered."""
    body = {**CUSTOMER, "MetaData": {**CUSTOMER["MetaData"], "LastUpdatedTime": "2026-11-25T12:00:00Z"}}
    found = {"QueryResponse": {"Customer": [body]}}

    with capture_logs():
        early, late = (
            listed(Page(), quickbooks.Reply(status=200, body=found, at=NOW + timedelta(days=days)))
            for days in (0, 2)
        )
    assert isinstance(early, CustomersListed)
    assert isinstance(late, CustomersListed)
    assert [each.id for each in early.unreadable] == ["58"]
    assert [each.customer_id for each in late.customers] == ["58"]

"""What an answer of QuickBooks means for a create, an update and a read.

The fault code says more than the status, even a 200 may carry one, and the fault's type and texts say nothing
reliable (Intuit, error codes; recorded answers). Each function says None of an answer that has no trouble in it.
"""

from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

from adapters.quickbooks.faults import faults_in
from domain.ids import CustomerId
from domain.obstacles import Obstacle
from domain.outcomes import CustomerGone, NameTaken, Rejected
from domain.ports import StaleCopy, TryLater

_NAME_TAKEN = "6240"
_STALE = "5010"
_GONE = "610"
_NO_SUCH_ID = "2030"  # an id that QuickBooks would never give out
# One record of the page breaks the query; it came with status 400 and with 500 (intuit Java-SDK 47).
_BAD_RECORD = "4002"
_WRONG_WITH_THE_REQUEST = frozenset({_NAME_TAKEN, _STALE, _GONE, _NO_SUCH_ID, _BAD_RECORD})

_THROTTLED = "3001"
_NOT_AUTHORISED = frozenset({"100", "110", "120", "3100", "3200"})
# A request of this id is still being worked on: its answer is to be asked for again.
_SAME_REQUEST_UNDER_WAY = "600"
_SYSTEM_FAILURE = "10000"
# Of a record or a request QuickBooks says so by a fault; without one, nobody at this address speaks its language.
_OF_AN_ADDRESS = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED})
# In another data centre, locked, or under maintenance: not now, and not this record's fault.
_COMPANY_AWAY = frozenset({"130", "140", "150"})
# Its subscription ended, or its bill is not paid: only its people can change that.
_SUBSCRIPTION_ENDED = "6190"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An HTTP answer: `body` is its JSON, None if it is none; `at` is when it was given.

    `retry_after` in seconds, if it said so.
    """

    status: int
    body: object
    at: datetime
    retry_after: float | None = None


UNREADABLE = TryLater(why=Obstacle.UNREADABLE, may_have_happened=True)
"""The answer says that all is well, and not what we need of it."""


def trouble_creating(reply: Reply) -> NameTaken | Rejected | TryLater | None:
    """Say what stands against a create."""
    if trouble := _to_ask_again(reply):
        return trouble
    if _NAME_TAKEN in _codes(reply):
        return NameTaken()
    return _rejected(reply)


def trouble_updating(
    reply: Reply, customer: CustomerId
) -> StaleCopy | NameTaken | CustomerGone | Rejected | TryLater | None:
    """Say what stands against an update."""
    if trouble := _to_ask_again(reply):
        return trouble
    codes = _codes(reply)
    if _GONE in codes:
        return CustomerGone(customer_id=customer)
    # Before the name: what we know of the customer is old, and so may be the name that we want.
    if _STALE in codes:
        return StaleCopy()
    if _NAME_TAKEN in codes:
        return NameTaken()
    return _rejected(reply)


def trouble_reading(reply: Reply, customer: CustomerId) -> CustomerGone | TryLater | None:
    """Say what stands against reading one customer."""
    if {_GONE, _NO_SUCH_ID} & _codes(reply):
        return CustomerGone(customer_id=customer)
    return trouble_querying(reply)


def records_in(reply: Reply, kind: str) -> list[object] | None:
    """Give what a query found; None: the answer is none. The list is absent, not empty, when nothing matches."""
    match reply.body:
        case {"QueryResponse": dict() as found}:
            rows = found.get(kind, [])
            return rows if isinstance(rows, list) else None
        case _:
            return None


def trouble_searching(reply: Reply) -> Rejected | TryLater | None:
    """Say what stands against a search that may go without an answer."""
    return _to_ask_again(reply) or _rejected(reply)


def trouble_querying(reply: Reply) -> TryLater | None:
    """Say what stands against a query. A refused one is tried again: nobody can answer for it."""
    if trouble := _to_ask_again(reply):
        return trouble
    return TryLater(why=Obstacle.REFUSED, may_have_happened=False) if _rejected(reply) else None


def trouble_of_many(reply: Reply) -> TryLater | None:
    """Say what stands against a request of many changes as a whole; of a refused one nobody promises that nothing was done."""
    if trouble := _to_ask_again(reply):
        return trouble
    return TryLater(why=Obstacle.REFUSED, may_have_happened=True) if _rejected(reply) else None


def breaks_at_a_record(reply: Reply) -> str | None:
    """Name the code of a query that failed because of one record of its page. None: it did not."""
    return _BAD_RECORD if _BAD_RECORD in _codes(reply) and _to_ask_again(reply) is None else None


def lets_nobody_in(reply: Reply) -> bool:
    """Say whether neither this request nor another would be let into the company with this token."""
    trouble = _to_ask_again(reply)
    return trouble is not None and trouble.why is Obstacle.NOT_AUTHORISED


def doubts_the_token(reply: Reply) -> bool:
    """Say whether a newer token may be let in: this one has ended, and nothing is said of who signed in, or of the app."""
    of_the_person = _NOT_AUTHORISED - {"3200"}
    return (
        reply.status == HTTPStatus.UNAUTHORIZED
        and lets_nobody_in(reply)
        and not of_the_person & _codes(reply)
    )


def _to_ask_again(reply: Reply) -> TryLater | None:
    status, codes = reply.status, _codes(reply)
    # First: throttling was seen under 403 too.
    if status == HTTPStatus.TOO_MANY_REQUESTS or _THROTTLED in codes:
        why, may_have_happened = Obstacle.THROTTLED, False
    elif status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN} or _NOT_AUTHORISED & codes:
        why, may_have_happened = Obstacle.NOT_AUTHORISED, False
    elif _SAME_REQUEST_UNDER_WAY in codes:
        why, may_have_happened = Obstacle.NO_ANSWER, True
    elif _SUBSCRIPTION_ENDED in codes:
        why, may_have_happened = Obstacle.SUBSCRIPTION_ENDED, False
    elif _COMPANY_AWAY & codes:
        why, may_have_happened = Obstacle.UNAVAILABLE, False
    # A server that failed may have failed after it wrote, unless it says what is wrong with the request.
    elif _SYSTEM_FAILURE in codes or (
        status >= HTTPStatus.INTERNAL_SERVER_ERROR and not _WRONG_WITH_THE_REQUEST & codes
    ):
        why, may_have_happened = Obstacle.UNAVAILABLE, True
    elif not codes and status in _OF_AN_ADDRESS:
        why, may_have_happened = Obstacle.NO_SUCH_ADDRESS, False
    elif not codes and (status < HTTPStatus.OK or HTTPStatus.OK < status < HTTPStatus.BAD_REQUEST):
        return UNREADABLE  # Intuit's only good answer is a 200
    else:
        return None
    return TryLater(why=why, may_have_happened=may_have_happened, after_seconds=reply.retry_after)


def _rejected(reply: Reply) -> Rejected | None:
    faults = faults_in(reply.body)
    if reply.status == HTTPStatus.OK and not faults:
        return None
    fields = dict.fromkeys(fault.field for fault in faults if fault.field)
    return Rejected(code=faults[0].code if faults else str(reply.status), fields=tuple(fields))


def _codes(reply: Reply) -> frozenset[str]:
    return frozenset(fault.code for fault in faults_in(reply.body))

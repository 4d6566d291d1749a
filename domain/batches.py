"""What people ask for in bulk: rows, each of which becomes one intent.

A row's intent has the same id however often it is asked for, so whoever goes on after a crash does nothing twice.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Literal, TypeVar, assert_never

from domain.fields import Values
from domain.ids import ClientId, CustomerId, FirmId, IntentId
from domain.inputs import AddClient, Create, LeaveBoth, Match, Push, Restore, Retry, TakeTheirs, Unmatch

Do = Literal[
    "match",
    "create",
    "create_client",
    "leave",
    "unmatch",
    "unmatch_with_values_back",
    "push",
    "take_theirs",
    "leave_both",
    "retry",
    "restore",
]
"""What is asked of a row. `create`: a customer in QuickBooks; `create_client`: a client in Canopy; `leave`: nothing;
`push`: what is held; `take_theirs`: the other side's value in its place; `leave_both`: that each side keeps its own;
`retry`: what was not taken. Only where a batch takes another one back: `restore`, and `unmatch_with_values_back`, which
gives QuickBooks what the match replaced."""

UNMATCHES: tuple[Do, ...] = ("unmatch", "unmatch_with_values_back")
ABOUT_VALUES: tuple[Do, ...] = ("push", "take_theirs", "leave_both", "retry")
"""What these do to a link's values stays; a link that is as it was is not taken apart."""

OF_CLIENT: tuple[Do, ...] = ("restore", *ABOUT_VALUES)
"""These are done with the client's values as they were seen, or not at all."""

MOST_ROWS = 5000
"""Rows of one batch; more than a firm matches at once, and what fits into one request."""

RowState = Literal[
    "done", "under_way", "question", "refused", "moved_on", "left_out", "waiting", "stopped", "not_decided"
]
"""How a row stands. `under_way`: decided, and not all is sent yet; `question`: done, and a person is asked; `waiting`: not decided yet;
`moved_on`: of a batch that takes another one back: it is not as its person saw it, so nothing was done;
`stopped`: it was stopped before; `not_decided`: asked for again and again, and the log says nothing of it."""

STATES: tuple[RowState, ...] = (
    "done",
    "under_way",
    "question",
    "refused",
    "moved_on",
    "waiting",
    "stopped",
    "not_decided",
    "left_out",
)

RowFault = Literal["needs_client", "needs_customer", "twice"]
"""Why a row can't be taken. `twice`: another row is about the same client, or the same customer."""

NO_VALUES: Values = {}

_ABOUT_VALUES: Mapping[Do, type[Push | TakeTheirs | LeaveBoth | Retry]] = {
    "push": Push,
    "take_theirs": TakeTheirs,
    "leave_both": LeaveBoth,
    "retry": Retry,
}

BatchIntent = Match | Create | AddClient | Unmatch | Push | TakeTheirs | LeaveBoth | Retry | Restore


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchRow:
    """One row. The versions say what was seen; None: no check."""

    do: Do
    client_id: ClientId | None = None
    customer_id: CustomerId | None = None
    link_version: int | None = None
    customer_sync_token: int | None = None

    @property
    def is_carried_out(self) -> bool:
        """Say whether it asks for something."""
        return self.do != "leave"


def first_fault(rows: Sequence[BatchRow]) -> tuple[int, RowFault] | None:
    """Name the first row that can't be taken, counted from 0, and why; None: all can."""
    clients: set[ClientId] = set()
    customers: set[CustomerId] = set()
    for number, row in enumerate(rows):
        if row.do not in ("create_client", "leave") and row.client_id is None:
            return number, "needs_client"
        if row.do in ("match", "create_client") and row.customer_id is None:
            return number, "needs_customer"
        if row.client_id is None and row.customer_id is None:
            return number, "needs_client"
        client, customer = _acted_on(row)
        if client in clients or customer in customers:
            return number, "twice"
        clients.update([client] if client is not None else ())
        customers.update([customer] if customer is not None else ())
    return None


def _acted_on(row: BatchRow) -> tuple[ClientId | None, CustomerId | None]:
    """Name the two of a row to which something happens. Of a pair that is no match, each may have a row of its own."""
    match row.do:
        case "match" | "leave":
            return row.client_id, row.customer_id
        case (
            "create"
            | "unmatch"
            | "unmatch_with_values_back"
            | "push"
            | "take_theirs"
            | "leave_both"
            | "retry"
            | "restore"
        ):
            return row.client_id, None
        case "create_client":
            return None, row.customer_id
        case _:
            assert_never(row.do)


def intent_of(batch: str, number: int) -> IntentId:
    """Name what a row of a batch asks for: the same each time it is asked for."""
    return IntentId(sha256(f"batch\n{batch}\n{number}".encode()).hexdigest()[:32])


def batch_intent(
    batch: str,
    firm: FirmId,
    number: int,
    row: BatchRow,
    reason: str | None,
    values_back: Values = NO_VALUES,
    client_version: int | None = None,
) -> BatchIntent | None:
    """Ask for what a row says, on what was seen; None: it asks for nothing.

    `values_back`: of a row that puts them back; `client_version`: of one that is about values of its client (`OF_CLIENT`), as of when they were seen.
    """
    intent = intent_of(batch, number)
    client, customer = row.client_id, row.customer_id
    match row.do:
        case "leave":
            return None
        case "match":
            return Match(
                firm_id=firm,
                intent_id=intent,
                client_id=_there(client),
                customer_id=_there(customer),
                link_version=row.link_version,
                customer_sync_token=row.customer_sync_token,
                reason=reason,
            )
        case "create":
            return Create(
                firm_id=firm,
                intent_id=intent,
                client_id=_there(client),
                link_version=row.link_version,
                reason=reason,
            )
        case "create_client":
            return AddClient(firm_id=firm, intent_id=intent, customer_id=_there(customer), reason=reason)
        case "unmatch" | "unmatch_with_values_back":
            return Unmatch(
                firm_id=firm,
                intent_id=intent,
                client_id=_there(client),
                link_version=row.link_version,
                customer_sync_token=row.customer_sync_token,
                values_back=values_back,
                reason=reason,
            )
        case "push" | "take_theirs" | "leave_both" | "retry":
            return _ABOUT_VALUES[row.do](
                firm_id=firm,
                intent_id=intent,
                client_id=_there(client),
                link_version=row.link_version,
                customer_sync_token=row.customer_sync_token,
                client_version=client_version,
            )
        case "restore":
            return Restore(
                firm_id=firm,
                intent_id=intent,
                client_id=_there(client),
                link_version=row.link_version,
                customer_sync_token=row.customer_sync_token,
                client_version=client_version,
                reason=reason,
            )
        case _:
            assert_never(row.do)


T = TypeVar("T")


def _there(id_: T | None) -> T:
    if id_ is None:
        raise ValueError("a row that first_fault has not let through")
    return id_

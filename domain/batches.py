"""What people ask for in bulk: rows, each of which becomes one intent, and what taking a batch back would do to each.

A row's intent has the same id however often it is asked for, so whoever goes on after a crash does nothing twice.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Literal, TypeVar, assert_never

from domain.decision import Change
from domain.fields import Field, Value
from domain.ids import ClientId, CustomerId, FirmId, IntentId
from domain.inputs import AddClient, Create, Match, Unmatch
from domain.rows import LinkRow, LinkStatus

Do = Literal["match", "create", "create_client", "leave", "unmatch"]
"""What is asked of a row. `create`: a customer in QuickBooks; `create_client`: a client in Canopy; `leave`: nothing;
`unmatch`: only where a batch takes another one back."""

MOST_ROWS = 5000
"""Rows of one batch; more than a firm matches at once, and what fits into one request."""

RowFault = Literal["needs_client", "needs_customer", "twice"]
"""Why a row can't be taken. `twice`: another row is about the same client, or the same customer."""

BatchIntent = Match | Create | AddClient | Unmatch


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
        if row.do in ("match", "create", "unmatch") and row.client_id is None:
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
        case "create" | "unmatch":
            return row.client_id, None
        case "create_client":
            return None, row.customer_id
        case _:
            assert_never(row.do)


def intent_of(batch: str, number: int) -> IntentId:
    """Name what a row of a batch asks for: the same each time it is asked for."""
    return IntentId(sha256(f"batch\n{batch}\n{number}".encode()).hexdigest()[:32])


def batch_intent(
    batch: str, firm: FirmId, number: int, row: BatchRow, reason: str | None
) -> BatchIntent | None:
    """Ask for what a row says, on what was seen; None: it asks for nothing."""
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
        case "unmatch":
            return Unmatch(
                firm_id=firm,
                intent_id=intent,
                client_id=_there(client),
                link_version=row.link_version,
                reason=reason,
            )
        case _:
            assert_never(row.do)


T = TypeVar("T")


def _there(id_: T | None) -> T:
    if id_ is None:
        raise ValueError("a row that first_fault has not let through")
    return id_


RevertOutcome = Literal["unmatched", "already_so", "changed"]
"""What taking a row back would do. `already_so`: it is unmatched; `changed`: it is matched with somebody else by now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RevertedRow:
    """What taking back one row of a batch comes to.

    `stays`: what the match wrote over in QuickBooks, as it was before and as it was written; an unmatch writes nothing,
    so these values stay there. `link_version`: as of when it was looked at.
    """

    number: int
    do: Do
    client_id: ClientId
    customer_id: CustomerId | None
    outcome: RevertOutcome
    link_version: int
    stays: Mapping[Field, tuple[Value, Value]] = field(default_factory=dict)

    def as_row(self) -> BatchRow:
        """Give the row that asks for it."""
        return BatchRow(
            do="unmatch",
            client_id=self.client_id,
            customer_id=self.customer_id,
            link_version=self.link_version,
        )


def reverted(
    number: int, row: BatchRow, link: LinkRow, got: CustomerId | None, wrote: Iterable[Change]
) -> RevertedRow:
    """Say what taking a row back would do to its link as it stands. `got`: whom the row linked it with; `wrote`: what that changed."""
    return RevertedRow(
        number=number,
        do=row.do,
        client_id=link.client_id,
        customer_id=got,
        outcome=_outcome(link, got),
        link_version=link.version,
        stays={
            each.field: (each.before, each.after)
            for each in wrote
            if each.what == "sent" and each.side == "quickbooks" and row.do == "match"
        },
    )


def _outcome(link: LinkRow, got: CustomerId | None) -> RevertOutcome:
    if link.status in (LinkStatus.NOT_SYNCED, LinkStatus.UNMATCHING):
        return "already_so"
    other = got is not None and link.customer_id not in (None, got)
    return "changed" if other else "unmatched"

"""Reads both outsides at a modest pace, and names linked pairs that have drifted: differences that the log knows nothing of."""

import asyncio
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from deploy.verify.drift import drifted_fields, is_at_rest
from deploy.verify.findings import Code, Fact, Finding, Tell
from deploy.verify.fold import PartitionFold
from domain.firm_rows import FirmRow
from domain.ids import ClientId, CustomerId, FirmId, RowKey, customer_key, link_key
from domain.outcomes import CustomersListed, Rejected
from domain.ports import Canopy, QuickBooks, TryLater
from domain.rows import CustomerRow, LinkRow, Row
from domain.snapshots import Client, Customer
from streams.kafka.log_messages import LogMessages
from streams.wire.records import claimed, row_in
from streams.wire.unreadable import UnreadableRecordError

Answer = TypeVar("Answer")
Item = TypeVar("Item")

AT_ONCE = 100
"""So many customers one request reads."""
ROWS_AT_ONCE = 2_000
"""For so many links the partition is read once more."""
SETTLED_SECONDS = 5.0
"""What somebody edits while we read is told to the engine within these, and then its row has moved on."""
TRIES = 5
TRY_AGAIN_SECONDS = 2.0


class NotReadError(Exception):
    """A side gave no answer that could be used, again and again; its text names the side."""


class Pace:
    """Lets so many requests leave a second, one after the other."""

    def __init__(self, a_second: float) -> None:
        self._apart = 1 / a_second
        self._next = 0.0

    async def __call__(self) -> TryLater | None:
        """Wait until one more may leave."""
        now = time.monotonic()
        self._next = max(self._next + self._apart, now)
        await asyncio.sleep(self._next - now)
        return None


@dataclass(slots=True)
class BothSides:
    """The two, as they are now. Each request waits for its turn before it leaves (`Pace`)."""

    quickbooks: QuickBooks
    canopy: Canopy
    compared: int = 0

    async def compare(self, fold: PartitionFold, messages: LogMessages, tell: Tell) -> None:
        """Compare all linked pairs of a partition's firms that are connected."""
        firms = {key for key in fold.rows if key.startswith("firm/")}
        linked: defaultdict[str, list[str]] = defaultdict(list)
        for firm, key, _ in fold.linked():
            linked[firm].append(key)
        for row in (await rows_of(fold, messages, firms, tell)).values():
            if isinstance(row, FirmRow) and row.is_connected and linked[row.firm_id]:
                try:
                    found = await self._of_firm(row, fold, messages, linked[row.firm_id], tell)
                except NotReadError as side:
                    tell(Finding(Code.SIDE_NOT_READ, {"firm": row.firm_id, "side": str(side)}))
                    continue
                for each in await _settled(found, fold, messages):
                    tell(each)

    async def _of_firm(
        self, firm: FirmRow, fold: PartitionFold, messages: LogMessages, links: list[str], tell: Tell
    ) -> list[Finding]:
        clients = await self._clients(firm.firm_id)
        found: list[Finding] = []
        for keys in _some(links, ROWS_AT_ONCE):
            theirs = {_customer_key(firm.firm_id, fold.rows[key].customer) for key in keys}
            rows = await rows_of(fold, messages, {*keys, *theirs}, tell)
            links_at_rest = [row for row in rows.values() if isinstance(row, LinkRow) and is_at_rest(row)]
            for pairs in _some(links_at_rest, AT_ONCE):
                customers = await self._customers(firm, pairs)
                self.compared += len(pairs)
                for link in pairs:
                    row = rows.get(_customer_key(firm.firm_id, link.customer_id))
                    found += _compare(link, row, clients, customers)
        return found

    async def _clients(self, firm: FirmId) -> dict[ClientId, Client]:
        found: dict[ClientId, Client] = {}
        cursor: str | None = None
        while True:
            at = cursor
            page = await _answered("canopy", lambda: self.canopy.list_clients(firm, at))  # noqa: B023  (awaited at once)
            found |= {client.client_id: client for client in page.clients}
            cursor = page.cursor
            if cursor is None:
                return found

    async def _customers(self, firm: FirmRow, pairs: Iterable[LinkRow]) -> dict[CustomerId, Customer]:
        realm = firm.company_of_links
        ids = tuple(pair.customer_id for pair in pairs if pair.customer_id is not None)
        if realm is None or not ids:
            return {}
        answer: CustomersListed | Rejected = await _answered(
            "quickbooks", lambda: self.quickbooks.read_customers(realm, ids)
        )
        if isinstance(answer, Rejected) or answer.unreadable:
            raise NotReadError("quickbooks")
        return {customer.customer_id: customer for customer in answer.customers}


def _some(each: Sequence[Item], most: int) -> Iterator[Sequence[Item]]:
    return (each[first : first + most] for first in range(0, len(each), most))


def _customer_key(firm: FirmId, customer: str | None) -> RowKey:
    return customer_key(firm, CustomerId(customer or ""))


async def _answered(side: str, ask: Callable[[], Awaitable[Answer | TryLater]]) -> Answer:
    for _ in range(TRIES):
        answer = await ask()
        if not isinstance(answer, TryLater):
            return answer
        await asyncio.sleep(answer.after_seconds or TRY_AGAIN_SECONDS)
    raise NotReadError(side)


def _compare(
    link: LinkRow, row: Row | None, clients: dict[ClientId, Client], customers: dict[CustomerId, Customer]
) -> Iterable[Finding]:
    client = clients.get(link.client_id)
    customer = customers.get(CustomerId(link.customer_id or ""))
    facts: dict[str, Fact] = {
        "firm": link.firm_id,
        "client_id": link.client_id,
        "customer_id": link.customer_id or "",
    }
    seen = row.customer if isinstance(row, CustomerRow) else None
    if client is None:
        yield Finding(Code.CLIENT_NOT_THERE, facts)
    if customer is None or not customer.active:
        if seen is None or (seen.active and not seen.gone):
            yield Finding(Code.CUSTOMER_NOT_THERE, facts)
    elif client is not None and (fields := drifted_fields(link, client, customer)):
        yield Finding(Code.SIDES_DIFFER, {**facts, "fields": [each.value for each in fields]})


async def rows_of(
    fold: PartitionFold, messages: LogMessages, keys: Iterable[str], tell: Tell
) -> dict[RowKey, Row]:
    """Read the newest rows of some keys. One that can't be read is told of, and left out."""
    wanted = {fold.rows[key].offset for key in keys if key in fold.rows}
    found: dict[RowKey, Row] = {}
    if not wanted:
        return found
    async for some in messages.between(fold.number, min(wanted), max(wanted) + 1):
        for message in some:
            event = claimed(message.value, message.offset) if message.offset in wanted else None
            if event is None:
                continue
            try:
                row = row_in(event["data"]["row"])
            except (UnreadableRecordError, KeyError, TypeError, AttributeError):
                tell(
                    Finding(
                        Code.RECORD_UNREADABLE, {"partition": message.partition, "offset": message.offset}
                    )
                )
                continue
            found[row.key] = row
    return found


async def _settled(found: list[Finding], fold: PartitionFold, messages: LogMessages) -> list[Finding]:
    """Leave out pairs of which the engine has heard something since."""
    if not found:
        return found
    await asyncio.sleep(SETTLED_SECONDS)
    moved: set[str] = set()
    async for some in messages.between(fold.number, fold.end, await messages.end(fold.number)):
        moved |= {(message.key or b"").decode(errors="replace") for message in some}
    return [each for each in found if not moved & _keys(each)]


def _keys(finding: Finding) -> set[str]:
    firm, facts = FirmId(str(finding.facts["firm"])), finding.facts
    return {
        link_key(firm, ClientId(str(facts["client_id"]))),
        customer_key(firm, CustomerId(str(facts["customer_id"]))),
    }

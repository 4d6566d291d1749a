"""The rows of one partition in memory, with the look-ups that decisions need.

The look-ups are kept as rows are put, never written: a second table would have to be kept in step.
"""

from bisect import bisect_right, insort
from collections import defaultdict
from collections.abc import Iterator
from typing import TypeVar

from domain.effects import CreateCustomer
from domain.ids import ClientId, CustomerId, FirmId, RowKey, customer_key, firm_key, link_key
from domain.rows import CustomerRow, FirmRow, LinkRow, Row

Id = TypeVar("Id", ClientId, CustomerId)


class Table:
    """Rows by key; changed only by `put`, after the row is in the log."""

    def __init__(self) -> None:
        self._rows: dict[RowKey, Row] = {}
        self._link_of: dict[tuple[FirmId, CustomerId], ClientId] = {}
        self._clients: defaultdict[FirmId, list[ClientId]] = defaultdict(list)
        self._creating: defaultdict[FirmId, set[ClientId]] = defaultdict(set)
        self._put_off: defaultdict[FirmId, set[CustomerId]] = defaultdict(set)

    def firm(self, firm: FirmId) -> FirmRow | None:
        """Give a firm's row."""
        row = self._rows.get(firm_key(firm))
        return row if isinstance(row, FirmRow) else None

    def link(self, firm: FirmId, client: ClientId) -> LinkRow | None:
        """Give a client's row."""
        row = self._rows.get(link_key(firm, client))
        return row if isinstance(row, LinkRow) else None

    def customer(self, firm: FirmId, customer: CustomerId) -> CustomerRow | None:
        """Give a customer's row."""
        row = self._rows.get(customer_key(firm, customer))
        return row if isinstance(row, CustomerRow) else None

    def link_of(self, firm: FirmId, customer: CustomerId) -> LinkRow | None:
        """Give the link that has this customer; there is at most one."""
        client = self._link_of.get((firm, customer))
        return self.link(firm, client) if client is not None else None

    def clients_after(self, firm: FirmId, after: ClientId | None, most: int) -> tuple[ClientId, ...]:
        """Name the next clients of a firm, in the order of their ids."""
        clients = self._clients[firm]
        start = 0 if after is None else bisect_right(clients, after)
        return tuple(clients[start : start + most])

    def creates(self, firm: FirmId) -> frozenset[ClientId]:
        """Name the clients of a firm for which a customer is being created."""
        return frozenset(self._creating[firm])

    def put_off_reads(self, firm: FirmId) -> frozenset[CustomerId]:
        """Name the customers whose read waits for a write of ours."""
        return frozenset(self._put_off[firm])

    def get(self, key: RowKey) -> Row | None:
        """Give a row by its key."""
        return self._rows.get(key)

    def __iter__(self) -> Iterator[Row]:
        return iter(self._rows.values())

    def __len__(self) -> int:
        return len(self._rows)

    def put(self, row: Row) -> None:
        """Replace a row."""
        before = self._rows.get(row.key)
        self._rows[row.key] = row
        if isinstance(row, LinkRow):
            self._index_link(before if isinstance(before, LinkRow) else None, row)
        elif isinstance(row, CustomerRow):
            waits = any(read.not_before for read in row.pending)
            _keep(self._put_off[row.firm_id], row.customer_id, waits)

    def _index_link(self, before: LinkRow | None, row: LinkRow) -> None:
        if before is None:
            insort(self._clients[row.firm_id], row.client_id)
        elif before.customer_id is not None and before.customer_id != row.customer_id:
            self._let_go(row, before.customer_id)
        if row.customer_id is not None:
            self._link_of[row.firm_id, row.customer_id] = row.client_id
        creating = any(isinstance(effect, CreateCustomer) for effect in row.pending)
        _keep(self._creating[row.firm_id], row.client_id, creating)

    def _let_go(self, row: LinkRow, customer: CustomerId) -> None:
        # Unless the same decision has just given that customer to another link.
        if self._link_of.get((row.firm_id, customer)) == row.client_id:
            del self._link_of[row.firm_id, customer]


def _keep(names: set[Id], name: Id, wanted: bool) -> None:
    if wanted:
        names.add(name)
    else:
        names.discard(name)

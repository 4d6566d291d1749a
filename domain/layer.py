"""Rows laid over a table: decisions that are made one after the other and are not in the log yet.

The table itself changes only when they are (`domain/table.py`), so whoever looks at it meanwhile sees nothing that may yet
come to nothing.
"""

from collections import defaultdict
from collections.abc import Set as AbstractSet
from typing import TypeVar

from domain.fields import Value
from domain.firm_rows import AllFirmsRow, FirmRow
from domain.ids import (
    ClientId,
    CustomerId,
    EffectId,
    FirmId,
    RowKey,
    all_key,
    customer_key,
    firm_key,
    link_key,
)
from domain.rows import CustomerRow, LinkRow, Row
from domain.table import Table

Id = TypeVar("Id", ClientId, CustomerId)


class Layer:
    """Answers as a table does in which its rows had been put."""

    def __init__(self, below: Table) -> None:
        self._below = below
        self._rows: dict[RowKey, Row] = {}
        self._looked_up = Table()
        self._not_yet: list[Row] = []
        self._clients_here: defaultdict[FirmId, set[ClientId]] = defaultdict(set)
        self._customers_here: defaultdict[FirmId, set[CustomerId]] = defaultdict(set)

    def put(self, row: Row) -> None:
        """Replace a row."""
        self._rows[row.key] = row
        self._not_yet.append(row)

    @property
    def _own(self) -> Table:
        """Its rows, to look something up in: few decisions do, so they are put in order when one does."""
        for row in self._not_yet:
            self._looked_up.put(row)
            if isinstance(row, LinkRow):
                self._clients_here[row.firm_id].add(row.client_id)
            elif isinstance(row, CustomerRow):
                self._customers_here[row.firm_id].add(row.customer_id)
        self._not_yet.clear()
        return self._looked_up

    def get(self, key: RowKey) -> Row | None:
        """Give a row by its key."""
        return self._rows.get(key) or self._below.get(key)

    def all_firms(self, partition: int) -> AllFirmsRow | None:
        """Give the row of what goes for all firms."""
        row = self.get(all_key(partition))
        return row if isinstance(row, AllFirmsRow) else None

    def firm(self, firm: FirmId) -> FirmRow | None:
        """Give a firm's row."""
        row = self.get(firm_key(firm))
        return row if isinstance(row, FirmRow) else None

    def link(self, firm: FirmId, client: ClientId) -> LinkRow | None:
        """Give a client's row."""
        row = self.get(link_key(firm, client))
        return row if isinstance(row, LinkRow) else None

    def customer(self, firm: FirmId, customer: CustomerId) -> CustomerRow | None:
        """Give a customer's row."""
        row = self.get(customer_key(firm, customer))
        return row if isinstance(row, CustomerRow) else None

    def link_of(self, firm: FirmId, customer: CustomerId) -> LinkRow | None:
        """Give the link that has this customer; there is at most one."""
        own = self._own.link_of(firm, customer)
        if own is not None:
            return own
        below = self._below.link_of(firm, customer)
        return None if below is None or below.client_id in self._clients(firm) else below

    def clients_after(self, firm: FirmId, after: str | None, most: int) -> tuple[ClientId, ...]:
        """Name the next clients of a firm, in the order of their ids."""
        return _together(
            self._own.clients_after(firm, after, most), self._below.clients_after(firm, after, most), most
        )

    def customers_after(self, firm: FirmId, after: str | None, most: int) -> tuple[CustomerId, ...]:
        """Name the next customers of a firm, in the order of their ids."""
        return _together(
            self._own.customers_after(firm, after, most), self._below.customers_after(firm, after, most), most
        )

    def creates(self, firm: FirmId) -> frozenset[ClientId]:
        """Name the clients of a firm for which a customer is being created."""
        return self._own.creates(firm) | (self._below.creates(firm) - self._clients(firm))

    def put_off_reads(self, firm: FirmId) -> frozenset[CustomerId]:
        """Name the customers whose read waits for a write of ours."""
        return self._own.put_off_reads(firm) | (self._below.put_off_reads(firm) - self._customers(firm))

    def arriving(self, firm: FirmId) -> frozenset[CustomerId]:
        """Name the new customers that may yet become a client, or are about to."""
        return self._own.arriving(firm) | (self._below.arriving(firm) - self._customers(firm))

    def added_by(self, firm: FirmId, effect: EffectId) -> CustomerId | None:
        """Name the customer for which this effect creates a client, or perhaps did."""
        own = self._own.added_by(firm, effect)
        if own is not None:
            return own
        below = self._below.added_by(firm, effect)
        return None if below in self._customers(firm) else below

    def customers_adding(self, firm: FirmId, name: str) -> frozenset[CustomerId]:
        """Name the customers for which a client of this name is being created, or perhaps was."""
        below = self._below.customers_adding(firm, name)
        return self._own.customers_adding(firm, name) | (below - self._customers(firm))

    def customers_named(self, firm: FirmId, name: str) -> frozenset[CustomerId]:
        """Name the customers whose display name counts as this one."""
        below = self._below.customers_named(firm, name)
        return self._own.customers_named(firm, name) | (below - self._customers(firm))

    def clients_like(self, firm: FirmId, name: Value, email: Value) -> frozenset[ClientId]:
        """Name the clients whose display name or email counts as these."""
        below = self._below.clients_like(firm, name, email)
        return self._own.clients_like(firm, name, email) | (below - self._clients(firm))

    def asked_about(self, firm: FirmId, customer: CustomerId) -> frozenset[ClientId]:
        """Name the clients with an open question about this customer."""
        below = self._below.asked_about(firm, customer)
        return self._own.asked_about(firm, customer) | (below - self._clients(firm))

    def formerly_linked(self, firm: FirmId, customer: CustomerId) -> frozenset[ClientId]:
        """Name the clients that were linked with this customer last."""
        below = self._below.formerly_linked(firm, customer)
        return self._own.formerly_linked(firm, customer) | (below - self._clients(firm))

    def lost_creates(self, firm: FirmId, name: Value) -> frozenset[ClientId]:
        """Name the clients for which a customer of this name was created or not: nobody can say."""
        below = self._below.lost_creates(firm, name)
        return self._own.lost_creates(firm, name) | (below - self._clients(firm))

    def awaiting_name(self, firm: FirmId, name: str) -> frozenset[ClientId]:
        """Name the clients that can't have this display name, since somebody else has it."""
        below = self._below.awaiting_name(firm, name)
        return self._own.awaiting_name(firm, name) | (below - self._clients(firm))

    def awaiting_names(self, firm: FirmId) -> frozenset[ClientId]:
        """Name the clients that can't have their display name."""
        return self._own.awaiting_names(firm) | (self._below.awaiting_names(firm) - self._clients(firm))

    def asked_who_keeps(self, firm: FirmId) -> frozenset[ClientId]:
        """Name the clients that are asked which of two keeps a customer."""
        return self._own.asked_who_keeps(firm) | (self._below.asked_who_keeps(firm) - self._clients(firm))

    def _clients(self, firm: FirmId) -> AbstractSet[ClientId]:
        return self._clients_here.get(firm, frozenset())

    def _customers(self, firm: FirmId) -> AbstractSet[CustomerId]:
        return self._customers_here.get(firm, frozenset())


def _together(own: tuple[Id, ...], below: tuple[Id, ...], most: int) -> tuple[Id, ...]:
    return tuple(sorted(set(own).union(below))[:most]) if own else below

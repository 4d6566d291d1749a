"""The rows of one partition in memory, with the look-ups that decisions need.

The look-ups are kept as rows are put, never written: a second table would have to be kept in step.
"""

from bisect import bisect_right, insort
from collections import defaultdict
from collections.abc import Iterator
from typing import TypeVar

from domain.effects import CreateClient, CreateCustomer
from domain.fields import Field, Value
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
from domain.lookup import Key, Lookup, LookupByFirm
from domain.names import folded
from domain.rows import CustomerRow, LinkRow, Row

Id = TypeVar("Id", ClientId, CustomerId)


class Table:
    """Rows by key; changed only by `put`, after the row is in the log."""

    def __init__(self) -> None:
        self._rows: dict[RowKey, Row] = {}
        self._link_of: defaultdict[FirmId, dict[CustomerId, ClientId]] = defaultdict(dict)
        self._clients: defaultdict[FirmId, list[ClientId]] = defaultdict(list)
        self._customers: defaultdict[FirmId, list[CustomerId]] = defaultdict(list)
        self._creating: Lookup[FirmId, ClientId] = Lookup()
        self._put_off: Lookup[FirmId, CustomerId] = Lookup()
        self._arriving: Lookup[FirmId, CustomerId] = Lookup()
        self._adding: dict[tuple[FirmId, EffectId], CustomerId] = {}
        self._adding_named: LookupByFirm[CustomerId] = LookupByFirm()
        self._lost_adding_named: LookupByFirm[CustomerId] = LookupByFirm()
        self._customers_named: LookupByFirm[CustomerId] = LookupByFirm()
        self._clients_named: LookupByFirm[ClientId] = LookupByFirm()
        self._clients_mailed: LookupByFirm[ClientId] = LookupByFirm()
        self._asked_about: LookupByFirm[ClientId] = LookupByFirm()
        self._former: LookupByFirm[ClientId] = LookupByFirm()
        self._lost: LookupByFirm[ClientId] = LookupByFirm()
        self._name_awaited: LookupByFirm[ClientId] = LookupByFirm()
        self._awaiting_names: Lookup[FirmId, ClientId] = Lookup()
        self._asked_who_keeps: Lookup[FirmId, ClientId] = Lookup()

    def all_firms(self, partition: int) -> AllFirmsRow | None:
        """Give the row of what goes for all firms."""
        row = self._rows.get(all_key(partition))
        return row if isinstance(row, AllFirmsRow) else None

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
        client = self._link_of[firm].get(customer) if firm in self._link_of else None
        return self.link(firm, client) if client is not None else None

    def clients_after(self, firm: FirmId, after: str | None, most: int) -> tuple[ClientId, ...]:
        """Name the next clients of a firm, in the order of their ids."""
        return _after(self._clients[firm], after, most)

    def customers_after(self, firm: FirmId, after: str | None, most: int) -> tuple[CustomerId, ...]:
        """Name the next customers of a firm, in the order of their ids."""
        return _after(self._customers[firm], after, most)

    def creates(self, firm: FirmId) -> frozenset[ClientId]:
        """Name the clients of a firm for which a customer is being created."""
        return self._creating[firm]

    def put_off_reads(self, firm: FirmId) -> frozenset[CustomerId]:
        """Name the customers whose read waits for a write of ours."""
        return self._put_off[firm]

    def arriving(self, firm: FirmId) -> frozenset[CustomerId]:
        """Name the new customers that may yet become a client, or are about to."""
        return self._arriving[firm]

    def added_by(self, firm: FirmId, effect: EffectId) -> CustomerId | None:
        """Name the customer for which this effect creates a client, or perhaps did."""
        return self._adding.get((firm, effect))

    def customers_adding(self, firm: FirmId, name: str) -> frozenset[CustomerId]:
        """Name the customers for which a client of this name is being created, or perhaps was."""
        key = firm, folded(name)
        return self._adding_named[key] | self._lost_adding_named[key]

    def customers_named(self, firm: FirmId, name: str) -> frozenset[CustomerId]:
        """Name the customers whose display name counts as this one."""
        return self._customers_named[firm, folded(name)]

    def clients_like(self, firm: FirmId, name: Value, email: Value) -> frozenset[ClientId]:
        """Name the clients whose display name or email counts as these."""
        found: frozenset[ClientId] = frozenset()
        if key := folded(name):
            found |= self._clients_named[firm, key]
        if key := folded(email):
            found |= self._clients_mailed[firm, key]
        return found

    def asked_about(self, firm: FirmId, customer: CustomerId) -> frozenset[ClientId]:
        """Name the clients with an open question about this customer."""
        return self._asked_about[firm, customer]

    def formerly_linked(self, firm: FirmId, customer: CustomerId) -> frozenset[ClientId]:
        """Name the clients that were linked with this customer last."""
        return self._former[firm, customer]

    def lost_creates(self, firm: FirmId, name: Value) -> frozenset[ClientId]:
        """Name the clients for which a customer of this name was created or not: nobody can say."""
        return self._lost[firm, folded(name)]

    def awaiting_name(self, firm: FirmId, name: str) -> frozenset[ClientId]:
        """Name the clients that can't have this display name, since somebody else has it."""
        return self._name_awaited[firm, folded(name)]

    def awaiting_names(self, firm: FirmId) -> frozenset[ClientId]:
        """Name the clients that can't have their display name."""
        return self._awaiting_names[firm]

    def asked_who_keeps(self, firm: FirmId) -> frozenset[ClientId]:
        """Name the clients that are asked which of two keeps a customer."""
        return self._asked_who_keeps[firm]

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
            self._index_customer(before if isinstance(before, CustomerRow) else None, row)

    def _index_link(self, before: LinkRow | None, row: LinkRow) -> None:
        firm, client = row.firm_id, row.client_id
        if before is None:
            insort(self._clients[firm], client)
        elif before.customer_id is not None and before.customer_id != row.customer_id:
            self._let_go(row, before.customer_id)
        if row.customer_id is not None:
            self._link_of[firm][row.customer_id] = client
        self._creating.move(client, firm if _creates(before) else None, firm if _creates(row) else None)
        self._asked_about.move(client, _asked(before), _asked(row))
        self._former.move(client, _formerly(before), _formerly(row))
        self._lost.move(client, _lost_name(before), _lost_name(row))
        was, is_ = _awaited_name(before), _awaited_name(row)
        self._name_awaited.move(client, was, is_)
        self._awaiting_names.move(client, was and was[0], is_ and is_[0])
        self._asked_who_keeps.move(
            client, firm if _who_keeps(before) else None, firm if _who_keeps(row) else None
        )
        # Most records leave the client as it is: the same snapshot, not just an equal one.
        if before is None or before.client is not row.client:
            for lookup, field in (
                (self._clients_named, Field.DISPLAY_NAME),
                (self._clients_mailed, Field.EMAIL),
            ):
                lookup.move(client, _value_key(before, field), _value_key(row, field))

    def _index_customer(self, before: CustomerRow | None, row: CustomerRow) -> None:
        firm, customer = row.firm_id, row.customer_id
        if before is None:
            insort(self._customers[firm], customer)
        self._put_off.move(customer, firm if _waits(before) else None, firm if _waits(row) else None)
        self._arriving.move(customer, firm if _arrives(before) else None, firm if _arrives(row) else None)
        for create in before.creates if before is not None else ():
            self._adding.pop((firm, create.id), None)
        for create in row.creates:
            self._adding[firm, create.id] = customer
        was, is_ = (each.create if each is not None else None for each in (before, row))
        self._adding_named.move(customer, _added_name(firm, was), _added_name(firm, is_))
        was, is_ = (each.lost_create if each is not None else None for each in (before, row))
        self._lost_adding_named.move(customer, _added_name(firm, was), _added_name(firm, is_))
        if before is None or before.customer is not row.customer:
            self._customers_named.move(customer, _name_key(before), _name_key(row))

    def _let_go(self, row: LinkRow, customer: CustomerId) -> None:
        # Unless the same decision has just given that customer to another link.
        if self._link_of[row.firm_id].get(customer) == row.client_id:
            del self._link_of[row.firm_id][customer]


def _after(ids: list[Id], after: str | None, most: int) -> tuple[Id, ...]:
    start = 0 if after is None else bisect_right(ids, after)
    return tuple(ids[start : start + most])


def _creates(row: LinkRow | None) -> bool:
    return row is not None and any(isinstance(effect, CreateCustomer) for effect in row.pending)


def _asked(row: LinkRow | None) -> Key | None:
    problem = row.problem if row is not None else None
    if row is None or problem is None or problem.customer_id is None:
        return None
    return row.firm_id, problem.customer_id


def _who_keeps(row: LinkRow | None) -> bool:
    return row is not None and row.is_asked_who_keeps


def _formerly(row: LinkRow | None) -> Key | None:
    if row is None or row.former is None:
        return None
    return row.firm_id, row.former.customer_id


def _lost_name(row: LinkRow | None) -> Key | None:
    lost = row.lost_create if row is not None else None
    return (row.firm_id, folded(lost.name)) if row is not None and lost is not None else None


def _awaited_name(row: LinkRow | None) -> Key | None:
    problem = row.problem if row is not None else None
    return (row.firm_id, folded(problem.taken)) if row and problem and problem.taken is not None else None


def _added_name(firm: FirmId, create: CreateClient | None) -> Key | None:
    key = folded(create.values.get(Field.DISPLAY_NAME)) if create is not None else ""
    return (firm, key) if key else None


def _waits(row: CustomerRow | None) -> bool:
    return row is not None and any(read.not_before for read in row.reads)


def _arrives(row: CustomerRow | None) -> bool:
    return row is not None and (row.arrival == "open" or row.create is not None)


def _value_key(row: LinkRow | None, field: Field) -> Key | None:
    if row is None or row.client is None:
        return None
    key = folded(row.client.values.get(field))
    return (row.firm_id, key) if key else None


def _name_key(row: CustomerRow | None) -> Key | None:
    """Give the name of a customer that has it: an inactive one has made its name free (Intuit: " (deleted)")."""
    if row is None or row.customer is None or row.customer.gone or not row.customer.active:
        return None
    key = folded(row.customer.values.get(Field.DISPLAY_NAME))
    return (row.firm_id, key) if key else None

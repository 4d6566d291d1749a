"""Crude models of both outsides: strict about versions, tokens, names and request ids, and about nothing else."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from domain.effects import (
    CheckCustomers,
    CreateClient,
    CreateCustomer,
    Effect,
    FindHolder,
    ListClients,
    ListCustomers,
    PlanLinks,
    ReadClient,
    ReadCustomer,
    UpdateClient,
    UpdateCustomer,
)
from domain.fields import Field, Value, Values
from domain.ids import ClientId, CustomerId, EffectId
from domain.lane_policy import after_client_moved, after_stale_copy
from domain.outcomes import (
    ClientGone,
    ClientRead,
    ClientSaved,
    ClientsListed,
    ClientWriteResult,
    CustomerGone,
    CustomerRead,
    CustomerSaved,
    CustomersListed,
    CustomerWriteResult,
    Holder,
    HoldersFound,
    NameTaken,
    Rejected,
    Result,
    StepDue,
)
from domain.snapshots import Client, Customer

REFUSED = "refused@example.com"
"""A value that QuickBooks will never take."""


def fields(**values: Value) -> dict[Field, Value]:
    """Write fields by their names."""
    return {Field(name): value for name, value in values.items()}


def changed(before: Values, values: Values) -> dict[Field, Value]:
    """Lay values over others; None clears."""
    return {f: v for f, v in {**before, **values}.items() if v is not None}


def trimmed(values: Values) -> dict[Field, Value]:
    """Keep texts as QuickBooks does, which trims them."""
    return {f: v.strip() if isinstance(v, str) else v for f, v in values.items()}


def refused_in(values: Values) -> Rejected | None:
    """Refuse what QuickBooks will never take, however often it is sent."""
    named = tuple(field for field, value in values.items() if value == REFUSED)
    return Rejected(code="2050", fields=named) if named else None


@dataclass
class QuickBooks:
    """Customers by id. `vendors`: names taken by records that are no customers."""

    customers: dict[CustomerId, Customer] = field(default_factory=dict)
    vendors: set[str] = field(default_factory=set)
    answered: dict[EffectId, CustomerWriteResult] = field(default_factory=dict)
    created_by: dict[CustomerId, EffectId] = field(default_factory=dict)
    writes: int = 0
    next_id: int = 58

    def add(
        self, at: datetime, values: Values, customer_id: str | None = None, *, created: datetime | None = None
    ) -> Customer:
        """A person adds a customer; or did long ago."""
        name = CustomerId(customer_id or str(self.next_id))
        self.next_id += customer_id is None
        # As QuickBooks does: whole seconds.
        at = at.replace(microsecond=0)
        values = trimmed(values)
        customer = Customer(
            customer_id=name, sync_token=0, values=values, created_at=created or at, updated_at=at
        )
        self.customers[name] = customer
        return customer

    def edit(self, customer: str, at: datetime, values: Values, *, active: bool | None = None) -> Customer:
        """Somebody edits a customer."""
        before = self.customers[CustomerId(customer)]
        now = replace(
            before,
            sync_token=before.sync_token + 1,
            values=changed(before.values, trimmed(values)),
            updated_at=at.replace(microsecond=0),
            active=before.active if active is None else active,
        )
        self.customers[before.customer_id] = now
        return now

    def create(self, effect: CreateCustomer, at: datetime) -> CustomerWriteResult:
        """Answer a create, the same again for the same request id."""
        if effect.id not in self.answered:
            if self._taken(effect.values, None):
                return NameTaken()
            if refused := refused_in(effect.values):
                return refused
            self.writes += 1
            customer = self.add(at, effect.values)
            self.created_by[customer.customer_id] = effect.id
            self.answered[effect.id] = CustomerSaved(customer=customer)
        return self.answered[effect.id]

    def update(self, effect: UpdateCustomer, at: datetime) -> CustomerWriteResult:
        """Answer a sparse update, as a lane would report it."""
        if effect.id in self.answered:
            return self.answered[effect.id]
        before = self.customers.get(effect.customer_id)
        if before is None:
            return CustomerGone(customer_id=effect.customer_id)
        if before.sync_token != effect.sync_token:
            moved = after_stale_copy(effect, before)
            assert isinstance(moved, CustomerWriteResult)
            return moved
        if self._taken(effect.values, effect.customer_id):
            return NameTaken()
        if refused := refused_in(effect.values):
            return refused
        self.writes += 1
        self.answered[effect.id] = CustomerSaved(customer=self.edit(before.customer_id, at, effect.values))
        return self.answered[effect.id]

    def find_holders(self, names: tuple[str, ...]) -> HoldersFound:
        """Say who has names."""
        customers = tuple(
            Holder(name=name, kind="customer", id=c.customer_id, active=c.active)
            for name in names
            for c in self.customers.values()
            if c.values.get(Field.DISPLAY_NAME) == name
        )
        vendors = tuple(Holder(name=name, kind="vendor", id="v-1") for name in names if name in self.vendors)
        return HoldersFound(holders=(*customers, *vendors))

    def has(self, name: str) -> bool:
        """Say whether a customer has this name."""
        return self._taken(fields(display_name=name), None)

    def _taken(self, values: Values, but: CustomerId | None) -> bool:
        name = values.get(Field.DISPLAY_NAME)
        others = {c.values.get(Field.DISPLAY_NAME) for c in self.customers.values() if c.customer_id != but}
        return name is not None and (name in self.vendors or name in others)


@dataclass
class Canopy:
    """Clients by id. `added_by`: which effect asked for a client, as the event's `cause` says."""

    clients: dict[ClientId, Client] = field(default_factory=dict)
    added_by: dict[EffectId, Client] = field(default_factory=dict)
    writes: int = 0

    def create(self, effect: CreateClient, at: datetime) -> ClientSaved | Rejected:
        """Answer a create, the same again for the same Idempotency-Key."""
        if REFUSED in effect.values.values():
            return Rejected(code="invalid_fields", fields=(Field.EMAIL,))
        if effect.id not in self.added_by:
            self.writes += 1
            self.added_by[effect.id] = self.add(f"c-of-{effect.customer_id}", at, effect.values)
        return ClientSaved(client=self.added_by[effect.id])

    def add(self, client: str, at: datetime, values: Values) -> Client:
        """A person adds a client."""
        added = Client(client_id=ClientId(client), version=1, type="individual", values=values, changed_at=at)
        self.clients[added.client_id] = added
        return added

    def edit(self, client: str, at: datetime, values: Values) -> Client:
        """Somebody edits a client."""
        before = self.clients[ClientId(client)]
        now = replace(
            before, version=before.version + 1, values=changed(before.values, values), changed_at=at
        )
        self.clients[before.client_id] = now
        return now

    def update(self, effect: UpdateClient, at: datetime) -> ClientWriteResult:
        """Answer an update with If-Match, as a lane would report it."""
        before = self.clients.get(effect.client_id)
        if before is None:
            return ClientGone(client_id=effect.client_id)
        if before.version != effect.client_version:
            moved = after_client_moved(effect, before)
            assert isinstance(moved, ClientWriteResult)
            return moved
        self.writes += 1
        return ClientSaved(client=self.edit(effect.client_id, at, effect.values))


def carry_out(effect: Effect, quickbooks: QuickBooks, canopy: Canopy, at: datetime) -> Result:
    """Do what an effect asks for, once, and say what came of it."""
    match effect:
        case CreateCustomer():
            return quickbooks.create(effect, at)
        case UpdateCustomer():
            return quickbooks.update(effect, at)
        case UpdateClient():
            return canopy.update(effect, at)
        case ReadClient(client_id=client):
            there = canopy.clients.get(client)
            return ClientRead(client=there) if there else ClientGone(client_id=client)
        case ReadCustomer(customer_id=customer):
            found = quickbooks.customers.get(customer)
            return CustomerRead(customer=found) if found else CustomerGone(customer_id=customer)
        case ListCustomers(since=since):
            listed = quickbooks.customers.values()
            return CustomersListed(
                customers=tuple(c for c in listed if since is None or c.updated_at >= since)
            )
        case CheckCustomers(customer_ids=ids):
            return CustomersListed(
                customers=tuple(quickbooks.customers[each] for each in ids if each in quickbooks.customers)
            )
        case ListClients():
            return ClientsListed(clients=tuple(canopy.clients.values()))
        case PlanLinks():
            return StepDue()
        case CreateClient():
            return canopy.create(effect, at)
        case FindHolder(names=names):
            return quickbooks.find_holders(names)

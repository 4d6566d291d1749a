"""A model of one QuickBooks company: strict about names, tokens and request ids, and it keeps texts its own way.

Written for the simulation alone; it shares nothing with the stand-in over HTTP, so the two can disagree.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from domain.effects import CreateCustomer, UpdateCustomer
from domain.fields import Field, Value, Values
from domain.ids import CustomerId, RealmId
from domain.outcomes import (
    CustomerGone,
    CustomerRead,
    CustomerSaved,
    CustomersListed,
    Holder,
    HoldersFound,
    NameTaken,
    Rejected,
)
from domain.ports import StaleCopy
from domain.snapshots import Customer
from tests.simulation.habits import Habits

UNACCEPTABLE = "looks-right@example.invalid"
"""An email that QuickBooks never takes."""
PAGE = 100
DELETED = " (deleted)"

Committed = Callable[[CreateCustomer | UpdateCustomer, Customer | None, Customer], None]
Notify = Callable[[CustomerId, str, CustomerId | None], None]


def kept(value: Value) -> Value:
    """Keep a text as QuickBooks does: without blanks around it, and none of several in a row."""
    return " ".join(value.split()) or None if isinstance(value, str) else value


def laid_over(before: Values, values: Values) -> dict[Field, Value]:
    """Write fields over others, each as it is kept; an empty one clears."""
    return {f: v for f, v in {**before, **{f: kept(v) for f, v in values.items()}}.items() if v is not None}


def folded(name: object) -> str:
    """Compare names as QuickBooks does: without case."""
    return str(name).casefold()


@dataclass(slots=True)
class QuickBooks:
    """Customers and vendors. `clock` is QuickBooks' own; `committed` and `notify` are told what was done."""

    realm: RealmId
    clock: Callable[[], datetime]
    committed: Committed
    notify: Notify
    habits: Habits
    customers: dict[CustomerId, Customer] = field(default_factory=dict)
    vendors: dict[str, str] = field(default_factory=dict)
    merged: dict[CustomerId, CustomerId] = field(default_factory=dict)
    answered: dict[str, CustomerSaved] = field(default_factory=dict)
    history: dict[tuple[CustomerId, Field], list[tuple[int, Value]]] = field(default_factory=dict)
    past: dict[CustomerId, list[Customer]] = field(default_factory=dict)

    # ---- people at work

    def add(self, values: Values, name: str) -> Customer | None:
        """A person adds a customer; None: the name is taken."""
        if self._taken(values, None):
            return None
        customer = self._add(values, name)
        self.notify(customer.customer_id, "created", None)
        return customer

    def add_vendor(self, name: str) -> bool:
        """A person adds a vendor, whose name no customer can have then."""
        if self._taken({Field.DISPLAY_NAME: name}, None):
            return False
        self.vendors[folded(name)] = name
        return True

    def edit(self, customer: CustomerId, values: Values, *, active: bool | None = None) -> Customer | None:
        """A person edits a customer; None: the name is taken, perhaps its own since it was made inactive."""
        before = self.customers[customer]
        stays_active = before.active if active is None else active
        if stays_active and self._taken({**before.values, **values}, customer):
            return None
        changed = self._change(customer, values, active=active)
        self.notify(customer, "updated", None)
        return changed

    def merge(self, loser: CustomerId, survivor: CustomerId) -> None:
        """A person merges one customer into another."""
        before = self.customers[loser]
        name = f"{before.values.get(Field.DISPLAY_NAME)}{DELETED}"
        self._change(loser, {Field.DISPLAY_NAME: f"{name} {loser}"}, active=False)
        self._change(survivor, {})
        self.merged[loser] = survivor
        self.notify(survivor, "merged", loser)

    def take_away(self, customer: CustomerId) -> None:
        """A customer is no longer known (error 610)."""
        del self.customers[customer]
        self.notify(customer, "deleted", None)

    def go_back(self, customer: CustomerId, to: Customer) -> bool:
        """A backup is restored: a customer is as it was, by token and time too. False: its name is another's by now."""
        if self._taken(to.values, customer):
            return False
        self.customers[customer] = to
        self.past[customer] = [each for each in self.past[customer] if each.sync_token <= to.sync_token]
        return True

    # ---- what the port asks

    def create_customer(
        self, _realm: RealmId, effect: CreateCustomer
    ) -> CustomerSaved | NameTaken | Rejected:
        """Answer a create, the same again for the same request id."""
        if effect.id in self.answered:
            return self.answered[effect.id]
        if refused := _refused(effect.values):
            return refused
        if self._taken(effect.values, None):
            return NameTaken()
        customer = self._add(effect.values, str(int(effect.id[:8], 16)))
        saved = self.answered[effect.id] = self._done(effect, None, customer, "created")
        return saved

    def update_customer(
        self, _realm: RealmId, effect: UpdateCustomer
    ) -> CustomerSaved | StaleCopy | NameTaken | CustomerGone | Rejected:
        """Answer an update."""
        if effect.id in self.answered:
            return self.answered[effect.id]
        answer = self.update_along(_realm, effect)
        if isinstance(answer, CustomerSaved):
            self.answered[effect.id] = answer
        return answer

    def update_along(
        self, _realm: RealmId, effect: UpdateCustomer
    ) -> CustomerSaved | StaleCopy | NameTaken | CustomerGone | Rejected:
        """Answer one change of a request of many, whose request id is another: it is not known by its own afterwards."""
        before = self.customers.get(effect.customer_id)
        if before is None:
            return CustomerGone(customer_id=effect.customer_id)
        if before.sync_token != effect.sync_token:
            return StaleCopy()
        if self._taken(effect.values, effect.customer_id):
            return NameTaken()
        if refused := _refused(effect.values):
            return refused
        values = self.habits.kept(effect.id, effect.values, single_fields=not effect.whole)
        return self._done(effect, before, self._change(effect.customer_id, values), "updated")

    def read_customer(self, _realm: RealmId, customer: CustomerId) -> CustomerRead | CustomerGone:
        """Answer a read."""
        found = self.customers.get(customer)
        return CustomerRead(customer=found) if found else CustomerGone(customer_id=customer)

    def list_customers(
        self, _realm: RealmId, cursor: str | None, since: datetime | None = None
    ) -> CustomersListed:
        """Answer one page."""
        start = int(cursor or 0)
        wanted = [c for c in self.customers.values() if since is None or c.updated_at >= since]
        page = tuple(wanted[start : start + PAGE])
        more = start + PAGE < len(wanted)
        return CustomersListed(customers=page, cursor=str(start + PAGE) if more else None)

    def read_customers(self, _realm: RealmId, customers: tuple[CustomerId, ...]) -> CustomersListed:
        """Answer which of these are there."""
        return CustomersListed(
            customers=tuple(self.customers[each] for each in customers if each in self.customers)
        )

    def find_holders(self, _realm: RealmId, names: tuple[str, ...]) -> HoldersFound:
        """Say who has these names."""
        wanted = {folded(kept(name)) for name in names}
        vendors = [
            Holder(name=name, kind="vendor", id=key) for key, name in self.vendors.items() if key in wanted
        ]
        customers = [
            Holder(
                name=str(customer.values[Field.DISPLAY_NAME]),
                kind="customer",
                id=customer.customer_id,
                active=customer.active,
            )
            for customer in self.customers.values()
            if _stands_as(customer) in wanted
        ]
        return HoldersFound(holders=(*customers, *vendors))

    def find_created(self, _realm: RealmId, display_name: str, since: datetime) -> tuple[Customer, ...]:
        """Find customers of a name, created since."""
        name = folded(kept(display_name))
        return tuple(
            customer
            for customer in self.customers.values()
            if folded(customer.values.get(Field.DISPLAY_NAME)) == name and customer.created_at >= since
        )

    def is_free(self, name: str) -> bool:
        """Say whether anybody could have this name."""
        return not self._taken({Field.DISPLAY_NAME: name}, None)

    # ---- inside

    def _done(self, effect: Any, before: Customer | None, after: Customer, operation: str) -> CustomerSaved:
        self.committed(effect, before, after)
        self.notify(after.customer_id, operation, None)
        return CustomerSaved(customer=after)

    def _add(self, values: Values, name: str) -> Customer:
        now = self.clock().replace(microsecond=0)
        return self._keep(
            Customer(
                customer_id=CustomerId(name),
                sync_token=0,
                values=laid_over({}, values),
                created_at=now,
                updated_at=now,
            )
        )

    def _change(self, customer: CustomerId, values: Values, *, active: bool | None = None) -> Customer:
        before = self.customers[customer]
        return self._keep(
            replace(
                before,
                sync_token=before.sync_token + 1,
                values=laid_over(before.values, values),
                updated_at=self.clock().replace(microsecond=0),
                active=before.active if active is None else active,
            )
        )

    def _keep(self, customer: Customer) -> Customer:
        before = self.customers.get(customer.customer_id)
        for name in Field:
            value = customer.values.get(name)
            if before is None or before.values.get(name) != value:
                self.history.setdefault((customer.customer_id, name), []).append((customer.sync_token, value))
        self.customers[customer.customer_id] = customer
        self.past.setdefault(customer.customer_id, []).append(customer)
        return customer

    def _taken(self, values: Values, but: CustomerId | None) -> bool:
        name = values.get(Field.DISPLAY_NAME)
        if name is None:
            return False
        wanted = folded(kept(name))
        return wanted in self.vendors or any(
            _stands_as(c) == wanted for c in self.customers.values() if c.customer_id != but
        )


def _stands_as(customer: Customer) -> str:
    """Give the name that nobody else can have: an inactive customer has made its own free."""
    return folded(f"{customer.values.get(Field.DISPLAY_NAME)}{'' if customer.active else DELETED}")


def _refused(values: Values) -> Rejected | None:
    if values.get(Field.EMAIL) == UNACCEPTABLE:
        return Rejected(code="2210", fields=(Field.EMAIL,))
    return None

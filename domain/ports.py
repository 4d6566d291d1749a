"""What the lanes ask of the two outsides. Adapters implement these; answers are values, raises are bugs.

An answer says what happened. Lanes turn it into an outcome, or ask again: the policy for that is
`domain/lane_policy.py`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.codes import ParkedCode
from domain.effects import CreateClient, CreateCustomer, UpdateClient, UpdateCustomer
from domain.ids import ClientId, CustomerId, EffectId, FirmId, RealmId
from domain.inputs import CustomerNotified, Intent
from domain.obstacles import Obstacle
from domain.outcomes import (
    ClientGone,
    ClientMoved,
    ClientSaved,
    ClientsListed,
    CustomerGone,
    CustomerRead,
    CustomerSaved,
    CustomersListed,
    HoldersFound,
    NameTaken,
    Rejected,
)
from domain.snapshots import Client, Customer


@dataclass(frozen=True, slots=True, kw_only=True)
class TryLater:
    """No answer that settles anything. `may_have_happened`: the request was sent, and its fate is unknown.

    `after_seconds` is what the other side asked for, if it did.
    """

    why: Obstacle
    may_have_happened: bool
    after_seconds: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StaleCopy:
    """The sync token is not the current one (error 5010): changed since, by our own lost request or by somebody."""


CreateAnswer = CustomerSaved | NameTaken | Rejected | TryLater
UpdateCustomerAnswer = CustomerSaved | StaleCopy | NameTaken | CustomerGone | Rejected | TryLater
UpdateCustomersAnswer = Mapping[EffectId, UpdateCustomerAnswer] | TryLater
"""What came of each; or what the request as a whole met."""
CreateClientAnswer = ClientSaved | Rejected | TryLater
UpdateClientAnswer = ClientSaved | ClientMoved | ClientGone | Rejected | TryLater


class QuickBooks(Protocol):
    """QuickBooks Online, as far as we use it."""

    async def create_customer(self, realm: RealmId, effect: CreateCustomer) -> CreateAnswer:
        """Create a customer; the effect's id is the request id, so a repeat is answered, not done again."""

    async def update_customer(self, realm: RealmId, effect: UpdateCustomer) -> UpdateCustomerAnswer:
        """Change just the effect's fields (sparse)."""

    async def update_customers(
        self, realm: RealmId, effects: Sequence[UpdateCustomer]
    ) -> UpdateCustomersAnswer:
        """Change at most 30 customers, none of them `whole`, in one request; each ends by itself, and all are answered.

        The same effects are the same request, whatever their order.
        """

    async def read_customer(
        self, realm: RealmId, customer: CustomerId
    ) -> CustomerRead | CustomerGone | TryLater:
        """Read one customer, active or not."""

    async def list_customers(
        self, realm: RealmId, cursor: str | None, since: datetime | None = None
    ) -> CustomersListed | TryLater:
        """Read the next at most 100 customers, active or not, ordered by id; `since`: changed at or after then."""

    async def read_customers(
        self, realm: RealmId, customers: tuple[CustomerId, ...]
    ) -> CustomersListed | Rejected | TryLater:
        """Read those of at most 100 customers that are there, active or not. Without any nobody is asked.

        A refused or unreadable answer is `Rejected`: it is asked for again another day.
        """

    async def find_holders(self, realm: RealmId, names: tuple[str, ...]) -> HoldersFound | TryLater:
        """Ask which customers, vendors and employees, active or not, have these display names."""

    async def find_created(
        self, realm: RealmId, display_name: str, since: datetime
    ) -> tuple[Customer, ...] | TryLater:
        """Find customers of this name created at or after `since`, by QuickBooks' clock."""


class Canopy(Protocol):
    """Canopy's client API, as far as we use it."""

    async def add_client(self, firm: FirmId, effect: CreateClient) -> CreateClientAnswer:
        """Create a client; the effect's id is the Idempotency-Key, so a repeat is answered, not done again."""

    async def update_client(self, firm: FirmId, effect: UpdateClient) -> UpdateClientAnswer:
        """Change just the effect's fields, if the client still has the effect's version."""

    async def read_client(self, firm: FirmId, client: ClientId) -> Client | ClientGone | TryLater:
        """Read one client."""

    async def list_clients(self, firm: FirmId, cursor: str | None) -> ClientsListed | TryLater:
        """Read the next at most 100 clients, ordered by id."""


class KafkaAwayError(Exception):
    """Kafka did not acknowledge a record in time. It may still be written, so ask again under the same id."""


class Intents(Protocol):
    """Where people's intents go in; raises `KafkaAwayError`."""

    async def submit(self, intent: Intent, actor: str, asked_at: datetime, batch: str | None = None) -> None:
        """Write an intent to its topic; returns once Kafka has acknowledged it. `actor`: `user:ID`.

        `batch`: with what else it is asked for. `asked_at`: when its person asked first. Under the same id it is always the same, since an intent that nobody
        remembers any more is told by its age; but for one that names the version of the link that it is about, which is done
        at most once at any time (ADR 37).
        """


class Notifications(Protocol):
    """Where QuickBooks' notifications go in."""

    async def publish_all(self, notified: Sequence[tuple[CustomerNotified, str]]) -> None:
        """Write notifications, each with its event's id; returns once Kafka has acknowledged all of them.

        Raises `KafkaAwayError`, as the others below: some may be written all the same.
        """


LARGEST_LETTER_BYTES = 2 * 1024 * 1024 - 16 * 1024
"""Of what a dead letter keeps: its topic takes 2 MiB, of which headers and framing need a little."""


class DeadLetters(Protocol):
    """Where goes what can't be used, whole."""

    async def park(
        self,
        original: bytes,
        *,
        key: bytes | None,
        reason: ParkedCode,
        detail: str,
        source: str,
        realms: Iterable[RealmId] = (),
    ) -> None:
        """Keep the original bytes with the reason; returns once Kafka has acknowledged it.

        `original` has at most `LARGEST_LETTER_BYTES`. `reason` is a code, `detail` a sentence for a person, without any value of a client's. `source` says
        where it came from: `topic/partition/offset`, or a path of ours; `realms`, which companies no firm is connected to.
        """

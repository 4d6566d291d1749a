"""What reaches `decide`: facts from outside, people's wishes, and outcomes of our own work."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from domain.ids import ClientId, CustomerId, EffectId, FirmId, IntentId, RealmId, RowKey
from domain.outcomes import Result
from domain.settings import Settings
from domain.snapshots import Client


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """Where an input lies and who stands behind it. `at`: when it was written to its topic, by Kafka's stamp.

    `trace`: what led to it, as a W3C traceparent, if its writer said so.
    """

    topic: str
    partition: int
    offset: int
    id: str
    at: datetime
    actor: str | None = None
    cause: str | None = None
    trace: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientObserved:
    """A Canopy client was created, edited, archived, restored or deleted, and now looks like this."""

    firm_id: FirmId
    client: Client
    happened: Literal["created", "edited", "archived", "restored", "deleted"]
    sync_client: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerNotified:
    """QuickBooks says that a customer changed at `time`, not how: that must be read."""

    firm_id: FirmId
    realm_id: RealmId
    customer_id: CustomerId
    operation: str
    time: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """Link a client with an existing customer; Canopy's values overwrite QuickBooks'."""

    firm_id: FirmId
    intent_id: IntentId
    client_id: ClientId
    customer_id: CustomerId
    link_version: int | None = None
    customer_sync_token: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmatch:
    """Take the link apart and switch the client's sync off. Undone by `Restore`, for ever."""

    firm_id: FirmId
    intent_id: IntentId
    client_id: ClientId
    link_version: int | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Restore:
    """Put the link back that an unmatch took apart."""

    firm_id: FirmId
    intent_id: IntentId
    client_id: ClientId
    link_version: int | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Create:
    """Create a QuickBooks customer for a client that has none."""

    firm_id: FirmId
    intent_id: IntentId
    client_id: ClientId
    link_version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Push:
    """Send what is held of one link."""

    firm_id: FirmId
    intent_id: IntentId
    client_id: ClientId
    link_version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Retry:
    """Try again what the other side rejected."""

    firm_id: FirmId
    intent_id: IntentId
    client_id: ClientId
    link_version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Settle a question; of `both_changed`: whose value stays."""

    firm_id: FirmId
    intent_id: IntentId
    client_id: ClientId
    question: str
    choice: Literal["canopy", "quickbooks"]
    link_version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeSettings:
    """Set the firm's switches and conflict policy."""

    firm_id: FirmId
    intent_id: IntentId
    settings: Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Connect:
    """The firm's QuickBooks company is connected: list both sides."""

    firm_id: FirmId
    intent_id: IntentId
    realm_id: RealmId


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of the effect that stood pending in the row `key`."""

    firm_id: FirmId
    effect_id: EffectId
    key: RowKey
    result: Result


LinkIntent = Match | Unmatch | Restore | Create | Push | Retry | Answer
FirmIntent = ChangeSettings | Connect
Intent = LinkIntent | FirmIntent
Observation = ClientObserved | CustomerNotified
Input = Observation | Intent | Outcome

"""What reaches `decide`: facts from outside, people's intents, and outcomes of our own work."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from domain.agreed import Agreed
from domain.fields import Field, Value, Values
from domain.ids import ClientId, CustomerId, EffectId, FirmId, IntentId, RealmId, RowKey
from domain.outcomes import Result
from domain.remembered import LeftApart, Settled
from domain.settings import Settings
from domain.snapshots import Client

Choice = Literal["canopy", "quickbooks", "value", "name", "match", "create_client", "leave", "go_on"]
"""How a question can be answered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """Where an input lies and who stands behind it. `at`: when it was written to its topic, by Kafka's stamp.

    `trace`: what led to it, as a W3C traceparent, if its writer said so. Of an intent, `said_at`: when a person asked,
    by its writer's clock; `reason`: in their words, at most `MOST_IN_A_REASON` characters and none that controls;
    `batch`: with what else it was asked for.
    """

    topic: str
    partition: int
    offset: int
    id: str
    at: datetime
    actor: str | None = None
    cause: str | None = None
    trace: str | None = None
    said_at: datetime | None = None
    reason: str | None = None
    batch: str | None = None


Happened = Literal["created", "edited", "archived", "restored", "deleted"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientObserved:
    """A Canopy client was created, edited, archived, restored or deleted, and now looks like this."""

    firm_id: FirmId
    client: Client
    happened: Happened
    sync_client: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerNotified:
    """QuickBooks says that a customer changed at `time`, not how: that must be read.

    `deleted_id`: of a merge, the customer that went into this one.
    """

    firm_id: FirmId
    realm_id: RealmId
    customer_id: CustomerId
    operation: str
    time: datetime
    deleted_id: CustomerId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """Link a client with an existing customer; Canopy's values overwrite QuickBooks'."""

    firm_id: FirmId
    intent_id: IntentId
    client_id: ClientId
    customer_id: CustomerId
    link_version: int | None = None
    customer_sync_token: int | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmatch:
    """Take the link apart and switch the client's sync off. Undone by `Restore`, for ever.

    `values_back`: what is to stand in QuickBooks again before that, since the match replaced it; empty: nothing is written.
    Whoever reads the log puts it in. `customer_sync_token`: the customer as the person saw it.
    """

    firm_id: FirmId
    intent_id: IntentId
    client_id: ClientId
    link_version: int | None = None
    reason: str | None = None
    values_back: Values = field(default_factory=dict)
    customer_sync_token: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Restore:
    """Put the link back that an unmatch took apart; or, with `version`, the one that stood at that version.

    Whoever reads the log puts in what that version held: its customer, what was agreed, and in which QuickBooks company,
    since in another one the same id is somebody else. `customer_sync_token`, `client_version`: both sides as the
    person saw them.
    """

    firm_id: FirmId
    intent_id: IntentId
    client_id: ClientId
    link_version: int | None = None
    reason: str | None = None
    version: int | None = None
    customer_id: CustomerId | None = None
    agreed: Agreed = field(default_factory=dict)
    realm_id: RealmId | None = None
    customer_sync_token: int | None = None
    client_version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Create:
    """Create a QuickBooks customer for a client that has none."""

    firm_id: FirmId
    intent_id: IntentId
    client_id: ClientId
    link_version: int | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Push:
    """Send what is held of one link. `customer_sync_token`, `client_version`: both sides as the person saw them."""

    firm_id: FirmId
    intent_id: IntentId
    client_id: ClientId
    link_version: int | None = None
    customer_sync_token: int | None = None
    client_version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeTheirs:
    """Send nothing of what is held of one link: where it would go, the value stays, and the other side gets it too.

    The versions: as of `Push`.
    """

    firm_id: FirmId
    intent_id: IntentId
    client_id: ClientId
    link_version: int | None = None
    customer_sync_token: int | None = None
    client_version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaveBoth:
    """Send nothing of what is held of one link: each side keeps its own value, and only later edits go across.

    The versions: as of `Push`.
    """

    firm_id: FirmId
    intent_id: IntentId
    client_id: ClientId
    link_version: int | None = None
    customer_sync_token: int | None = None
    client_version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoLeaveBoth:
    """Hold again what was held before both sides were left as they are; nothing is written.

    `version`: the link's, as that left it. Whoever reads the log puts in how it was before; None: nobody knows it. The other
    versions: as of `Push`.
    """

    firm_id: FirmId
    intent_id: IntentId
    client_id: ClientId
    version: int
    link_version: int | None = None
    reason: str | None = None
    left: LeftApart | None = None
    customer_sync_token: int | None = None
    client_version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Retry:
    """Try again what the other side rejected. The versions: as of `Push`."""

    firm_id: FirmId
    intent_id: IntentId
    client_id: ClientId
    link_version: int | None = None
    customer_sync_token: int | None = None
    client_version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Settle a question. Which choices a question has, and what they do: `domain/apply/answers.py`.

    `field` and `value`: of `value`, what is to stand on both sides; of `name`, the display name. `customer_id` and
    `customer_sync_token`: of `match`, whom the person was shown, and as of when.
    """

    firm_id: FirmId
    intent_id: IntentId
    client_id: ClientId
    question: str
    choice: Choice
    field: Field | None = None
    value: Value = None
    customer_id: CustomerId | None = None
    customer_sync_token: int | None = None
    link_version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoAnswer:
    """Take an answer back: what it wrote over stands again on each side, and the question is open again if its reason still holds.

    `version`: the link's, as the answer left it. Whoever reads the log puts in what that settled; None: it settled nothing that
    can be taken back. `customer_sync_token`, `client_version`: both sides as the person saw them.
    """

    firm_id: FirmId
    intent_id: IntentId
    client_id: ClientId
    version: int
    link_version: int | None = None
    reason: str | None = None
    settled: Settled | None = None
    customer_sync_token: int | None = None
    client_version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PutBack:
    """Let a value that gave way stand again, on both sides. Whoever reads the log puts the value in."""

    firm_id: FirmId
    intent_id: IntentId
    client_id: ClientId
    field: Field
    value: Value = None
    link_version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Erase:
    """Take a person's values out of all that is held of a client that Canopy has no more. Nothing undoes it."""

    firm_id: FirmId
    intent_id: IntentId
    client_id: ClientId
    reason: str | None = None
    link_version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AddClient:
    """Create a Canopy client for a customer that nobody is linked with.

    `anyway`: also beside an unlinked client of the same name, which the person has been told of.
    """

    firm_id: FirmId
    intent_id: IntentId
    customer_id: CustomerId
    anyway: bool = False
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoAddClient:
    """Add no Canopy client for a customer after all. If it may be on its way, what it makes is not kept in step."""

    firm_id: FirmId
    intent_id: IntentId
    customer_id: CustomerId
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeSettings:
    """Set the firm's switches and conflict policy. `seen`: as they were when a person looked; None: no check."""

    firm_id: FirmId
    intent_id: IntentId
    settings: Settings
    seen: Settings | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseHeld:
    """Send all that is held in a firm."""

    firm_id: FirmId
    intent_id: IntentId


@dataclass(frozen=True, slots=True, kw_only=True)
class Connect:
    """The firm's QuickBooks company is connected: list both sides.

    `replaces`: a person was asked, and knows that this is another company than the one before: its links are let go.
    """

    firm_id: FirmId
    intent_id: IntentId
    realm_id: RealmId
    replaces: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Disconnect:
    """Let all links of a firm sleep: nothing is sent or taken until it connects again."""

    firm_id: FirmId
    intent_id: IntentId


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """Start no new request: of this firm; or, of `ALL_FIRMS`, of all firms in the partition where this lies."""

    firm_id: FirmId
    intent_id: IntentId
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Resume:
    """End a pause, of the firm or of all."""

    firm_id: FirmId
    intent_id: IntentId
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of the effect that stood pending in the row `key`. `realm_id`: the company that was asked."""

    firm_id: FirmId
    effect_id: EffectId
    key: RowKey
    result: Result
    realm_id: RealmId | None = None


LinkIntent = (
    Match
    | Unmatch
    | Restore
    | Create
    | Push
    | TakeTheirs
    | LeaveBoth
    | UndoLeaveBoth
    | Retry
    | Answer
    | UndoAnswer
    | PutBack
    | Erase
)
FirmIntent = ChangeSettings | ReleaseHeld | Connect | Disconnect | AddClient | UndoAddClient | Pause | Resume
Intent = LinkIntent | FirmIntent
WithReason = (
    Match
    | Create
    | AddClient
    | UndoAddClient
    | Unmatch
    | Restore
    | UndoAnswer
    | UndoLeaveBoth
    | ChangeSettings
    | Pause
    | Resume
    | Erase
)
Observation = ClientObserved | CustomerNotified
Input = Observation | Intent | Outcome

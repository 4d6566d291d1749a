"""What people are shown: rows as of one position of the log, with what stands beside them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from adapters.store.status import StatusWord
from domain.agreed import Agreed
from domain.decision import Change, Verdict
from domain.effects import AskedBy, EffectKind
from domain.fields import Field
from domain.firm_rows import Paused, Unreadable
from domain.ids import ClientId, CustomerId, EngineVersion, FirmId, RealmId
from domain.inputs import Restore
from domain.letters import Act, LetterPlace, Sent, State
from domain.obstacles import Obstacle
from domain.remembered import Heard
from domain.rows import CustomerRow, LinkRow, Row


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkView:
    """One client and its link. `customer`: the one it is linked with, as far as we know it."""

    status: StatusWord
    row: LinkRow
    customer: CustomerRow | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkPage:
    """Clients by name. `counts`: how many the firm has in each status, whatever was searched for."""

    clients: tuple[LinkView, ...]
    counts: Mapping[StatusWord, int]
    cursor: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkedPage:
    """Clients of which something is held, or due to be sent, by name; `total` of the whole firm."""

    clients: tuple[LinkView, ...]
    total: int
    cursor: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PastLink:
    """What a client's link held at a version. `realm_id`: the QuickBooks company that its customer is in."""

    customer_id: CustomerId | None
    agreed: Agreed
    realm_id: RealmId | None

    def put_into(self, intent: Restore, version: int) -> Restore:
        """Let an intent ask for this, which stood at `version`."""
        return replace(
            intent,
            version=version,
            customer_id=self.customer_id,
            agreed=self.agreed,
            realm_id=self.realm_id,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryLine:
    """One decision about a row. `row`: as the decision left it. `facts` explain a refusal; `reason`: its person's words.

    `engine`: the version of the program that decided; None: nobody knows any more.
    """

    partition: int
    offset: int
    version: int
    time: datetime
    actor: str | None
    verdict: Verdict
    code: str
    changes: tuple[Change, ...]
    facts: Mapping[str, str]
    row: LinkRow
    reason: str | None = None
    engine: EngineVersion | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """A link's history, the newest first."""

    lines: tuple[HistoryLine, ...]
    cursor: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FirmAct:
    """One decision of a firm. `row`: what it was about, as it left it; `batch`: what it was asked for together with.

    `changes`: of that row's fields. `engine`: see `HistoryLine`.
    """

    partition: int
    offset: int
    time: datetime
    actor: str | None
    verdict: Verdict
    code: str
    facts: Mapping[str, str]
    row: Row
    input_id: str
    reason: str | None = None
    batch: str | None = None
    changes: tuple[Change, ...] = ()
    engine: EngineVersion | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """What happened in a firm, the newest first."""

    acts: tuple[FirmAct, ...]
    cursor: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedTo:
    """The client that has a customer."""

    client_id: ClientId
    display_name: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerView:
    """One customer, and the client that it is linked with."""

    row: CustomerRow
    linked_to: LinkedTo | None

    @property
    def customer_id(self) -> CustomerId:
        """QuickBooks' id."""
        return self.row.customer_id


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerPage:
    """Customers by what was searched, without projects and sub-customers, which are never matched."""

    customers: tuple[CustomerView, ...]
    cursor: str | None


ConnectionStatus = Literal["connected", "disconnected", "never_connected"]
"""How a firm is connected, in the API's words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionView:
    """A firm's QuickBooks company. Counts are of rows known; `listed`: the first listings of both sides are in.

    `unreadable`: records that listings could not read, so that they are not synced. `reauthorise_since`: it lets us in no
    longer, for the reason `shut_by`. `heard`: how its changes were heard of.
    """

    status: ConnectionStatus
    realm_id: str | None
    connected_at: datetime | None
    connected_by: str | None
    reauthorise_since: datetime | None
    shut_by: Obstacle | None
    listed: bool
    customers: int
    sub_customers: int
    clients: int
    unreadable: tuple[Unreadable, ...]
    heard: Heard


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingView:
    """One effect that its row asks for. `fields`: those that a write holds; `since`: when it was planned.

    `what` is its kind: `update_customer`, `read_customer`.
    """

    what: EffectKind
    client_id: ClientId | None = None
    customer_id: CustomerId | None = None
    fields: tuple[Field, ...] = ()
    asked_by: AskedBy | None = None
    since: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingPage:
    """The beginning of what is pending in a firm. `rows`: how many clients and customers ask for something."""

    work: tuple[PendingView, ...]
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FirmView:
    """One firm as operators see it. `since`: it is connected, or disconnected, since then.

    `pending`: clients and customers with something to be sent or asked; `oldest_wait`: since when the oldest change
    of it waits. `paused_with_all`: with all firms, not by itself.
    """

    firm_id: FirmId
    status: ConnectionStatus
    realm_id: RealmId | None
    since: datetime | None
    reauthorise_since: datetime | None
    pending: int
    oldest_wait: datetime | None
    paused: Paused | None
    paused_with_all: bool
    last_decision: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FirmPage:
    """Firms by id."""

    firms: tuple[FirmView, ...]
    cursor: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FateView:
    """What somebody has done about a letter. `done_at` None: it is under way, or was when they were cut off.

    `sent`: the first messages that were sent again, of `sent_count`.
    """

    act: Act
    actor: str
    reason: str
    asked_at: datetime
    done_at: datetime | None
    sent: tuple[Sent, ...]
    sent_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetterView:
    """A message that could not be used. `key`: the firm, if it named one; `size` in bytes; `time`: when parked.

    `realms`: companies in it that no firm was connected to. `fate`: what somebody has done about it, or is doing.
    """

    place: LetterPlace
    key: str | None
    reason: str
    detail: str
    source: str
    time: datetime
    size: int
    realms: tuple[str, ...]
    state: State
    fate: FateView | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterGroup:
    """Letters that wait for the same reason."""

    reason: str
    count: int
    oldest: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetterPage:
    """Dead letters, the newest first."""

    letters: tuple[DeadLetterView, ...]
    cursor: str | None

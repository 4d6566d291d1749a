"""The rows that stand for a firm and its connection, and for all firms of a partition."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from domain.effects import FirmWork
from domain.ids import ALL_FIRMS, FirmId, IntentId, RealmId, RowKey, Side, all_key, firm_key
from domain.intent_memory import IntentMemory
from domain.obstacles import Obstacle
from domain.remembered import Heard
from domain.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """The firm's QuickBooks company. `customers_listed` and `clients_listed`: the first listings are in.

    `asleep_since`: it is disconnected. `back`: it was connected again, and until both sides are listed and compared,
    what drifted meanwhile is held. `reauthorise_since`: QuickBooks lets us in no longer, for the reason `shut_by`, until
    a person does something about it there; `probe_at`: when we look whether it does again, `probes`: how often we did.
    `replaces`: the company before, whose links are being let go.
    """

    realm_id: RealmId
    connected_at: datetime
    connected_by: str | None = None
    customers_listed: bool = False
    clients_listed: bool = False
    asleep_since: datetime | None = None
    asleep_by: str | None = None
    back: bool = False
    reauthorise_since: datetime | None = None
    shut_by: Obstacle = Obstacle.NOT_AUTHORISED
    probe_at: datetime | None = None
    probes: int = 0
    replaces: RealmId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Paused:
    """Since when no request starts, and who said so."""

    since: datetime
    by: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """A record of one side that no listing can read. `id`: that side's, if known; `wrong`: names of fields, or a code."""

    side: Side
    id: str | None
    wrong: str
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FirmRow:
    """A firm's settings, connection and firm-wide work. `connection` None: it never connected.

    `unreadable`: records of its two sides that listings could not read, so that they are not synced. `heard`: of its
    company's changes.
    """

    firm_id: FirmId
    version: int = 0
    settings: Settings = Settings()
    connection: Connection | None = None
    paused: Paused | None = None
    pending: tuple[FirmWork, ...] = ()
    intents: tuple[IntentId, ...] = ()
    unreadable: tuple[Unreadable, ...] = ()
    heard: Heard = Heard()
    asked: IntentMemory | None = None
    kind: Literal["firm"] = "firm"

    @property
    def key(self) -> RowKey:
        """`firm/F`."""
        return firm_key(self.firm_id)

    @property
    def is_connected(self) -> bool:
        """Say whether it is connected, so that links are kept in step: not while another company's are let go."""
        connection = self.connection
        return connection is not None and connection.asleep_since is None and connection.replaces is None

    @property
    def company_of_links(self) -> RealmId | None:
        """Name the company that linked customers are in: the one before, until all of its links are let go."""
        connection = self.connection
        return (connection.replaces or connection.realm_id) if connection is not None else None


@dataclass(frozen=True, slots=True, kw_only=True)
class AllFirmsRow:
    """What goes for all firms of one partition."""

    partition: int
    firm_id: FirmId = ALL_FIRMS
    version: int = 0
    paused: Paused | None = None
    pending: tuple[FirmWork, ...] = ()
    intents: tuple[IntentId, ...] = ()
    asked: IntentMemory | None = None
    kind: Literal["all"] = "all"

    @property
    def key(self) -> RowKey:
        """`all/P`."""
        return all_key(self.partition)

"""What the routes need, handed over by who starts the gateway."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from aiohttp import web

from adapters.batches.desk import BatchDesk
from adapters.canopy.answers import ClientRefused
from adapters.letters.desk import LetterDesk
from adapters.replays.desk import ReplayDesk
from adapters.store.connection_check import ConnectionNotes
from adapters.store.connections import Connections
from adapters.store.idempotency import IdempotencyKeys
from adapters.store.match_choices import MatchChoices
from adapters.store.metered_reads import MeteredReads
from adapters.store.past_decisions import PastDecisions
from adapters.store.read_model import ReadModel
from adapters.store.sessions import Sessions
from adapters.vault.connect_desk import ConnectDesk
from adapters.web.auth.people import SignIn
from domain.ids import ClientId, FirmId
from domain.outcomes import ClientGone, ClientMoved
from domain.ports import DeadLetters, Intents, Notifications, TryLater
from domain.projection import DecidingSeen, Progress, Watcher
from domain.snapshots import Client
from domain.who_decides import AskWhoDecides


class CanopyClients(Protocol):
    """Where people's changes of clients are passed on to. `actor`: `user:ID`."""

    async def create_client(
        self, firm: FirmId, body: Mapping[str, object], actor: str, idempotency_key: str
    ) -> Client | ClientRefused | TryLater:
        """Add a client; `body` is its JSON, with `sync_client`."""

    async def edit_client(
        self,
        firm: FirmId,
        client: ClientId,
        changes: Mapping[str, object],
        actor: str,
        idempotency_key: str,
        version: int | None,
    ) -> Client | ClientMoved | ClientGone | ClientRefused | TryLater:
        """Change a client's fields, if it still has `version`; null clears one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """The parts. `intents_topic`: where the log says that a person's intent came from.

    `public_url`: where people's browsers reach us, through whatever proxy. `canopy_keeps_keys`: a client that is asked for twice under one key is added once.
    """

    read_model: ReadModel
    replays: ReplayDesk
    batches: BatchDesk
    choices: MatchChoices
    connections: Connections
    connection_notes: ConnectionNotes
    keys: IdempotencyKeys
    sessions: Sessions
    companies: ConnectDesk
    past: PastDecisions
    metered_reads: MeteredReads
    intents: Intents
    notifications: Notifications
    dead_letters: DeadLetters
    desk: LetterDesk
    watcher: Watcher
    progress: Progress
    deciding: DecidingSeen
    who_decides: AskWhoDecides
    canopy: CanopyClients
    canopy_keeps_keys: bool
    sign_in: SignIn
    verifiers: tuple[str, ...]
    partitions: int
    partition_of: Callable[[FirmId], int]
    now: Callable[[], datetime]
    intents_topic: str
    public_url: str


PARTS = web.AppKey("parts", Parts)

"""The gateway: all of its routes over real HTTP, on a real database, with Kafka in memory and an engine that decides at once."""

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Any, Self
from unittest.mock import patch

import aiohttp
import orjson
from aiohttp import web
from hypothesis import strategies as st
from sqlalchemy import delete

from adapters.batches.desk import BatchDesk
from adapters.canopy.answers import ClientRefused
from adapters.quickbooks.metered import Uncounted
from adapters.replays.desk import ReplayDesk
from adapters.replays.planning import make_plan
from adapters.store.connection_check import ConnectionNotes
from adapters.store.connections import Connections
from adapters.store.database import Database
from adapters.store.idempotency import IdempotencyKeys
from adapters.store.kept_tables import idempotency_keys
from adapters.store.match_choices import MatchChoices
from adapters.store.metered_reads import MeteredReads
from adapters.store.past_decisions import PastDecisions
from adapters.store.preparation import prepare
from adapters.store.projection import Projection
from adapters.store.read_model import ReadModel
from adapters.store.replay_ground import ReplayGrounds
from adapters.store.replays import Replays
from adapters.store.sessions import Sessions
from adapters.web.api import intents, positions
from adapters.web.app import create_app
from adapters.web.auth.people import SandboxSignIn
from adapters.web.console import add_console
from adapters.web.meters import NOTICES, add_metrics
from adapters.web.parts import Parts
from adapters.web.request_limits import LIMITS, Allowance, RequestLimits
from adapters.web.server import GatewayRunner, Places
from adapters.web.webhooks.route import PATH as WEBHOOK
from deploy.kafka.ports import free_port
from deploy.letters import letter_desk
from deploy.quickbooks_tokens import connecting_companies
from deploy.sandbox.quickbooks.app import quickbooks_app
from deploy.sandbox.quickbooks.oauth.apps import App
from deploy.sandbox.quickbooks.settings import QuickBooksSettings
from deploy.settings import Settings
from domain.decide import decide
from domain.ids import ClientId
from domain.obstacles import Obstacle
from domain.outcomes import ClientGone, ClientMoved
from domain.ports import TryLater
from domain.projection import Decided, Deciding, Stretch
from domain.rows import LinkRow
from domain.snapshots import Client
from domain.who_decides import WhoDecides
from streams.kafka.dead_letters import DeadLetterWriter
from streams.kafka.input_reader import message_of
from streams.kafka.intent_writer import IntentWriter
from streams.kafka.log_tail import LogTail
from streams.kafka.notification_writer import NotificationWriter
from streams.wire.inputs import partition_of, read_input
from streams.wire.topics import DEAD_LETTERS, INTENTS, NOTIFICATIONS
from tests.fuzz.door import Took, must
from tests.fuzz.doors.requests import VERIFIER, Caller, content_of, raw, templates
from tests.fuzz.lives import HOME, lives
from tests.fuzz.memory import PARTITIONS, MemoryProducer, Sent, record
from tests.fuzz.odd import BYTES, CANARY, Change, Template, changes, maybe_bytes

WAIT_SECONDS = 0.02
"""For what the log never says; people are let wait for two seconds."""

NO_KAFKA = "127.0.0.1:1"
"""Of dead letters' original bytes: nothing answers there, so whoever asks for them is told so."""

KNOWN_503 = frozenset({"read_model_behind", "canopy_away", "kafka_away"})
WRITTEN = ("written", "said_again", "other_entity", "of_disconnected", "unknown_realm", "unreadable")


@dataclass(frozen=True)
class Asked:
    """One request: which, what is spoilt in it, and in the bytes of its body."""

    template: int
    changes: list[Change]
    bytes: int | None


class _Canopy:
    """Canopy's API for what people do: sometimes done, sometimes refused, sometimes away."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._turn = 0

    async def create_client(self, *_: Any) -> Client | ClientRefused | TryLater:
        """Add a client, perhaps."""
        refused = ClientRefused(status=422, code="invalid_fields", detail="Correct it.")
        answer: Client | ClientRefused | TryLater = self._next(self._client, refused)
        return answer

    async def edit_client(self, *_: Any) -> Client | ClientMoved | ClientGone | ClientRefused | TryLater:
        """Change a client, perhaps."""
        answer: Client | ClientMoved | ClientGone | ClientRefused | TryLater = self._next(
            self._client, ClientMoved(client=self._client), ClientGone(client_id=ClientId("c"))
        )
        return answer

    def _next(self, *answers: Any) -> Any:
        self._turn += 1
        away = TryLater(why=Obstacle.UNAVAILABLE, may_have_happened=False, after_seconds=1.5)
        return (*answers, away)[self._turn % (len(answers) + 1)]


class _Deciding:
    """Somebody decides."""

    def now(self) -> Deciding:
        """It is so."""
        return "ok"

    def workers(self) -> int | None:
        """One of them."""
        return 1


async def _all_is_decided(partitions: Sequence[int] | None) -> WhoDecides:
    asked = tuple(range(PARTITIONS) if partitions is None else partitions)
    return WhoDecides(partitions=asked, workers=1, without_worker=(), undecided={}, standing_still=())


class _Progress:
    """The read model shows all that there is, and nothing more ever comes."""

    def __init__(self, end: int) -> None:
        self._end = end

    def stopped(self) -> dict[int, Any]:
        """Nothing is."""
        return {}

    def is_away(self) -> bool:
        """It is not."""
        return False

    def position(self, partition: int) -> int:
        """Give the end."""
        return self._end if partition == HOME else 0

    async def reached(self, partition: int, next_offset: int) -> None:
        """Return, or never."""
        if next_offset > self.position(partition):
            await asyncio.Event().wait()

    async def caught_up(self) -> None:
        """It is."""

    async def behind(self) -> int:
        """Say by how much it is behind."""
        return 0


class Web:
    """The door."""

    examples = st.lists(st.builds(Asked, st.integers(0, 5000), changes, maybe_bytes), min_size=1, max_size=10)

    def __enter__(self) -> Self:
        self._loop = asyncio.new_event_loop()
        self._stack = AsyncExitStack()
        self._loop.run_until_complete(self._open())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.run_until_complete(self._stack.aclose())
        self._loop.close()

    async def _open(self) -> None:
        for module in (intents, positions):
            self._stack.enter_context(patch.object(module, "WAIT_SECONDS", WAIT_SECONDS))
        folder = Path(self._stack.enter_context(TemporaryDirectory()))
        self._life = lives()[1]
        self._table = self._life.partition().table
        self._database = Database(f"sqlite+aiosqlite:///{folder / 'read-model.sqlite'}")
        self._stack.push_async_callback(self._database.close)
        self._producer = MemoryProducer(hear=self._hear)
        self._tail = LogTail()
        self._end = len(self._life.lines)
        notes = ConnectionNotes()
        await self._fill(notes)
        self._session = await self._stack.enter_async_context(aiohttp.ClientSession())
        port = free_port()
        self._sandbox = Settings(http_port=port, qbo_port=free_port())
        await self._serve_intuit()
        app = create_app(self._parts(notes, port))
        # Whoever asks a million times is refused sooner or later; here each time is to be looked at.
        app[LIMITS] = RequestLimits(Allowance(per_second=1e6, at_once=10**6))
        add_console(app)
        add_metrics(app)
        self._templates = templates(app, self._links())
        await self._serve(app, port)
        self._caller = Caller(port)
        self._stack.callback(self._caller.close)

    def _parts(self, notes: ConnectionNotes, port: int) -> Parts:
        producer: Any = self._producer
        client = next(row.client for row in self._life.rows if isinstance(row, LinkRow) and row.client)
        return Parts(
            read_model=ReadModel(self._database),
            replays=ReplayDesk(
                self._database, partial(make_plan, ReplayGrounds(self._database), Replays(self._database))
            ),
            batches=BatchDesk(self._database),
            choices=MatchChoices(self._database),
            connections=Connections(self._database),
            connection_notes=notes,
            keys=IdempotencyKeys(self._database),
            sessions=Sessions(self._database),
            companies=connecting_companies(self._database, self._session, self._sandbox, Uncounted()).desk,
            past=PastDecisions(self._database),
            metered_reads=MeteredReads(self._database, self._sandbox.read_budget),
            intents=IntentWriter(producer),
            notifications=NotificationWriter(producer),
            dead_letters=DeadLetterWriter(producer),
            desk=letter_desk(self._database, NO_KAFKA, producer, PARTITIONS),
            watcher=self._tail,
            progress=_Progress(self._end),
            deciding=_Deciding(),
            who_decides=_all_is_decided,
            canopy=_Canopy(client),
            canopy_keeps_keys=True,
            sign_in=SandboxSignIn(port),
            verifiers=(VERIFIER,),
            partitions=PARTITIONS,
            partition_of=lambda firm: partition_of(firm, PARTITIONS),
            now=lambda: datetime.now(UTC),
            intents_topic=INTENTS,
            public_url=self._sandbox.peoples_url,
        )

    async def _fill(self, notes: ConnectionNotes) -> None:
        """Let the read model show the life of a firm."""
        await prepare(self._database)
        projection = Projection(self._database, notes)
        build = await projection.build("log")
        decided = tuple(
            Decided(
                partition=HOME,
                offset=offset,
                version=each.version,
                verdict=each.verdict,
                code=each.code,
                row=each.row,
                cause=each.input,
                changes=each.changes,
                facts=each.facts,
            )
            for offset, each in enumerate(self._life.records)
        )
        stretch = Stretch(partition=HOME, first=0, next_offset=self._end, decided=decided)
        await projection.apply(stretch, build.id)
        await projection.complete("log", build.id)
        await projection.complete("dead_letters", (await projection.build("dead_letters")).id)

    def _links(self) -> list[tuple[str, str]]:
        links = [row for row in self._life.rows if isinstance(row, LinkRow) and row.firm_id == "f-1"]
        return [(link.client_id, link.customer_id or "58") for link in links[:4]]

    async def _serve_intuit(self) -> None:
        """Let Intuit's sign-in be there, so that nobody is told that it is away."""
        known = App(
            client_id=self._sandbox.qbo_client_id,
            client_secret=self._sandbox.qbo_client_secret,
            redirect_uris=(self._sandbox.redirect_uri,),
        )
        settings = QuickBooksSettings(access_token="token", verifier="verifier", app=known)
        runner = web.AppRunner(quickbooks_app(settings), access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        self._stack.push_async_callback(runner.cleanup)
        await web.TCPSite(runner, "127.0.0.1", self._sandbox.qbo_port).start()

    async def _serve(self, app: web.Application, port: int) -> None:
        runner = GatewayRunner(app, Places(), 0.1)
        await runner.setup()
        self._stack.push_async_callback(runner.cleanup)
        await web.TCPSite(runner, "127.0.0.1", port).start()

    def _hear(self, sent: Sent) -> None:
        """Decide what people ask for: what the gateway took in must be one that the engine can read."""
        if sent.topic != INTENTS:
            return
        at = int(datetime.now(UTC).timestamp() * 1000)
        written = record(partition_of((sent.key or b"").decode(), PARTITIONS), 10**6, sent.key, sent.value)
        written.topic, written.timestamp, written.headers = INTENTS, at, ()
        given, cause = read_input(message_of(written), PARTITIONS, _no_client)
        decision = decide(self._table, given, cause, frozenset())
        if decision is None:
            return
        decided = tuple(
            Decided(
                partition=written.partition,
                offset=self._end + n,
                version=row.version,
                verdict=decision.verdict,
                code=decision.code,
                row=row,
                cause=cause,
                facts=decision.facts,
            )
            for n, row in enumerate(decision.rows)
        )
        stretch = Stretch(
            partition=written.partition,
            first=self._end,
            next_offset=self._end + len(decided),
            decided=decided,
        )
        asyncio.get_running_loop().call_soon(self._tail.feed, stretch)

    def take(self, example: list[Asked]) -> Took:
        """Send requests one after the other, and look at each answer."""
        return self._loop.run_until_complete(self._take(example))

    async def _take(self, example: list[Asked]) -> Took:
        took = Took()
        async with self._database.write() as connection:
            await connection.execute(delete(idempotency_keys))
        self._producer.take()
        for each in example:
            template = self._templates[each.template % len(self._templates)]
            request, values = template.spoilt(each.changes)
            method, path = template.about
            content = content_of(request, path)
            if each.bytes is not None:
                content, values = BYTES[each.bytes](content), values + 1
            took.add(values, await self._answered(template, raw(method, path, request, content), content))
        return took

    async def _answered(self, template: Template, request: bytes, content: bytes) -> str:
        method, path = template.about
        before = _notices()
        status, headers, body = await self._caller.ask(request)
        sent = self._producer.take()
        where = f"{method} {path}: {status}"
        if status >= 500:
            code = orjson.loads(body).get("code") if body[:1] == b"{" else None
            must(status == 503 and code in KNOWN_503 and "retry-after" in headers, f"{where} {body[:300]!r}")
        must(headers.get("server") == "client-sync", f"{where} without our headers")
        for letter in (each for each in sent if each.topic == DEAD_LETTERS):
            must(CANARY not in str(letter.headers), "a client's value in a dead letter's header")
        if path == WEBHOOK:
            return self._taken_in(
                status, content, sent, {name: _notices()[name] - before[name] for name in WRITTEN}
            )
        return f"{status}"

    def _taken_in(self, status: int, content: bytes, sent: list[Sent], told: dict[str, int]) -> str:
        if status != 200:
            must(not sent, f"{status}, and written all the same")
            return f"webhook: {status}"
        letters = [each for each in sent if each.topic == DEAD_LETTERS]
        notices = [each for each in sent if each.topic == NOTIFICATIONS]
        must(len(notices) == told["written"], f"{told}, and {len(notices)} in the topic")
        if not sum(told.values()):
            must(letters or not _holds_notices(content), "taken in, and nothing became of it")
            return "webhook: parked whole" if letters else "webhook: it held nothing"
        must(letters or not told["unknown_realm"] + told["unreadable"], f"{told}, and nothing is parked")
        many = _how_many(content)
        must(many in (None, sum(told.values())), f"{many} notices came in, and {told}")
        return "webhook: taken in"


def _no_client(*_: object) -> Client:
    raise AssertionError


def _notices() -> dict[str, int]:
    return {name: int(NOTICES.labels(name)._value.get()) for name in WRITTEN}


def _holds_notices(content: bytes) -> bool:
    try:
        parsed = orjson.loads(content)
    except orjson.JSONDecodeError:
        return True
    match parsed:
        case []:
            return False
        case {"eventNotifications": list()}:
            return False  # companies without a notice, perhaps
    return True


def _how_many(content: bytes) -> int | None:
    """Count the notices of a body, where that is easily said."""
    parsed = orjson.loads(content)
    return len(parsed) if isinstance(parsed, list) else None

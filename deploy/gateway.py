"""Wires the gateway: HTTP on one side, Kafka and SQL on the other, and the projector between them."""

import asyncio
import errno
import resource
import signal
import sys
from datetime import UTC, datetime

import aiohttp
import structlog
from aiohttp import web

from adapters.canopy.api import CanopyApi
from adapters.store.connection_check import ConnectionCheck, ConnectionNotes
from adapters.store.connections import Connections
from adapters.store.database import Database
from adapters.store.idempotency import IdempotencyKeys
from adapters.store.migration import NewerDatabaseError
from adapters.store.past_decisions import PastDecisions
from adapters.store.preparation import prepare
from adapters.store.projection import Projection
from adapters.store.read_model import ReadModel
from adapters.web.app import create_app
from adapters.web.console import add_console
from adapters.web.parts import Parts
from adapters.web.people import NobodySignsIn, OpenDoorError, SandboxSignIn, SignIn
from adapters.web.server import MOST_CONNECTIONS, GatewayRunner, Places
from deploy.settings import Settings
from domain.projection import StoreAwayError
from streams.acknowledged_producer import AcknowledgedProducer
from streams.dead_letters import DeadLetterWriter
from streams.inputs import partition_of
from streams.intent_writer import IntentWriter
from streams.log_tail import LogTail
from streams.notification_writer import NotificationWriter
from streams.projector import LogLostError, Projector
from streams.records import UnreadableRecordError
from streams.topics import INTENTS

HOST = "127.0.0.1"
CANOPY_WITHIN_SECONDS = 10.0
GOODBYE_SECONDS = 3.0

OWN_FILES = 200
"""Files and connections that a gateway needs for itself: Kafka, the database, Canopy."""

log = structlog.get_logger(__name__)


async def serve_gateway(settings: Settings) -> int:
    """Serve until SIGTERM or SIGINT; gives the exit code. What a person has to put right is said on stderr."""
    serving = asyncio.create_task(run_gateway(settings))
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, serving.cancel)
    try:
        await serving
    except asyncio.CancelledError:
        return 0
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        sys.stderr.write(
            f"Port {settings.http_port} is in use. End what uses it, or set CLIENT_SYNC_HTTP_PORT to a free one.\n"
        )
    except StoreAwayError as error:
        sys.stderr.write(
            f"The database does not answer: {error}\nStart it, or name another by CLIENT_SYNC_DATABASE_URL.\n"
        )
        return 1
    except (LogLostError, UnreadableRecordError, OpenDoorError, NewerDatabaseError) as error:
        sys.stderr.write(f"{error}\n")
    return 2


async def run_gateway(settings: Settings, prefix: str = "") -> None:
    """Serve until cancelled. `prefix`: before the topics' names.

    Raises:
        OpenDoorError: the sandbox's tokens would be accepted from elsewhere.
        OSError: the port is in use.
        StoreAwayError: the database does not answer at the start; later it is waited for.
        NewerDatabaseError: a newer version has changed the database.
        LogLostError: log and database don't belong together.
        UnreadableRecordError: a newer version has written to the log.
    """
    sign_in: SignIn = SandboxSignIn(HOST) if settings.sandbox else NobodySignsIn()
    settings.data_folder.mkdir(parents=True, exist_ok=True)
    database = Database(settings.database)
    try:
        await prepare(database)
    except BaseException:
        await database.close()
        raise
    producer = AcknowledgedProducer(settings.bootstrap)
    tail = LogTail()
    notes = ConnectionNotes()
    projector = Projector(settings.bootstrap, Projection(database, notes), tail, prefix)
    check = ConnectionCheck(database, notes, projector.caught_up)
    try:
        async with aiohttp.ClientSession() as session:
            parts = Parts(
                read_model=ReadModel(database),
                connections=Connections(database),
                connection_notes=notes,
                keys=IdempotencyKeys(database),
                past=PastDecisions(database),
                intents=IntentWriter(producer, prefix),
                notifications=NotificationWriter(producer, prefix),
                dead_letters=DeadLetterWriter(producer, prefix),
                watcher=tail,
                progress=projector,
                canopy=CanopyApi(session, settings.canopy_url, settings.canopy_token, CANOPY_WITHIN_SECONDS),
                sign_in=sign_in,
                verifiers=settings.qbo_webhook_verifiers,
                partition_of=lambda firm: partition_of(firm, settings.partitions),
                now=lambda: datetime.now(UTC),
                intents_topic=prefix + INTENTS,
            )
            app = create_app(parts)
            add_console(app)
            await _serve(app, settings.http_port, projector, check)
    finally:
        await producer.stop()
        await database.close()


async def _serve(app: web.Application, port: int, projector: Projector, check: ConnectionCheck) -> None:
    runner = GatewayRunner(app, Places(most=min(MOST_CONNECTIONS, _files() - OWN_FILES)), GOODBYE_SECONDS)
    await runner.setup()
    try:
        await web.TCPSite(runner, HOST, port).start()
        log.info("gateway_ready", url=f"http://{HOST}:{port}")
        checking = asyncio.create_task(check.run())
        try:
            await asyncio.gather(projector.run(), checking)
        finally:
            checking.cancel()
    finally:
        await runner.cleanup()


def _files() -> int:
    """Say how many files and connections this process may have, after asking for as many as it needs."""
    now, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_CONNECTIONS + OWN_FILES
    if now != resource.RLIM_INFINITY and now < wanted:
        now = wanted if most == resource.RLIM_INFINITY else min(wanted, most)
        resource.setrlimit(resource.RLIMIT_NOFILE, (now, most))
    return wanted if now == resource.RLIM_INFINITY else now

"""Wires the gateway: HTTP on one side, Kafka and SQL on the other, and the projector between them."""

import asyncio
import errno
import os
import resource
import signal
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from datetime import UTC, datetime

import aiohttp
import structlog
from aiohttp import web

from adapters.asking_together import Asker
from adapters.batches.asking import BatchesUnderWay
from adapters.batches.desk import BatchDesk
from adapters.canopy.api import CanopyApi
from adapters.replays.applying import AppliedReplays
from adapters.replays.desk import ReplayDesk
from adapters.store.connection_check import ConnectionCheck, ConnectionNotes
from adapters.store.connections import Connections
from adapters.store.database import Database
from adapters.store.idempotency import IdempotencyKeys
from adapters.store.match_choices import MatchChoices
from adapters.store.metered_reads import MeteredReads
from adapters.store.migration import NewerDatabaseError
from adapters.store.past_decisions import PastDecisions
from adapters.store.preparation import prepare
from adapters.store.projection import Projection
from adapters.store.read_model import ReadModel
from adapters.store.replay_ends import ReplayEnds
from adapters.store.replay_ground import ReplayGrounds
from adapters.store.replays import Replays
from adapters.store.sessions import Sessions
from adapters.web.app import create_app, create_webhook_app
from adapters.web.console import add_console
from adapters.web.headers import add_headers
from adapters.web.meters import add_metrics
from adapters.web.parts import PARTS, Parts
from adapters.web.server import MOST_CONNECTIONS, GatewayRunner, Places
from deploy.collector import look_less_often
from deploy.counted_reads import read_counter
from deploy.given_settings import PREFIX
from deploy.kafka_servers import kafka_servers
from deploy.letters import letter_desk
from deploy.people_sign_in import peoples_sign_in
from deploy.plan_process import PlanProcess
from deploy.private_files import open_data_folder
from deploy.quickbooks_tokens import connecting_companies
from deploy.settings import Settings
from deploy.terminal import Exit, complain, store_away
from deploy.until_one_ends import until_one_ends
from deploy.who_decides import DecidingLooks
from domain.projection import StoreAwayError
from streams.kafka.acknowledged_producer import AcknowledgedProducer
from streams.kafka.anybody_deciding import DecidingWatch
from streams.kafka.dead_letters import DeadLetterWriter
from streams.kafka.intent_writer import IntentWriter
from streams.kafka.log_tail import LogTail
from streams.kafka.notification_writer import NotificationWriter
from streams.kafka.projector import LogLostError, Projector
from streams.wire.inputs import partition_of
from streams.wire.topics import INTENTS

CANT_BE_OPENED = (errno.EADDRINUSE, errno.EADDRNOTAVAIL, errno.EACCES)
CANOPY_WITHIN_SECONDS = 10.0
GOODBYE_SECONDS = 3.0

MOST_SCRAPERS = 20
"""Connections to the port of the metrics; they are among the files of its own."""

OWN_FILES = 200
"""Files and connections that a gateway needs for itself: Kafka, the database, Canopy."""

log = structlog.get_logger(__name__)


async def serve_gateway(settings: Settings) -> int:
    """Serve until SIGTERM or SIGINT; gives the exit code. What a person has to put right is said on stderr."""
    look_less_often()
    serving = asyncio.create_task(run_gateway(settings))
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, serving.cancel)
    try:
        await serving
    except asyncio.CancelledError:
        return 0
    except OSError as error:
        if error.errno not in CANT_BE_OPENED:
            raise
        complain(
            f"{settings.http_host}:{settings.http_port} can't be opened ({os.strerror(error.errno)}), or the webhooks' or the metrics' "
            f"port. Set {PREFIX}HTTP_HOST (and {PREFIX}WEBHOOK_HOST) to an address of this machine, {PREFIX}HTTP_PORT, "
            f"{PREFIX}WEBHOOK_PORT and {PREFIX}METRICS_PORT to free ports."
        )
    except StoreAwayError as error:
        complain(store_away(error))
        return Exit.AWAY
    except (LogLostError, NewerDatabaseError) as error:
        complain(str(error))
    return Exit.WRONG_USE


async def run_gateway(settings: Settings, prefix: str = "") -> None:
    """Serve until cancelled. `prefix`: before the topics' names.

    Raises:
        OSError: the port is in use, or the address is not ours.
        StoreAwayError: the database does not answer at the start; later it is waited for.
        NewerDatabaseError: a newer version has changed the database.
        LogLostError: log and database don't belong together.
    """
    open_data_folder(settings.data_folder)
    database = Database(settings.database)
    try:
        await prepare(database)
    except BaseException:
        await database.close()
        raise
    producer = AcknowledgedProducer(kafka_servers(settings))
    tail = LogTail()
    notes = ConnectionNotes()
    read_model = ReadModel(database)
    projection = Projection(database, notes, read_model.forget)
    projector = Projector(kafka_servers(settings), projection, tail, prefix)
    check = ConnectionCheck(database, notes, projector)
    deciding = DecidingWatch(kafka_servers(settings), settings.group, prefix + INTENTS, tail.look_again)
    counter = read_counter(database, settings)
    replays, intents = Replays(database), IntentWriter(producer, prefix)
    applied = AppliedReplays(replays, ReplayEnds(database), ReplayGrounds(database))
    askers = (
        Asker(applied, intents, projector.caught_up, lambda: datetime.now(UTC)),
        Asker(BatchesUnderWay(database), intents, projector.caught_up, lambda: datetime.now(UTC)),
    )
    try:
        async with aiohttp.ClientSession() as session:
            companies = connecting_companies(database, session, settings, counter)
            parts = Parts(
                read_model=read_model,
                replays=ReplayDesk(database, PlanProcess(settings.database, replays)),
                batches=BatchDesk(database),
                choices=MatchChoices(database),
                connections=Connections(database),
                connection_notes=notes,
                keys=IdempotencyKeys(database),
                sessions=Sessions(database),
                companies=companies.desk,
                past=PastDecisions(database),
                metered_reads=MeteredReads(database, settings.read_budget),
                intents=intents,
                notifications=NotificationWriter(producer, prefix),
                dead_letters=DeadLetterWriter(producer, prefix),
                desk=letter_desk(database, kafka_servers(settings), producer, settings.partitions, prefix),
                watcher=tail,
                progress=projector,
                deciding=deciding,
                who_decides=DecidingLooks(settings, prefix),
                canopy=CanopyApi(session, settings.canopy_url, settings.canopy_token, CANOPY_WITHIN_SECONDS),
                canopy_keeps_keys=settings.canopy_keeps_keys,
                sign_in=peoples_sign_in(database, session, settings),
                verifiers=settings.qbo_webhook_verifiers,
                partitions=settings.partitions,
                partition_of=lambda firm: partition_of(firm, settings.partitions),
                now=lambda: datetime.now(UTC),
                intents_topic=prefix + INTENTS,
                public_url=settings.peoples_url,
            )
            app = create_app(parts, takes_webhooks=settings.webhook_port is None)
            add_console(app)
            async with aclosing(companies.tokens), _metrics(app, settings), _listening(app, settings):
                log.info("gateway_ready", url=settings.http_url, webhooks=settings.webhook_url)
                await until_one_ends(
                    projector.run(),
                    check.run(),
                    deciding.run(),
                    companies.keeper.run(),
                    *(each.run() for each in askers),
                )
    finally:
        await counter.aclose()
        await producer.stop()
        await database.close()


@asynccontextmanager
async def _metrics(app: web.Application, settings: Settings) -> AsyncIterator[None]:
    """Show metrics beside the console in the sandbox; elsewhere on a port of their own, since nobody signs in to them."""
    if settings.sandbox:
        add_metrics(app)
        yield
        return
    if settings.metrics_port is None:
        yield
        return
    alone = web.Application()
    alone[PARTS] = app[PARTS]
    alone.on_response_prepare.append(add_headers)
    add_metrics(alone)
    runner = GatewayRunner(alone, Places(most=MOST_SCRAPERS), GOODBYE_SECONDS)
    await runner.setup()
    try:
        await web.TCPSite(runner, settings.metrics_host, settings.metrics_port).start()
        yield
    finally:
        await runner.cleanup()


@asynccontextmanager
async def _listening(app: web.Application, settings: Settings) -> AsyncIterator[None]:
    """Answer people, and webhooks where the settings say; who takes all places of the one port takes none of the other."""
    doors = [(app, settings.http_host, settings.http_port)]
    if settings.webhook_port is not None:
        alone = create_webhook_app(app[PARTS])
        doors.append((alone, settings.webhook_host or settings.http_host, settings.webhook_port))
    files = _files(OWN_FILES + MOST_CONNECTIONS * len(doors))
    most = min(MOST_CONNECTIONS, (files - OWN_FILES) // len(doors))
    async with AsyncExitStack() as open_doors:
        for door, host, port in doors:
            runner = GatewayRunner(door, Places(most=most), GOODBYE_SECONDS)
            open_doors.push_async_callback(runner.cleanup)
            await runner.setup()
            await web.TCPSite(runner, host, port).start()
        yield


def _files(wanted: int) -> int:
    """Say how many files and connections this process may have, after asking for as many as it needs."""
    now, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    if now != resource.RLIM_INFINITY and now < wanted:
        now = wanted if most == resource.RLIM_INFINITY else min(wanted, most)
        resource.setrlimit(resource.RLIMIT_NOFILE, (now, most))
    return wanted if now == resource.RLIM_INFINITY else now

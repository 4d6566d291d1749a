"""With what `topics acls` allows, and nothing else, everybody can do their work; nobody another's; and each line of it is needed."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import orjson
import pytest
from aiohttp.test_utils import TestServer
from aiokafka import AIOKafkaProducer
from aiokafka.errors import TopicAuthorizationFailedError

from deploy.contracts.examples import examples
from deploy.kafka.ports import free_port
from deploy.kafka_access import Role
from deploy.kafka_servers import kafka_servers
from deploy.sandbox.quickbooks.app import quickbooks_app
from deploy.sandbox.quickbooks.settings import QuickBooksSettings
from deploy.settings import Settings
from domain.letters import Copy, LetterPlace
from streams.kafka.acknowledged_producer import AcknowledgedProducer
from streams.kafka.dead_letters import DeadLetterWriter
from streams.kafka.letter_topic import DeadLetterTopic
from streams.kafka.servers import Servers, reached
from streams.wire.topics import CLIENT_EVENTS, INPUTS, INTENTS, LOG, OUTCOMES
from tests import commands
from tests.chaos.processes import QUICKBOOKS_TOKEN, VERIFIER, environment
from tests.integration.secured.allowed import OPTIONS, granted, used
from tests.integration.secured.allowing import allow
from tests.integration.secured.broker import AUTHORIZER, PASSWORD, SecuredKafka, secured_kafka
from tests.integration.secured.running import OPERATOR, running_system, types
from tests.patience import PATIENCE_SECONDS

USERS = {Role.WORKER: "worker", Role.GATEWAY: "gateway", Role.PRODUCER: "canopy", Role.OPERATOR: "operator"}
NOBODY, REALM = "nobody", "9130357766890012"
BROKERS_LOG = Path("kafka") / "broker.log"
Settled = dict[str, str]
EVENT = examples()["canopy.client.created.v1"]


async def _printed(settings: dict[str, str]) -> list[str]:
    named = (word for role, user in USERS.items() for word in (f"--{role}", f"User:{user}"))
    done = await asyncio.to_thread(commands.run, ("topics", "acls", *named), settings)
    assert done.returncode == 0, done.stderr
    return done.stdout.decode().splitlines()


def _read(settings: Settled) -> Settings:
    names = {name.removeprefix("CLIENT_SYNC_").lower(): value for name, value in settings.items()}
    ours = {name: value for name, value in names.items() if name in Settings.model_fields}
    return Settings.model_validate(ours | {"kafka_password": PASSWORD})


@asynccontextmanager
async def _company(port: int) -> AsyncIterator[None]:
    """Let QuickBooks answer with an empty company, so that workers have outcomes to tell of."""
    there = QuickBooksSettings(access_token=QUICKBOOKS_TOKEN, verifier=VERIFIER)
    async with TestServer(quickbooks_app(there), port=port) as server, aiohttp.ClientSession() as http:
        await http.post(server.make_url("/_control/realms"), json={"realm_id": REALM})
        yield


async def _writes(settings: Settled, topic: str, value: bytes) -> None:
    servers = kafka_servers(_read(settings))
    # Not idempotent: Kafka refuses that to whom it lets write nothing at all, before it is asked about a topic.
    producer = AIOKafkaProducer(**reached(servers), acks="all")
    await producer.start()
    try:
        await producer.send_and_wait(topic, value, key=b"f-1")
    finally:
        await producer.stop()


async def _refused(settings: dict[str, str], *topics: str) -> None:
    for topic in topics:
        with pytest.raises(TopicAuthorizationFailedError):
            await _writes(settings, topic, b"{}")


async def _is_decided(http: aiohttp.ClientSession) -> None:
    """Wait until the producer's event is."""
    path = f"/api/v1/firms/f-1/clients/{EVENT['data']['client_id']}"
    async with asyncio.timeout(60):
        while True:
            async with http.get(path, headers=OPERATOR) as answer:
                if answer.status == 200:
                    return
            await asyncio.sleep(0.2)


async def _everybody_works(kafka: SecuredKafka, settings: dict[str, str], folder: Path, url: str) -> None:
    def as_user(role: Role) -> dict[str, str]:
        return settings | kafka.settings_as(USERS[role])

    operator = as_user(Role.OPERATOR)
    code, said = await types(operator, "topics", "create")
    assert code == 0, said
    async with running_system(as_user(Role.WORKER), as_user(Role.GATEWAY), folder, url) as http:
        # Of a firm that was never connected nothing is kept.
        code, said = await types(operator, "connect", f"f-1={REALM}")
        assert code == 0, said
        await _writes(as_user(Role.PRODUCER), CLIENT_EVENTS, orjson.dumps(EVENT))
        await _is_decided(http)
        for words in (
            ("topics", "check"),
            ("firms",),
            ("verify", "--json"),
            ("timeline", "f-1", EVENT["data"]["client_id"]),
            ("log", "export", str(folder / "copy")),
            ("dead-letters", "list"),
        ):
            code, said = await types(operator, *words)
            assert code == 0, (words, said)
        await _letters_are_parked_and_sent(as_user, http)
        code, said = await types(operator, "resume", "--all", "--reason", "a test")
        assert code == 0, said
        await _an_outcome_is_told(folder / BROKERS_LOG)
    # Once more: it reads a log that holds something.
    async with running_system(as_user(Role.WORKER), as_user(Role.GATEWAY), folder, url):
        pass


async def _an_outcome_is_told(log: Path) -> None:
    """Wait until the worker has carried something out, and says so."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            if (Role.WORKER.value, "write", OUTCOMES) in used(log, USERS):
                return
            await asyncio.sleep(0.2)


async def _letters_are_parked_and_sent(
    as_user: Callable[[Role], Settled], http: aiohttp.ClientSession
) -> None:
    """Park one each, and send it again to every topic that it may have come by, as the desk does after a lost answer."""
    for role in (Role.GATEWAY, Role.OPERATOR):
        servers = kafka_servers(_read(as_user(role)))
        async with _producer(servers) as producer:
            await DeadLetterWriter(producer).park(
                b"{", key=b"f-1", reason="not_json", detail="", source=CLIENT_EVENTS
            )
            letters = DeadLetterTopic(servers, producer)
            for topic in INPUTS:
                copy = Copy(topic=topic, partition=0, key=b"f-1", value=b"{", id="sent", firm=None)
                place = LetterPlace(0, 0)
                since = await letters.ends([copy])
                await letters.send(place, {copy.id: copy}, 1)
                assert copy.id in (await letters.sent_since(place, since)).sent
    async with asyncio.timeout(PATIENCE_SECONDS):
        # Two parked here, and by the worker what was sent.
        while True:
            found = await _letters(http)
            if len(found) >= 2 + 2 * len(INPUTS):
                break
            await asyncio.sleep(0.2)
    code, said = await types(as_user(Role.OPERATOR), "dead-letters", "show", found[0])
    assert code == 0, said


@asynccontextmanager
async def _producer(servers: Servers) -> AsyncIterator[AcknowledgedProducer]:
    producer = AcknowledgedProducer(servers)
    try:
        yield producer
    finally:
        await producer.stop()


async def _letters(http: aiohttp.ClientSession) -> list[str]:
    async with http.get("/api/v1/dead-letters", headers=OPERATOR) as answer:
        return [each["id"] for each in (await answer.json())["dead_letters"]]


async def test_each_can_do_its_own_work_and_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a Kafka that refuses what nobody has allowed, and writes down what it allows: no line of the table but a request needed it."""
    for name, value in OPTIONS.items():
        monkeypatch.setenv(name, value)
    async with secured_kafka(tmp_path, (*USERS.values(), NOBODY), AUTHORIZER) as kafka:
        http, quickbooks = free_port(), free_port()
        settings = environment(tmp_path, kafka.bootstrap, quickbooks, free_port(), http) | kafka.settings
        worker = settings | kafka.settings_as(USERS[Role.WORKER])
        code, said = await types(settings | kafka.settings_as(USERS[Role.OPERATOR]), "topics", "create")
        assert code != 0, said

        await allow(kafka.open_bootstrap, await _printed(settings))
        async with _company(quickbooks):
            await _everybody_works(kafka, settings, tmp_path, f"http://127.0.0.1:{http}")

        await _refused(settings | kafka.settings_as(NOBODY), *INPUTS, LOG)
        await _refused(settings | kafka.settings_as(USERS[Role.PRODUCER]), INTENTS, LOG)
        await _refused(settings | kafka.settings_as(USERS[Role.GATEWAY]), LOG)
        await _refused(settings | kafka.settings_as(USERS[Role.OPERATOR]), LOG)
        await _refused(worker, CLIENT_EVENTS, INTENTS)
    needed = used(tmp_path / BROKERS_LOG, USERS)
    assert [right for right in granted(settings["CLIENT_SYNC_GROUP"]) if right not in needed] == []

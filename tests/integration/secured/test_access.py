"""With what `topics acls` allows, and nothing else, everybody can do their work; and nobody another's."""

import asyncio
from pathlib import Path

import aiohttp
import orjson
import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.errors import TopicAuthorizationFailedError

from deploy.contracts.examples import examples
from deploy.kafka.ports import free_port
from deploy.kafka_access import Role
from deploy.kafka_servers import kafka_servers
from deploy.settings import Settings
from streams.kafka.servers import reached
from streams.wire.topics import CLIENT_EVENTS, INPUTS, INTENTS, LOG
from tests import commands
from tests.chaos.processes import environment
from tests.integration.secured.allowing import allow
from tests.integration.secured.broker import AUTHORIZER, PASSWORD, SecuredKafka, secured_kafka
from tests.integration.secured.running import OPERATOR, running_system, types

USERS = {Role.WORKER: "worker", Role.GATEWAY: "gateway", Role.PRODUCER: "canopy", Role.OPERATOR: "operator"}
NOBODY = "nobody"
EVENT = examples()["canopy.client.created.v1"]


async def _printed(settings: dict[str, str]) -> list[str]:
    named = (word for role, user in USERS.items() for word in (f"--{role}", f"User:{user}"))
    done = await asyncio.to_thread(commands.run, ("topics", "acls", *named), settings)
    assert done.returncode == 0, done.stderr
    return done.stdout.decode().splitlines()


async def _writes(settings: dict[str, str], topic: str, value: bytes) -> None:
    names = {name.removeprefix("CLIENT_SYNC_").lower(): value for name, value in settings.items()}
    ours = {name: value for name, value in names.items() if name in Settings.model_fields}
    servers = kafka_servers(Settings.model_validate(ours | {"kafka_password": PASSWORD}))
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
        code, said = await types(operator, "connect", "f-1=9130357766890012")
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


async def test_each_can_do_its_own_work_and_no_other(tmp_path: Path) -> None:
    """On a Kafka that refuses what nobody has allowed."""
    async with secured_kafka(tmp_path, (*USERS.values(), NOBODY), AUTHORIZER) as kafka:
        http = free_port()
        settings = environment(tmp_path, kafka.bootstrap, free_port(), free_port(), http) | kafka.settings
        worker = settings | kafka.settings_as(USERS[Role.WORKER])
        code, said = await types(settings | kafka.settings_as(USERS[Role.OPERATOR]), "topics", "create")
        assert code != 0, said

        await allow(kafka.open_bootstrap, await _printed(settings))
        await _everybody_works(kafka, settings, tmp_path, f"http://127.0.0.1:{http}")

        await _refused(settings | kafka.settings_as(NOBODY), *INPUTS, LOG)
        await _refused(settings | kafka.settings_as(USERS[Role.PRODUCER]), INTENTS, LOG)
        await _refused(settings | kafka.settings_as(USERS[Role.GATEWAY]), LOG)
        await _refused(settings | kafka.settings_as(USERS[Role.OPERATOR]), LOG)
        await _refused(worker, CLIENT_EVENTS, INTENTS)

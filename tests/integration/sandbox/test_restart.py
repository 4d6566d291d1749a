"""What outlives a stand-in's process, and how it starts and ends."""

import asyncio
import signal
import sqlite3
import sys
from pathlib import Path

import aiohttp
import orjson
from aiokafka import AIOKafkaConsumer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.partitioner import DefaultPartitioner

from deploy.kafka.ports import free_port
from deploy.sandbox.canopy.app import canopy_app
from deploy.sandbox.canopy.settings import CanopySettings
from deploy.sandbox.quickbooks.app import quickbooks_app
from deploy.sandbox.quickbooks.settings import QuickBooksSettings
from tests.integration.sandbox.caller import CLIENTS, CUSTOMER, FIRM, REALM, TOKEN, VERIFIER, Stage, until
from tests.integration.sandbox.listener import Listener

SAMPLE_REALM = "9130357766890012"
SAMPLE = Path(__file__).parents[3] / "deploy" / "sandbox" / "sample"
NO_KAFKA = "127.0.0.1:9"
PARTITIONS = 8


async def test_quickbooks_comes_back_as_it_was(stage: Stage, listener: Listener, tmp_path: Path) -> None:
    """Books, ledger, kept answers and undelivered webhooks are in the file; numbers go on."""
    file = str(tmp_path / "quickbooks.sqlite")
    nobody = f"http://127.0.0.1:{free_port()}/webhooks"
    before, end = await stage.start(
        quickbooks_app(
            QuickBooksSettings(access_token=TOKEN, verifier=VERIFIER, state=file, webhook_url=nobody)
        )
    )
    await before.post("/_control/realms", {"realm_id": REALM})
    made = await before.customer({"GivenName": "Ana"}, requestid="r-1")
    await end()
    after, _ = await stage.start(
        quickbooks_app(
            QuickBooksSettings(access_token=TOKEN, verifier=VERIFIER, state=file, webhook_url=listener.url)
        )
    )

    assert await after.customer({"GivenName": "Ana"}, requestid="r-1") == made
    assert (await after.get(f"{CUSTOMER}/{made['Id']}"))["Customer"] == made
    assert (await after.call("POST", CUSTOMER, {"DisplayName": "ana"})).code == "6240"
    assert int((await after.customer({"DisplayName": "Bo"}))["Id"]) > int(made["Id"])
    assert [entry["n"] for entry in await after.get("/_control/ledger")] == [1, 2, 3, 4, 5]
    await until(lambda: [event["intuitentityid"] for event in listener.events()] == [made["Id"], "2"])


async def test_events_that_waited_for_kafka_are_published_after_a_restart(
    stage: Stage, tmp_path: Path, bootstrap: str, prefix: str
) -> None:
    """In order, keyed by firm, into the partition that Kafka's default partitioner gives; then nothing waits."""
    topic = f"{prefix}canopy.client-events"
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    await admin.create_topics([NewTopic(topic, PARTITIONS, 1)])
    await admin.close()
    file = str(tmp_path / "canopy.sqlite")
    before, end = await stage.start(canopy_app(CanopySettings(token=TOKEN, bootstrap=NO_KAFKA, state=file)))
    await before.post("/_control/firms", {"firm_id": FIRM})
    for number in range(20):
        await before.post(CLIENTS, {"display_name": f"Client {number}"})
    waiting = (await before.get("/_control/outbox"))["events"]
    await end()

    settings = CanopySettings(token=TOKEN, bootstrap=bootstrap, topic_prefix=prefix, state=file)
    after, _ = await stage.start(canopy_app(settings))
    last = await after.call("PATCH", f"{CLIENTS}/c-1001", {"fax": "555-0100"})
    consumer = AIOKafkaConsumer(topic, bootstrap_servers=bootstrap, auto_offset_reset="earliest")
    await consumer.start()
    records = [await consumer.getone() for _ in range(21)]
    await consumer.stop()

    assert [orjson.loads(record.value) for record in records[:20]] == waiting
    assert orjson.loads(records[20].value)["data"]["version"] == last.body["version"]
    everywhere = list(range(PARTITIONS))
    assert {record.partition for record in records} == {
        DefaultPartitioner()(FIRM.encode(), everywhere, everywhere)
    }
    while (await after.get("/_control/outbox"))["events"]:
        pass


async def test_the_sample_is_loaded_once_and_tells_nobody(
    stage: Stage, listener: Listener, tmp_path: Path
) -> None:
    """A second start adds nothing; both sides hold equal values where `links.json` says so."""
    books, accounts = str(tmp_path / "quickbooks.sqlite"), str(tmp_path / "canopy.sqlite")
    for _ in range(2):
        quickbooks, end_quickbooks = await stage.start(
            quickbooks_app(
                QuickBooksSettings(
                    access_token=TOKEN, verifier=VERIFIER, state=books, webhook_url=listener.url, sample=True
                )
            )
        )
        canopy, end_canopy = await stage.start(
            canopy_app(CanopySettings(token=TOKEN, bootstrap=NO_KAFKA, state=accounts, sample=True))
        )
        customers = (await quickbooks.get(f"/_control/realms/{SAMPLE_REALM}/customers"))["customers"]
        clients = (await canopy.get("/_control/firms/f-1/clients"))["clients"]
        assert (len(customers), len(clients)) == (40, 40)
        assert (await canopy.get("/_control/outbox"))["events"] == []
        assert (await quickbooks.get("/_control/webhooks"))["waiting"] == 0
        await end_quickbooks()
        await end_canopy()

    assert listener.deliveries == []
    by_id = {customer["Id"]: customer for customer in customers}
    by_client = {client["client_id"]: client for client in clients}
    links = orjson.loads((SAMPLE / "links.json").read_bytes())
    assert len(links) == 25
    for link in links:
        client, customer = by_client[link["client_id"]], by_id[link["customer_id"]]
        assert client["display_name"] == customer["DisplayName"]
        assert client["email"] == customer.get("PrimaryEmailAddr", {}).get("Address")
        assert client["phone"] == customer.get("PrimaryPhone", {}).get("FreeFormNumber")
        assert (client["address"] or {}).get("line1") == customer.get("BillAddr", {}).get("Line1")


async def test_a_killed_process_lost_nothing_that_it_had_answered(tmp_path: Path) -> None:
    """Started by its command and killed hard, its file holds what was committed; SIGTERM ends it with 0."""
    port, file = free_port(), tmp_path / "canopy.sqlite"
    arguments = (
        "--port",
        str(port),
        "--state",
        str(file),
        "--token",
        TOKEN,
        "--bootstrap",
        NO_KAFKA,
        "--sample",
    )
    process = await _start("deploy.sandbox.canopy", *arguments)
    async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {TOKEN}"}) as session:
        url = f"http://127.0.0.1:{port}/v1/firms/f-1/clients"
        async with session.post(url, json={"display_name": "Last"}) as response:
            assert response.status == 201
            process.kill()
    await process.wait()
    with sqlite3.connect(file) as state:
        assert state.execute("SELECT count(*) FROM clients").fetchone() == (41,)
        assert state.execute("SELECT count(*) FROM outbox").fetchone() == (1,)
        assert state.execute("SELECT status, committed FROM ledger").fetchall() == [(201, 1)]

    process = await _start("deploy.sandbox.canopy", *arguments)
    process.send_signal(signal.SIGTERM)
    assert await process.wait() == 0


async def test_a_port_in_use_is_named_with_its_setting() -> None:
    """Exit code 2, and the sentence says what to set."""
    server = await asyncio.start_server(lambda _reader, _writer: None, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "deploy.sandbox.quickbooks", "--port", str(port)),
        *("--verifier", VERIFIER, "--access-token", TOKEN),
        stderr=asyncio.subprocess.PIPE,
    )
    _, said = await process.communicate()
    server.close()

    assert process.returncode == 2
    assert f"Port {port} is in use" in said.decode()
    assert "CLIENT_SYNC_QBO_PORT" in said.decode()


async def _start(module: str, *arguments: str) -> asyncio.subprocess.Process:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", module, *arguments, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    while b"stand_in_ready" not in await process.stdout.readline():
        assert process.returncode is None
    return process

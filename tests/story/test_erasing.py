"""A person is erased, and is nowhere afterwards; what was decided can be exported, and checked without our code."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import orjson
from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, RecordsToDelete
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.structs import TopicPartition

from deploy.settings import Settings
from deploy.verify.offsets import GroupOffsets
from streams.wire import topics
from streams.wire.inputs import partition_of
from tests.chaos.processes import CANOPY_TOKEN
from tests.story import operators
from tests.story.both_sides import Json
from tests.story.company import Company
from tests.story.events import client_event

CANARY = "Quackenbush"
SCRIPT = Path(__file__).parents[2] / "docs" / "recompute_links.py"
QUICK = {"segment.ms": "200", "segment.jitter.ms": "0", "file.delete.delay.ms": "100"}
COMPACTED = {"min.compaction.lag.ms": "0", "min.cleanable.dirty.ratio": "0.01", "delete.retention.ms": "100"}
PARTITIONS = 8
LOOK_SECONDS = 0.5


async def _links(company: Company) -> dict[str, Any]:
    """The firm's links, as the API shows them."""
    listed = (await company.api("GET", "/clients?limit=200")).ok()["clients"]
    return {each["client"]["client_id"]: each["link"] for each in listed}


async def _recomputed(company: Company) -> tuple[dict[str, Any], str]:
    """The firm's links, as a script makes them of the export that knows nothing of us; and the export."""
    exported = await operators.says(company, "audit", "export", "--firm", company.firm)
    ran = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-I", str(SCRIPT)],
        input=exported,
        text=True,
        capture_output=True,
        check=False,
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    return {each["client_id"]: each for each in map(orjson.loads, ran.stdout.splitlines())}, exported


def _same(recomputed: Json, shown: Json) -> bool:
    names = ("customer_id", "version")
    return set(recomputed) == set(shown) and all(
        recomputed[client][name] == shown[client][name] for client in shown for name in names
    )


async def test_an_export_says_enough_to_make_the_link_table_of_it(company: Company) -> None:
    """Matched, unmatched and matched anew, left out, merged: the script ends where the read model stands."""
    first, second = [await company.add_client(name) for name in ("Ada Bell", "Ben Cole")]
    await company.add_client("Cy Dorn", sync=False)
    given, left = await company.until_synced(first), await company.until_synced(second)
    (await company.act(first, "unmatch", {"reason": "by mistake"})).ok()
    (await company.act(second, "unmatch")).ok()
    await company.edit_customer(
        left, DisplayName="Ben Cole (left)"
    )  # so that the other one can take the name
    (await company.act(second, "match", {"customer_id": given})).ok()
    await company.until_synced(second)

    recomputed, exported = await _recomputed(company)

    assert _same(recomputed, await _links(company))
    assert recomputed[second]["customer_id"] == given
    lines = [orjson.loads(line) for line in exported.splitlines()]
    (unmatch,) = [each for each in lines if each["code"] == "unmatch" and each["id"] == first]
    assert (unmatch["verdict"], unmatch["reason"]) == ("applied", "by mistake")
    of_one = await operators.types(company, "audit", "export", "--firm", company.firm, "--client", first)
    assert of_one == [each for each in lines if (each["row"], each["id"]) == ("link", first)]
    assert await operators.types(company, "audit", "export", "--firm", "nobody", code=1) == []


async def test_a_person_who_was_erased_is_nowhere(company: Company) -> None:
    """In no file of Kafka's, after retention and compaction; in no database, checkpoint, metric or log."""
    client = await company.add_client(f"Wilhelmina {CANARY}", email=f"{CANARY}@example.com".lower())
    customer = await company.until_synced(client)
    await company.edit_client(client, mobile=f"mobile {CANARY}")
    await company.until_customer(customer, Mobile={"FreeFormNumber": f"mobile {CANARY}"})
    (await company.act(client, "unmatch", {"reason": f"{CANARY} wants it"})).ok()
    (await company.act(client, "restore")).ok()
    await company.until_synced(client)
    letter = await _parked(company, client)
    refused = ("erase", company.firm, client, "--reason")
    early = await company.act(client, "erase", {"reason": "asked by letter"}, token="dev-operator")
    not_theirs = await company.act(client, "erase", {"reason": "asked by letter"})
    url = f"{company.stack.canopy}/v1/firms/{company.firm}/clients/{client}"
    token = {"Authorization": f"Bearer {CANOPY_TOKEN}", "Idempotency-Key": "delete-it"}
    assert (await company.ask("DELETE", url, **token)).status == 204
    await company.until_link(client, status="not_synced", reason="client_deleted")
    named = await operators.types(company, *refused, f"asked by {CANARY}@example.com", code=1)
    holding = _files(company.stack.folder)
    assert {path.parts[-2].rpartition("-")[0] for path in holding if "kafka" in path.parts} >= {
        topics.LOG,
        topics.CLIENT_EVENTS,
        topics.OUTCOMES,
        topics.DEAD_LETTERS,
    }
    before = await operators.types(company, "timeline", company.firm, client)

    (erased,) = await operators.types(company, *refused, "asked by letter")

    assert [each["code"] for each in (early.body, not_theirs.body, *named, erased)] == [
        "client_present",
        "role_too_low",
        "reason_names_person",
        "erase",
    ]
    after = await operators.types(company, "timeline", company.firm, client)
    assert [line["code"] for line in after] == [*(line["code"] for line in before), "erase"]
    assert (after[-1]["reason"], CANARY in str(after)) == ("asked by letter", False)
    (why,) = await operators.types(company, "why", company.firm, client)
    assert "erased" in why["text"]
    (look,) = await operators.types(company, "dead-letters", "show", letter, "--values")
    assert (look["letter"]["state"], CANARY in str(look)) == ("gone", False)
    recomputed, exported = await _recomputed(company)
    assert _same(recomputed, await _links(company))
    assert CANARY.lower() not in exported.lower()
    async with aiohttp.ClientSession() as http, http.get(_metrics(company)) as metrics:
        assert CANARY.lower() not in (await metrics.text()).lower()
    assert _not_of_kafka(company.stack.folder) == []

    found = await operators.types(company, "verify", code=None)  # the log still has what history has no more
    assert [each for each in found if f"/{company.firm}/" in str(each)] == []

    await _until_kafka_has_cleared_away(company)

    assert _files(company.stack.folder) == []
    neighbor = await company.add_client("Another One")
    await company.until_synced(neighbor)


async def _parked(company: Company, client: str) -> str:
    """A dead letter that names the client, with its values; gives its id."""
    event = orjson.loads(client_event(company.firm, "edited", client, 9, f"Wilhelmina {CANARY}"))
    event["time"] = "yesterday"
    await _send(company, topics.CLIENT_EVENTS, orjson.dumps(event))

    async def is_listed() -> bool:
        return bool(await company.dead_letters())

    await company.until(is_listed, "the message is parked")
    return str((await company.dead_letters())[0]["id"])


async def _send(company: Company, topic: str, value: bytes) -> None:
    partition = partition_of(company.firm, PARTITIONS)
    async with AIOKafkaProducer(bootstrap_servers=company.stack.bootstrap) as producer:
        await producer.send_and_wait(topic, value, key=company.firm.encode(), partition=partition)


def _metrics(company: Company) -> str:
    return f"http://127.0.0.1:{company.stack.http_port}/metrics"


def _files(folder: Path) -> list[Path]:
    """Name each file of the system that holds the canary; of Kafka's, those with records."""
    return _holding(path for path in folder.rglob("*") if "kafka" not in path.parts or path.suffix == ".log")


def _not_of_kafka(folder: Path) -> list[Path]:
    return _holding(path for path in folder.rglob("*") if "kafka" not in path.parts)


def _holding(paths: Iterable[Path]) -> list[Path]:
    found = []
    for path in paths:
        try:
            content = path.read_bytes() if path.is_file() else b""
        except FileNotFoundError:
            continue  # Kafka has deleted it meanwhile
        if CANARY.lower().encode() in content.lower():
            found.append(path)
    return found


async def _until_kafka_has_cleared_away(company: Company) -> None:
    """Let what lies in the firm's partitions be over, and the log be compacted, and wait until both are done."""
    partition = partition_of(company.firm, PARTITIONS)
    specs = {spec.name: spec.configs(1) for spec in topics.topic_specs(35)}
    deleted = {name: config | QUICK for name, config in specs.items() if name != topics.LOG}
    compacted = {topics.LOG: specs[topics.LOG] | QUICK | COMPACTED}
    count = 0

    async def is_gone() -> bool:
        nonlocal count
        # Only a record ends the file that is written to, in each topic.
        count += 1
        for topic in (topics.CLIENT_EVENTS, topics.OUTCOMES, topics.INTENTS, topics.DEAD_LETTERS):
            await _send(company, topic, b"no event")
        other = client_event(company.firm, "created", f"c-other-{count}", 1, f"Other {count}")
        await _send(company, topics.CLIENT_EVENTS, other)
        await asyncio.sleep(LOOK_SECONDS)
        await _delete_what_is_committed(admin, company, partition)
        return not _files(company.stack.folder)

    async with _configured(company, deleted | compacted, specs) as admin:
        await company.until(is_gone, "no segment holds the canary")


@asynccontextmanager
async def _configured(
    company: Company, configs: Mapping[str, dict[str, str]], before: Mapping[str, dict[str, str]]
) -> AsyncIterator[AIOKafkaAdminClient]:
    admin = AIOKafkaAdminClient(bootstrap_servers=company.stack.bootstrap)
    await admin.start()
    try:
        await admin.alter_configs(_resources(configs))
        yield admin
        await admin.alter_configs(_resources(before))
    finally:
        await admin.close()


def _resources(configs: Mapping[str, dict[str, str]]) -> list[ConfigResource]:
    return [ConfigResource(ConfigResourceType.TOPIC, name, config) for name, config in configs.items()]


async def _delete_what_is_committed(admin: AIOKafkaAdminClient, company: Company, partition: int) -> None:
    settings = Settings(kafka_bootstrap=company.stack.bootstrap, data_folder=company.stack.folder)
    async with GroupOffsets(company.stack.bootstrap, settings.group) as offsets:
        inputs = await offsets.of(topics.INPUTS, [partition])
        letters = await offsets.of([topics.DEAD_LETTERS], [partition])
    up_to = {at: RecordsToDelete(before_offset=each.goes_on) for at, each in inputs.items()}
    up_to |= {at: RecordsToDelete(before_offset=each.end) for at, each in letters.items()}
    assert TopicPartition(topics.DEAD_LETTERS, partition) in up_to
    await admin.delete_records(up_to)

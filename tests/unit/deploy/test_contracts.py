"""The event contracts under `docs/` are what the code reads and writes."""

import re
from collections.abc import Mapping
from copy import deepcopy
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import orjson
import pytest
import yaml
from jsonschema import Draft202012Validator

from adapters.canopy.mapping import client_of
from deploy.contracts.examples import examples
from deploy.contracts.files import contract_files
from deploy.contracts.messages import Kind, kinds
from deploy.contracts.schemas import dead_letter_headers, topic_schemas
from deploy.lint.linting import lint
from domain.fields import Address
from domain.ids import RealmId
from domain.inputs import Cause, Intent
from streams.kafka.acknowledged_producer import AcknowledgedProducer
from streams.kafka.dead_letters import DeadLetterWriter
from streams.kafka.intent_writer import intent_event
from streams.wire.inputs import Message, UnreadableInputError, partition_of, read_input
from streams.wire.records import decode, encode, records_of
from streams.wire.topics import CLIENT_EVENTS, INPUTS, LOG
from tests.unit.domain.world import World

DOCS = Path(__file__).parents[3] / "docs"
SCHEMAS = topic_schemas()
EXAMPLES = examples()
KINDS = {kind.type: kind for kind in kinds()}
INPUT_KINDS = [kind for kind in kinds() if kind.topic in INPUTS]
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def wrong_with(event: object, kind: Kind) -> list[str]:
    """Validate against the schema of a type of event."""
    schema = {"$ref": f"#/$defs/{kind.type}", "$defs": SCHEMAS[kind.topic]["$defs"]}
    return [error.message for error in Draft202012Validator(schema).iter_errors(event)]


def message(event: Mapping[str, Any], topic: str = CLIENT_EVENTS) -> Message:
    """A record in the partition where it belongs."""
    firm = event.get("firmid")
    return Message(
        topic=topic,
        partition=partition_of(firm, 8) if isinstance(firm, str) else 0,
        offset=0,
        key=None,
        value=orjson.dumps(event),
        at=NOW,
    )


def test_what_is_committed_is_what_the_code_says() -> None:
    """After a change of an input, an outcome or a row: `make docs`."""
    found = {name: (DOCS / name).read_text() for name in contract_files() if (DOCS / name).exists()}
    stale = [name for name, text in contract_files().items() if found.get(name) != text]

    assert not stale, f"run `make docs`: {stale}"
    assert {path.name for path in (DOCS / "schemas").iterdir()} == {f"{topic}.json" for topic in SCHEMAS}


@pytest.mark.parametrize("kind", kinds(), ids=lambda kind: kind.type)
def test_every_example_is_right_by_its_schema(kind: Kind) -> None:
    """And no other type's schema takes it."""
    event = EXAMPLES[kind.type]

    assert wrong_with(event, kind) == []
    assert [other.type for other in kinds() if not wrong_with(event, other)] == [kind.type]


@pytest.mark.parametrize("kind", INPUT_KINDS, ids=lambda kind: kind.type)
def test_every_example_is_taken_by_the_worker(kind: Kind) -> None:
    """By its own reader; and what is missing of an example that the schema requires, the reader misses too."""
    event = EXAMPLES[kind.type]

    read_input(message(event, kind.topic), 8, client_of)

    schema = SCHEMAS[kind.topic]["$defs"][kind.type]
    for name in set(schema["required"]) - {"source"}:
        with pytest.raises(UnreadableInputError):
            read_input(message({k: v for k, v in event.items() if k != name}, kind.topic), 8, client_of)


def test_the_example_of_the_log_is_read() -> None:
    """By the code that folds it."""
    (decision,) = (kind for kind in kinds() if kind.topic == LOG)

    assert (
        decode(orjson.loads(orjson.dumps(EXAMPLES[decision.type]))).at
        == EXAMPLES[decision.type]["data"]["at"]
    )


def test_the_examples_of_client_events_have_nothing_to_mend() -> None:
    """They tell one client's life, in order."""
    told = [EXAMPLES[kind.type] for kind in kinds() if kind.topic == CLIENT_EVENTS]

    assert [finding for each in lint(orjson.dumps(told), 8, NOW) for finding in each.findings] == []


CREATED = EXAMPLES["canopy.client.created.v1"]
PATHS = [
    *((name,) for name in CREATED),
    *(("data", name) for name in (*CREATED["data"], "archived")),
    *(("data", "address", name) for name in CREATED["data"]["address"]),
]
ODD: tuple[Any, ...] = (None, True, 0, -1, 1.5, "", " ", "x", "x" * 1001, [], ["x"], {}, {"city": 1})


@pytest.mark.parametrize("path", PATHS, ids=".".join)
def test_what_the_schema_of_client_events_takes_the_worker_takes(path: tuple[str, ...]) -> None:
    """A producer whose events are right by the schema is never parked for their content."""
    for value in ODD:
        event = deepcopy(CREATED)
        place = event
        for name in path[:-1]:
            place = place[name]
        place[path[-1]] = value
        if not wrong_with(event, KINDS["canopy.client.created.v1"]):
            read_input(message(event), 8, client_of)


@pytest.mark.parametrize("kind", [k for k in INPUT_KINDS if k.topic == "sync.intents"], ids=lambda k: k.type)
def test_what_the_gateway_writes_is_right_by_the_schema(kind: Kind) -> None:
    """Every intent, read and written again by our own writer."""
    intent, _ = read_input(message(EXAMPLES[kind.type], kind.topic), 8, client_of)

    assert wrong_with(orjson.loads(intent_event(cast(Intent, intent), "user:dana", NOW)), kind) == []


def test_what_the_engine_writes_is_right_by_the_schema() -> None:
    """Every record of a story with a create, an edit on each side, an unmatch and a restore."""
    (kind,) = (kind for kind in kinds() if kind.topic == LOG)
    world = World()
    cause = Cause(topic=CLIENT_EVENTS, partition=0, offset=3, id="evt-1", at=NOW, actor="user:dana")
    world.add_client("c-1", display_name="Ann Lee", address=Address(city="Chicago"))
    world.settle()
    customer = world.link("c-1").customer_id
    assert customer is not None
    world.edit_client("c-1", email="ann@example.com")
    world.settle()
    world.edit_customer(customer, phone="(312) 555-0100")
    world.settle()
    for intent in ("unmatch", "restore"):
        world.intent(intent, "c-1")
        world.settle()
    written = [
        encode(record, 0)
        for decision in world.decisions
        for record in records_of(decision, cause, 0, {CLIENT_EVENTS: 3})
    ]

    assert len(written) > 5
    assert [wrong for value in written for wrong in wrong_with(orjson.loads(value), kind)] == []


async def test_a_dead_letter_has_the_headers_that_are_described() -> None:
    """Those, and no others."""

    class Sent:
        headers: Mapping[str, str] = {}

        async def send(
            self, _topic: str, _value: bytes, _key: bytes | None, headers: Mapping[str, str]
        ) -> None:
            self.headers = headers

    sent = Sent()
    await DeadLetterWriter(cast(AcknowledgedProducer, sent)).park(
        b"{",
        key=None,
        reason="unknown_realm",
        detail="no firm is connected to 91",
        source="/webhooks/quickbooks",
        realms=[RealmId("91")],
    )

    assert set(sent.headers) == set(dead_letter_headers()["properties"])
    assert Draft202012Validator(dead_letter_headers()).is_valid(sent.headers)


def test_every_reference_of_the_asyncapi_document_leads_somewhere() -> None:
    """Inside the document, and into the schemas beside it."""
    document = yaml.safe_load((DOCS / "asyncapi.yaml").read_text())
    references = set(re.findall(r"\$ref: '?([^'\n]+)", (DOCS / "asyncapi.yaml").read_text()))

    assert len(references) > len(SCHEMAS)
    for reference in references:
        file, _, path = reference.partition("#/")
        place = orjson.loads((DOCS / file).read_bytes()) if file else document
        for name in path.split("/"):
            place = place[name]


def test_every_topic_and_type_stands_in_the_asyncapi_document() -> None:
    """With the operations that name it."""
    document = yaml.safe_load((DOCS / "asyncapi.yaml").read_text())

    assert document["asyncapi"] == "3.0.0"
    assert set(document["channels"]) == set(SCHEMAS)
    assert set(document["components"]["messages"]) == {*KINDS, "dead-letter"}
    told = {operation["channel"]["$ref"] for operation in document["operations"].values()}
    assert told == {f"#/channels/{topic}" for topic in SCHEMAS}

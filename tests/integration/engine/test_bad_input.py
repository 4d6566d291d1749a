"""What a worker can't use is parked whole, with a reason for people, and what comes behind it is decided."""

import orjson
import pytest

from domain.bounds import CLIENT, ID
from streams.wire.inputs import partition_of
from streams.wire.topics import CLIENT_EVENTS
from tests.chaos.processes import PARTITIONS
from tests.integration.engine.conftest import FIRM, HERE, NEIGHBOUR, Running, client_event, headers_of

pytestmark = pytest.mark.asyncio(loop_scope="module")

ADDRESS = "fiona.gallagher@example.com"


async def _parked(running: Running, value: bytes | None, behind: str = FIRM) -> dict[str, str]:
    """Write a bad input of f-1 and, right behind it, a good one. Gives the dead letter's headers."""
    partition = partition_of(behind, PARTITIONS)
    good = client_event(behind)
    written = await running.write(value, partition=partition)
    await running.write(orjson.dumps(good), partition=partition, key=behind)
    source = f"{CLIENT_EVENTS}/{partition}/{written.offset}"

    letter = await running.letter_of(source)
    listed = await running.listed_letter(source)
    decided = await running.decision_of(good["id"])

    headers = headers_of(letter)
    assert (letter.key, letter.value) == (FIRM.encode(), value or b"")
    assert (listed["reason"], listed["detail"]) == (headers["reason"], headers["detail"])
    assert (listed["key"], listed["size"]) == (FIRM, len(value or b""))
    assert ADDRESS not in headers["detail"]
    assert decided["input"]["offset"] == written.offset + 1
    return headers


async def test_what_is_not_json_is_parked(running: Running) -> None:
    """The reason says what was expected, and where it stopped making sense."""
    headers = await _parked(running, f'{{"email": "{ADDRESS}"'.encode())

    assert headers["reason"] == "not_json"
    assert headers["detail"].startswith("expected a CloudEvent in JSON: ")


@pytest.mark.parametrize(
    ("value", "detail"),
    [
        (b"[1]", "expected a JSON object"),
        (
            orjson.dumps({"email": ADDRESS}),
            'specversion: expected "1.0" (CloudEvents, structured mode)',
        ),
        (
            orjson.dumps(client_event() | {"firmid": None}),
            "firmid: expected a text that is not empty",
        ),
        (orjson.dumps(client_event() | {"id": ""}), "id: expected a text that is not empty"),
    ],
)
async def test_json_that_is_no_cloudevent_is_parked(running: Running, value: bytes, detail: str) -> None:
    """The attribute that is wrong is named."""
    headers = await _parked(running, value)

    assert (headers["reason"], headers["detail"]) == ("not_a_cloudevent", detail)


@pytest.mark.parametrize(
    "kind",
    [
        "canopy.client.renamed.v1",
        "canopy.client.created.v²",
        "canopy.client.created.v" + "9" * 5000,
        "nonsense",
    ],
)
async def test_an_unknown_type_is_parked(running: Running, kind: str) -> None:
    """A type that this engine never heard of is no reason to stop."""
    headers = await _parked(running, orjson.dumps(client_event(type=kind)))

    assert headers["reason"] == "unknown_type"
    assert headers["detail"] == "its type is none that is read from this topic"


async def test_a_newer_schema_is_parked_until_the_workers_know_it(running: Running) -> None:
    """The detail says what to do: nothing of it is lost."""
    headers = await _parked(running, orjson.dumps(client_event(type="canopy.client.created.v2")))

    assert headers["reason"] == "newer_schema"
    assert headers["detail"] == (
        "canopy.client.created is known up to version 1, this is version 2: update the workers"
    )


async def test_a_client_without_an_id_is_parked(running: Running) -> None:
    """Each field that is wrong is named with what was expected, and none of the client's values is."""
    event = client_event(data={"version": 0, "type": "individual", "email": ADDRESS, "phone": 5})
    headers = await _parked(running, orjson.dumps(event))

    assert headers["reason"] == "bad_client"
    assert headers["detail"] == (
        f"client_id: expected {CLIENT.expected}, and it is not there; "
        "version: expected a whole number, 1 or more; phone: expected a text or null, got a number"
    )


async def test_a_record_in_the_wrong_partition_is_parked_with_the_way_out(running: Running) -> None:
    """Whoever produces without our partitioner is told which one it is, and how kcat and librdkafka name it."""
    headers = await _parked(running, orjson.dumps(client_event()), behind=NEIGHBOUR)

    assert headers["reason"] == "wrong_partition"
    assert headers["detail"].startswith(f"the firm's records lie in partition {HERE}, this one in ")
    assert "-X topic.partitioner=murmur2_random" in headers["detail"]


async def test_a_record_without_a_value_is_parked(running: Running) -> None:
    """A tombstone says nothing of a client."""
    headers = await _parked(running, None)

    assert headers["reason"] == "null_value"


async def test_a_value_of_more_than_a_mebibyte_is_parked_whole(running: Running) -> None:
    """The topic takes a little more than we read, so that a producer is told by us, and in words."""
    event = client_event()
    event["data"]["note"] = "x" * (1024 * 1024 + 5000 - len(orjson.dumps(event)))
    value = orjson.dumps(event)

    headers = await _parked(running, value)

    assert headers["reason"] == "too_large"
    assert headers["detail"] == f"expected at most 1 MiB, got {len(value)} bytes"


async def test_a_name_of_nearly_a_mebibyte_is_parked(running: Running) -> None:
    """A row would hold it several times, and the firm's next plan would be too large for the log."""
    event = client_event()
    event["data"] |= {"display_name": ADDRESS * 34_000, "address": {"city": "x" * 1001}}
    value = orjson.dumps(event)
    assert 900_000 < len(value) < 1024 * 1024

    headers = await _parked(running, value)

    assert headers["reason"] == "bad_client"
    assert headers["detail"] == (
        "display_name: expected at most 1000 characters; address.city: expected at most 1000 characters"
    )


async def test_a_field_that_nobody_knows_may_weigh_what_it_likes(running: Running) -> None:
    """Unknown fields are never an error, and are not kept."""
    event = client_event()
    event["data"]["note"] = "x" * 900_000
    await running.write(orjson.dumps(event))

    decided = await running.decision_of(event["id"])

    assert len(orjson.dumps(decided)) < 2000


async def test_an_actor_without_end_is_parked(running: Running) -> None:
    """A record names its actor more than once, so a decision would be too large for the log."""
    event = client_event(actor="user:" + "a" * 900_000)

    headers = await _parked(running, orjson.dumps(event))

    assert (headers["reason"], headers["detail"]) == ("bad_id", f"actor: expected {ID.expected}")

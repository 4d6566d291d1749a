"""Batches and captured changes of the QuickBooks stand-in, and the switches of what no page settles about them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.integration.sandbox.caller import CUSTOMER, PEOPLE, REALM, Caller

BATCH = f"/v3/company/{REALM}/batch"
CDC = f"/v3/company/{REALM}/cdc"
NEW = {"operation": "create"}


def customers(*names: str) -> dict[str, Any]:
    """A batch that creates customers of these names, as items `b0`, `b1` and so on."""
    items = [{"bId": f"b{n}", **NEW, "Customer": {"DisplayName": name}} for n, name in enumerate(names)]
    return {"BatchItemRequest": items}


async def outcomes(caller: Caller, body: dict[str, Any], **query: str) -> dict[str, str]:
    """Send a batch; tells of each item its new id, the code of its fault, or how many a query found."""
    answer = await caller.post(BATCH, body, params=query)
    return {item["bId"]: _outcome(item) for item in answer["BatchItemResponse"]}


def _outcome(item: dict[str, Any]) -> str:
    if "Fault" in item:
        return f"fault {item['Fault']['Error'][0]['code']}"
    if "QueryResponse" in item:
        return f"found {len(item['QueryResponse'].get('Customer', []))}"
    (record,) = [item[kind] for kind in ("Customer", "Vendor") if kind in item]
    return f"id {record['Id']}"


async def test_each_item_ends_by_itself(quickbooks: Caller) -> None:
    """A taken name, a stale update, a delete and an unknown entity hurt no other; a query sees nothing of the batch."""
    await quickbooks.customer({"DisplayName": "Ana"})
    update = {"Id": "1", "SyncToken": "0", "sparse": True, "Notes": "x"}
    items = [
        {"bId": "taken", **NEW, "Customer": {"DisplayName": "ana"}},
        {"bId": "new", **NEW, "Vendor": {"DisplayName": "Paper Co"}},
        {"bId": "first", "operation": "update", "Customer": update},
        {"bId": "stale", "operation": "update", "Customer": update},
        {"bId": "delete", "operation": "delete", "Customer": update},
        {"bId": "bill", **NEW, "Bill": {}},
        {"bId": "found", "Query": "SELECT * FROM Customer WHERE Notes = 'x'"},
        {"bId": "all", "Query": "SELECT * FROM Customer"},
    ]

    assert await outcomes(quickbooks, {"BatchItemRequest": items}) == {
        "taken": "fault 6240",
        "new": "id 3",
        "first": "id 1",
        "stale": "fault 5010",
        "delete": "fault 500",
        "bill": "fault 2020",
        "found": "fault 4001",
        "all": "found 1",
    }


@pytest.mark.parametrize(
    ("body", "query", "code"),
    [
        (customers(*(f"Client {n}" for n in range(31))), {}, "1040"),
        ({}, {}, "2020"),
        ({"BatchItemRequest": ["x"]}, {}, "2020"),
        ({"BatchItemRequest": [{**NEW, "Customer": {}}]}, {}, "2020"),
        (customers("Ana"), {"requestid": "r" * 37}, "2050"),
        ({"BatchItemRequest": [{"bId": "b" * 11, **NEW, "Customer": {}}]}, {"requestid": "r"}, "2050"),
    ],
    ids=["31 items", "no items", "no object", "no bId", "long requestid", "long bId"],
)
async def test_a_batch_may_be_refused_whole(
    quickbooks: Caller, body: dict[str, Any], query: dict[str, str], code: str
) -> None:
    """By its form; then nothing of it is carried out."""
    reply = await quickbooks.call("POST", BATCH, body, params=query)

    assert (reply.status, reply.code) == (400, code)
    assert (await quickbooks.get(f"{PEOPLE}/customers"))["customers"] == []


async def test_a_repeated_batch_gets_its_first_answer(quickbooks: Caller) -> None:
    """The same request id does nothing twice, for all items together."""
    first = await outcomes(quickbooks, customers("Ana", "Bea"), requestid="rq-1")
    again = await outcomes(quickbooks, customers("Ana", "Bea"), requestid="rq-1")

    assert first == again == {"b0": "id 1", "b1": "id 2"}
    assert len((await quickbooks.get(f"{PEOPLE}/customers"))["customers"]) == 2


async def test_the_order_of_the_answers_is_a_switch(quickbooks: Caller) -> None:
    """No page promises it; items are told by their `bId`."""
    await quickbooks.post("/_control/habits", {"batch_turned": True})
    answer = await quickbooks.post(BATCH, customers("Ana", "Bea"))

    assert [item["bId"] for item in answer["BatchItemResponse"]] == ["b1", "b0"]


async def test_forty_batches_a_minute(throttled: Caller) -> None:
    """The 41st is 429, while other requests go on."""
    limits = {"batches_per_minute": 40, "retry_after": 17}
    await throttled.post("/_control/throttle", limits)
    replies = [await throttled.call("POST", BATCH, customers()) for _ in range(41)]

    assert [reply.status for reply in replies] == [200] * 40 + [429]
    assert replies[40].headers["retry-after"] == "17"
    assert (await throttled.call("POST", CUSTOMER, {"DisplayName": "Ana"})).status == 200


@pytest.mark.parametrize(("count", "status"), [(False, 200), (True, 429)])
async def test_whether_items_count_as_requests_is_a_switch(
    quickbooks: Caller, count: bool, status: int
) -> None:
    """Of 500 a minute."""
    await quickbooks.post("/_control/habits", {"batch_items_count": count})
    await quickbooks.post("/_control/throttle", {"per_minute": 4})
    reply = await quickbooks.call("POST", BATCH, customers("A", "B", "C", "D", "E"))

    assert reply.status == status


async def test_whether_one_item_too_many_is_refused_by_itself_is_a_switch(quickbooks: Caller) -> None:
    """The others of its batch are carried out."""
    await quickbooks.post("/_control/habits", {"batch_throttles_items": True})
    await quickbooks.post("/_control/throttle", {"per_minute": 3})

    assert await outcomes(quickbooks, customers("A", "B", "C")) == {
        "b0": "id 1",
        "b1": "id 2",
        "b2": "fault 3001",
    }


@pytest.mark.parametrize(
    ("habit", "again"),
    [
        ({}, {"b0": "id 2", "b1": "fault 6240"}),
        ({"batch_retries_refused": True}, {"b0": "id 2", "b1": "id 4"}),
        ({"batch_forgets": True}, {"b0": "fault 6240", "b1": "id 5"}),
    ],
    ids=["first answer", "refused once more", "anew"],
)
async def test_what_a_repeated_batch_is_answered_is_a_switch(
    quickbooks: Caller, habit: dict[str, bool], again: dict[str, str]
) -> None:
    """No page says whether what was refused is remembered, nor for how long anything is."""
    await quickbooks.customer({"DisplayName": "Bea"})
    await quickbooks.post("/_control/habits", habit)
    body = customers("Ana", "Bea")
    first = await outcomes(quickbooks, body, requestid="rq-1")
    await quickbooks.call("PATCH", f"{PEOPLE}/customers/1", {"DisplayName": "Bob"})

    assert first == {"b0": "id 2", "b1": "fault 6240"}
    assert await outcomes(quickbooks, body, requestid="rq-1") == again


def ids(answer: dict[str, Any]) -> list[str]:
    """Name the customers of captured changes, deleted ones with a mark."""
    (lists,) = answer["CDCResponse"]
    return [
        each["Id"] + (" deleted" if each.get("status") == "Deleted" else "")
        for found in lists["QueryResponse"]
        for each in found.get("Customer", [])
    ]


async def captured(caller: Caller, since: str) -> list[str]:
    """Ask what has changed."""
    return ids(await caller.get(CDC, params={"entities": "Customer,Vendor", "changedSince": since}))


@pytest.fixture
async def merged(quickbooks: Caller) -> Caller:
    """Four customers: 2 is inactive, 3 went into 1 and is gone, 4 went into 1 and is inactive."""
    for name in ("Ana", "Bea", "Cleo", "Dot"):
        await quickbooks.customer({"DisplayName": name})
    await quickbooks.call("PATCH", f"{PEOPLE}/customers/2", {"Active": False})
    await quickbooks.post(f"{PEOPLE}/customers/3/merge", {"into": "1", "loser": "gone"})
    await quickbooks.post(f"{PEOPLE}/customers/4/merge", {"into": "1"})
    return quickbooks


@pytest.mark.parametrize(
    ("habits", "changed"),
    [
        ({}, ["1", "2", "3 deleted", "4 deleted"]),
        ({"cdc_deletes_inactive": True}, ["1", "2 deleted", "3 deleted", "4 deleted"]),
        ({"cdc_keeps_losers": True}, ["1", "2", "4"]),
    ],
    ids=["as it starts", "inactive are deleted", "losers are kept"],
)
async def test_changes_are_captured(merged: Caller, habits: dict[str, bool], changed: list[str]) -> None:
    """Whole customers, and those that went into another one by their id alone."""
    await merged.post("/_control/habits", habits)
    since = (datetime.now(UTC) - timedelta(days=1)).isoformat(timespec="seconds")

    assert sorted(await captured(merged, since)) == changed


async def test_one_who_is_active_again_is_no_longer_deleted(merged: Caller) -> None:
    """Somebody took the merge back."""
    await merged.call("PATCH", f"{PEOPLE}/customers/4", {"Active": True})
    since = (datetime.now(UTC) - timedelta(days=1)).isoformat(timespec="seconds")

    assert "4" in await captured(merged, since)


async def test_the_moment_asked_for_is_a_switch(quickbooks: Caller) -> None:
    """What changed in that very second is there, or not; a time without an offset is UTC, or the company's."""
    made = await quickbooks.customer({"DisplayName": "Ana"})
    at = made["MetaData"]["LastUpdatedTime"]
    bare = datetime.fromisoformat(at).astimezone(UTC).replace(tzinfo=None).isoformat()

    assert (await captured(quickbooks, at), await captured(quickbooks, bare)) == (["1"], ["1"])
    await quickbooks.post("/_control/habits", {"cdc_excludes_its_moment": True})
    assert await captured(quickbooks, at) == []
    await quickbooks.post("/_control/habits", {"cdc_in_pacific": True})
    assert await captured(quickbooks, bare) == []


async def test_changes_reach_back_thirty_days(quickbooks: Caller) -> None:
    """Longer ago is an operation that is not supported."""
    since = (datetime.now(UTC) - timedelta(days=31)).isoformat(timespec="seconds")
    reply = await quickbooks.call("GET", CDC, params={"entities": "Customer", "changedSince": since})

    assert (reply.status, reply.code) == (400, "500")


async def test_refusals_may_come_as_xml(quickbooks: Caller) -> None:
    """Though JSON was asked for."""
    await quickbooks.post("/_control/habits", {"xml_errors": True})
    await quickbooks.post("/_control/faults", {"do": "status", "value": 429})
    reply = await quickbooks.call("GET", f"{CUSTOMER}/1")
    no_token = await quickbooks.call("GET", f"{CUSTOMER}/1", headers={"Authorization": "Bearer x"})

    assert reply.headers["content-type"] == "application/xml;charset=UTF-8"
    assert '<Error code="3001">' in reply.body
    assert '<Error code="3200">' in no_token.body

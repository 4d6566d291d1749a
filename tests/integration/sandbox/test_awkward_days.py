"""What the stand-ins do on awkward days: switches that are off, until a test asks for them."""

import asyncio
from typing import Any

import orjson
import pytest

from deploy.sandbox.junk import spoil
from tests.integration.sandbox.caller import CLIENTS, CUSTOMER, PEOPLE, REALM, TOKEN, Caller, until
from tests.integration.sandbox.listener import Listener

JUNK_WAYS = 12


async def test_unasked_it_throttles_as_intuit_does(throttled: Caller) -> None:
    """Ten requests in a second go through, the eleventh is 429 / 3001."""
    replies = [await throttled.call("GET", f"{CUSTOMER}/1") for _ in range(11)]

    assert [reply.status for reply in replies] == [400] * 10 + [429]
    assert replies[10].code == "3001"


async def test_more_than_ten_at_once_are_too_many(throttled: Caller) -> None:
    """Whatever the second and the minute say."""
    await throttled.post("/_control/throttle", {"at_once": 10})
    await throttled.post("/_control/latency", {"seconds": 0.2})
    replies = await asyncio.gather(*(throttled.call("GET", f"{CUSTOMER}/1") for _ in range(11)))

    assert sorted(reply.status for reply in replies) == [400] * 10 + [429]


async def test_a_clear_may_be_ignored(quickbooks: Caller) -> None:
    """A sparse update with an empty text is answered as done, with the value as it was."""
    made = await quickbooks.customer(
        {"DisplayName": "Ana", "PrimaryEmailAddr": {"Address": "ana@example.com"}}
    )
    await quickbooks.post("/_control/habits", {"clears_ignored": True})
    cleared = {"PrimaryEmailAddr": {"Address": ""}, "GivenName": "Anna"}
    reply = await quickbooks.call(
        "POST", CUSTOMER, {"Id": made["Id"], "SyncToken": "0", "sparse": True, **cleared}
    )

    assert reply.body["Customer"]["PrimaryEmailAddr"] == {"Address": "ana@example.com"}
    assert reply.body["Customer"]["GivenName"] == "Anna"


async def test_values_may_be_spelled_anew(quickbooks: Caller) -> None:
    """It keeps phones, email and country in its own way."""
    await quickbooks.post("/_control/habits", {"respells": True})
    made = await quickbooks.customer(
        {
            "DisplayName": "Ana",
            "PrimaryPhone": {"FreeFormNumber": "(312) 555-0100"},
            "PrimaryEmailAddr": {"Address": "Ana@Example.com"},
            "BillAddr": {"Line1": "1 Elm St", "Country": "US"},
        }
    )

    assert made["PrimaryPhone"]["FreeFormNumber"] == "312-555-0100"
    assert made["PrimaryEmailAddr"]["Address"] == "ana@example.com"
    assert made["BillAddr"]["Country"] == "USA"


async def test_notifications_may_tell_whole_seconds_and_of_several_companies(
    quickbooks: Caller, listener: Listener
) -> None:
    """One delivery, signed as a whole."""
    await quickbooks.post("/_control/realms", {"realm_id": "2"})
    await quickbooks.post("/_control/habits", {"whole_seconds": True})
    await quickbooks.post("/_control/webhooks", {"mixed": True, "paused": True})
    await quickbooks.post(f"{PEOPLE}/customers", {"DisplayName": "Ana"})
    await quickbooks.post("/_control/realms/2/customers", {"DisplayName": "Bo"})
    await quickbooks.post("/_control/webhooks", {"paused": False})
    await until(lambda: bool(listener.deliveries))
    told = listener.deliveries[0].body

    assert [event["intuitaccountid"] for event in told] == [REALM, "2"]
    assert all(event["time"][19:] in {"Z", ".000Z"} for event in told)


async def test_a_restored_company_has_its_old_tokens(quickbooks: Caller) -> None:
    """What came after the backup is gone, and nobody is told."""
    made = await quickbooks.customer({"DisplayName": "Ana"})
    await quickbooks.post(f"{PEOPLE}/backup", {})
    await quickbooks.call("PATCH", f"{PEOPLE}/customers/{made['Id']}", {"GivenName": "Anna"})
    later = await quickbooks.customer({"DisplayName": "Bo"})
    await quickbooks.post(f"{PEOPLE}/restore", {})
    back = await quickbooks.get(f"{CUSTOMER}/{made['Id']}")
    gone = await quickbooks.call("GET", f"{CUSTOMER}/{later['Id']}")

    assert back["Customer"]["SyncToken"] == "0"
    assert gone.code == "610"


async def test_a_restored_firm_has_its_old_versions(canopy: Caller) -> None:
    """Canopy too can go back to a backup."""
    headers = {"Authorization": f"Bearer {TOKEN}"}
    made = await canopy.call("POST", CLIENTS, {"type": "individual", "display_name": "Ana"}, headers=headers)
    one = f"{CLIENTS}/{made.body['client_id']}"
    await canopy.post("/_control/firms/f-9/backup", {})
    await canopy.call("PATCH", one, {"phone": "1"}, headers=headers)
    await canopy.post("/_control/firms/f-9/restore", {})
    back = await canopy.call("GET", one, headers=headers)

    assert (back.body["version"], back.body["phone"]) == (1, None)


async def test_a_fault_may_strike_every_second_time_and_say_when_to_come_back(quickbooks: Caller) -> None:
    """`every` counts the requests that fit; `Retry-After` is said as it was asked for."""
    fault = {"do": "status", "value": 429, "every": 2, "times": 9, "retry_after": "1795846416186"}
    await quickbooks.post("/_control/faults", fault)
    replies = [await quickbooks.call("GET", f"{CUSTOMER}/1") for _ in range(4)]

    assert [reply.status for reply in replies] == [400, 429, 400, 429]
    assert replies[1].headers["retry-after"] == "1795846416186"


@pytest.mark.parametrize("turn", range(JUNK_WAYS))
def test_an_answer_is_spoiled_in_many_ways(turn: int) -> None:
    """None of them is what was answered."""
    whole: dict[str, Any] = {
        "Customer": {"Id": "1", "SyncToken": "0", "DisplayName": "Ana", "MetaData": {"CreateTime": "2026"}}
    }
    spoiled = spoil(orjson.dumps(whole), turn)

    assert spoiled != orjson.dumps(whole)
    assert spoil(orjson.dumps(whole), turn + JUNK_WAYS) == spoiled


async def test_what_is_spoiled_is_done_all_the_same(quickbooks: Caller) -> None:
    """The write is committed, and only its answer can't be used."""
    await quickbooks.post("/_control/faults", {"do": "junk"})
    reply = await quickbooks.call("POST", CUSTOMER, {"DisplayName": "Ana"}, params={"requestid": "r-1"})
    known = await quickbooks.get(f"{PEOPLE}/customers")

    assert reply.status == 200
    assert "9" * 30 in str(reply.body)
    assert [customer["DisplayName"] for customer in known["customers"]] == ["Ana"]


@pytest.mark.parametrize("path", ["invoice/1", "item/1", "batch"])
async def test_what_it_has_not_is_said_as_intuit_says_it(quickbooks: Caller, path: str) -> None:
    """A fault, and never a page of our own."""
    reply = await quickbooks.call("GET", f"/v3/company/{REALM}/{path}")

    assert (reply.status, reply.code) == (400, "500")


async def test_a_path_that_is_none_is_not_found(quickbooks: Caller) -> None:
    """Also without a realm in it."""
    nowhere = await quickbooks.call("GET", "/v3/nothing")
    put = await quickbooks.call("PUT", CUSTOMER, {})

    assert nowhere.status == 404
    assert put.status == 405


async def test_the_other_spelling_of_a_time_is_understood(quickbooks: Caller) -> None:
    """Intuit's own examples write `Metadata`."""
    await quickbooks.customer({"DisplayName": "Ana"})
    statement = "SELECT * FROM Customer WHERE Metadata.LastUpdatedTime > '2020-01-01T00:00:00-07:00'"
    found = await quickbooks.get(f"/v3/company/{REALM}/query", params={"query": statement})

    assert [each["DisplayName"] for each in found["QueryResponse"]["Customer"]] == ["Ana"]

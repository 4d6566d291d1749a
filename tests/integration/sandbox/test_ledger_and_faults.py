"""What both stand-ins do to every request: ledger, faults, replays, latency."""

import asyncio

import aiohttp
import pytest

from tests.integration.sandbox.caller import CUSTOMER, PEOPLE, REALM, Caller


async def test_the_ledger_has_every_request_but_no_control(quickbooks: Caller) -> None:
    """Numbered from 1, with what was asked, what was answered and whether a record changed."""
    made = await quickbooks.customer({"DisplayName": "Ana"}, requestid="r-1")
    await quickbooks.call("POST", CUSTOMER, {"DisplayName": "ana"})
    await quickbooks.query("SELECT * FROM Customer")
    entries = await quickbooks.get("/_control/ledger")

    assert [entry["n"] for entry in entries] == [1, 2, 3]
    assert [entry["committed"] for entry in entries] == [True, False, False]
    assert [entry["status"] for entry in entries] == [200, 400, 200]
    first = entries[0]
    assert (first["tenant"], first["method"], first["path"], first["request_id"]) == (
        REALM,
        "POST",
        CUSTOMER,
        "r-1",
    )
    assert (first["body"], first["answer"]["Customer"], first["entity"]) == (
        {"DisplayName": "Ana"},
        made,
        made["Id"],
    )
    assert [entry["n"] for entry in await quickbooks.get("/_control/ledger?since=2")] == [3]


async def test_a_repeated_request_id_gets_the_same_answer(quickbooks: Caller) -> None:
    """The answer is the first one to the letter and nothing is done again; a refusal is not kept."""
    first = await quickbooks.call("POST", f"{CUSTOMER}?requestid=r-1", {"GivenName": "Ana"})
    again = await quickbooks.call("POST", f"{CUSTOMER}?requestid=r-1", {"GivenName": "Ana"})
    refused = await quickbooks.call("POST", f"{CUSTOMER}?requestid=r-2", {"DisplayName": "Ana"})
    retried = await quickbooks.call("POST", f"{CUSTOMER}?requestid=r-2", {"DisplayName": "Ana B"})

    assert first.body == again.body
    assert (refused.code, retried.status) == ("6240", 200)
    assert [entry["committed"] for entry in await quickbooks.get("/_control/ledger")] == [
        True,
        False,
        False,
        True,
    ]


async def test_two_requests_at_once_under_one_id_make_one_customer(quickbooks: Caller) -> None:
    """While the first is still under way the second gets its answer, not a second customer."""
    await quickbooks.post("/_control/latency", {"seconds": 0.05})
    bodies = await asyncio.gather(
        *(quickbooks.customer({"GivenName": "Ana"}, requestid="r") for _ in range(5))
    )

    assert all(body == bodies[0] for body in bodies)
    assert len((await quickbooks.get(f"{PEOPLE}/customers"))["customers"]) == 1


async def test_a_timeout_after_the_change_leaves_it_made(quickbooks: Caller) -> None:
    """The connection closes without an answer; the same request id then tells what was done."""
    await quickbooks.post(
        "/_control/faults", {"match": {"method": "POST", "path": "/customer"}, "do": "timeout_after"}
    )
    with pytest.raises(aiohttp.ClientError):
        await quickbooks.customer({"DisplayName": "Ana"}, requestid="r-1")
    (entry,) = await quickbooks.get("/_control/ledger")
    assert (entry["status"], entry["answer"], entry["committed"], entry["fault"]) == (
        None,
        None,
        True,
        "timeout_after",
    )
    assert entry["finished"]

    assert (await quickbooks.customer({"DisplayName": "Ana"}, requestid="r-1"))["Id"] == entry["entity"]


async def test_a_timeout_before_the_change_leaves_nothing(quickbooks: Caller) -> None:
    """Held for a while, then closed; until then the ledger shows it under way."""
    await quickbooks.post("/_control/faults", {"do": "timeout_before", "value": 0.2})
    request = asyncio.create_task(quickbooks.call("POST", CUSTOMER, {"DisplayName": "Ana"}))
    entries: list[dict[str, object]] = []
    while not entries:
        entries = await quickbooks.get("/_control/ledger")
    assert (entries[0]["status"], entries[0]["committed"], entries[0]["finished"]) == (None, False, None)

    with pytest.raises(aiohttp.ClientError):
        await request
    assert (await quickbooks.get(f"{PEOPLE}/customers"))["customers"] == []


@pytest.mark.parametrize("status", [401, 403, 429, 500, 503])
async def test_a_status_on_demand_is_worded_as_intuit_does(quickbooks: Caller, status: int) -> None:
    """So many times as asked, then all is well again; 503 comes from a balancer and is no JSON."""
    await quickbooks.post(
        "/_control/faults", {"match": {"path": "/cust"}, "do": "status", "value": status, "times": 2}
    )
    replies = [await quickbooks.call("POST", CUSTOMER, {"DisplayName": "Ana"}) for _ in range(3)]

    assert [reply.status for reply in replies] == [status, status, 200]
    assert isinstance(replies[0].body, str) is (status == 503)


async def test_faults_can_be_cleared_and_a_wrong_one_is_refused(quickbooks: Caller) -> None:
    """A fault nobody knows is 422."""
    await quickbooks.post("/_control/faults", {"do": "status", "value": 503})
    wrong = await quickbooks.call("POST", "/_control/faults", {"do": "explode"})
    await quickbooks.call("DELETE", "/_control/faults")

    assert wrong.status == 422
    assert await quickbooks.get("/_control/faults") == []


async def test_a_reset_forgets_everything(quickbooks: Caller) -> None:
    """Realms, customers, ledger and faults are gone."""
    await quickbooks.customer({"DisplayName": "Ana"})
    await quickbooks.post("/_control/reset", {})

    assert await quickbooks.get("/_control/ledger") == []
    assert (await quickbooks.call("GET", f"{CUSTOMER}/1")).status == 403

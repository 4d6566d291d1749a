"""Clients of the Canopy stand-in, and the events that wait for Kafka."""

from typing import Any

import pytest

from tests.integration.sandbox.caller import CLIENTS, FIRM, Caller

ANA = {
    "display_name": "Ana Diaz",
    "first_name": "Ana",
    "email": "ana@example.com",
    "address": {"city": "Chicago"},
}


async def events(canopy: Caller) -> list[dict[str, Any]]:
    """Read what waits for Kafka."""
    waiting: list[dict[str, Any]] = (await canopy.get("/_control/outbox"))["events"]
    return waiting


async def test_a_client_is_added_with_all_its_fields_and_told(canopy: Caller) -> None:
    """The event has the whole client, its toggle, who did it and under which key."""
    headers = {"Actor": "user:dana", "Idempotency-Key": "k-1"}
    reply = await canopy.call("POST", CLIENTS, {**ANA, "sync_client": False}, headers=headers)
    (event,) = await events(canopy)

    assert (reply.status, reply.headers["etag"]) == (201, '"1"')
    client = reply.body
    assert (client["client_id"], client["version"], client["phone"], client["active"]) == (
        "c-1001",
        1,
        None,
        True,
    )
    assert client["address"]["line1"] is None
    assert event == {
        "specversion": "1.0",
        "id": f"canopy-{FIRM}-c-1001-1",
        "source": "/canopy",
        "type": "canopy.client.created.v1",
        "subject": "c-1001",
        "time": client["created_at"],
        "datacontenttype": "application/json",
        "firmid": FIRM,
        "actor": "user:dana",
        "cause": "k-1",
        "data": {
            "sync_client": False,
            **{name: client[name] for name in client if name not in {"created_at", "updated_at", "archived"}},
        },
    }


async def test_an_edit_changes_only_what_is_sent(canopy: Caller) -> None:
    """The version grows with a real change; no change tells nobody; an event of an edit has no toggle."""
    await canopy.post(CLIENTS, {**ANA, "sync_client": True})
    changed = await canopy.call("PATCH", f"{CLIENTS}/c-1001", {"phone": "555-0100", "email": ""})
    same = await canopy.call("PATCH", f"{CLIENTS}/c-1001", {"phone": "555-0100"})

    assert (changed.body["version"], changed.body["email"], changed.body["first_name"]) == (2, None, "Ana")
    assert (same.status, same.body) == (200, changed.body)
    told = await events(canopy)
    assert [event["type"] for event in told] == ["canopy.client.created.v1", "canopy.client.edited.v1"]
    assert "sync_client" not in told[1]["data"]
    assert told[1]["actor"] == "system:api"


async def test_an_edit_of_an_old_version_is_refused(canopy: Caller) -> None:
    """412 brings the client as it is now."""
    await canopy.post(CLIENTS, ANA)
    await canopy.call("PATCH", f"{CLIENTS}/c-1001", {"fax": "1"}, headers={"If-Match": '"1"'})
    late = await canopy.call("PATCH", f"{CLIENTS}/c-1001", {"fax": "2"}, headers={"If-Match": '"1"'})

    assert (late.status, late.body["code"], late.body["client"]["fax"]) == (412, "version_mismatch", "1")
    assert late.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"display_name": " "}, 422, "display_name_required"),
        ({}, 422, "display_name_required"),
        ({"display_name": "Ana", "colour": "red"}, 422, "invalid_fields"),
        ({"display_name": "Ana", "version": 3}, 422, "invalid_fields"),
        ({"display_name": "Ana", "address": {"zip": "1"}}, 422, "invalid_fields"),
        ({"display_name": 5}, 422, "invalid_fields"),
        ("{", 400, "bad_json"),
    ],
)
async def test_a_client_of_wrong_fields_is_refused(
    canopy: Caller, body: object, status: int, code: str
) -> None:
    """What is refused leaves no client and no event."""
    reply = await canopy.call("POST", CLIENTS, body)

    assert (reply.status, reply.body["code"]) == (status, code)
    assert await events(canopy) == []


async def test_a_key_does_a_thing_once(canopy: Caller) -> None:
    """The same key and body get the first answer; another body under it is refused."""
    headers = {"Idempotency-Key": "k-1"}
    first = await canopy.call("POST", CLIENTS, ANA, headers=headers)
    again = await canopy.call("POST", CLIENTS, ANA, headers=headers)
    other = await canopy.call("POST", CLIENTS, {"display_name": "Bo"}, headers=headers)

    assert (again.status, again.body, again.headers["etag"]) == (201, first.body, '"1"')
    assert (other.status, other.body["code"]) == (409, "idempotency_key_reused")
    assert len(await events(canopy)) == 1


async def test_the_list_has_pages_in_the_order_of_numbers(canopy: Caller) -> None:
    """A cursor leads on; archived clients are not listed, but a checker sees them."""
    for number in (9, 10, 1):
        await canopy.post(f"/_control/firms/{FIRM}/clients", {**ANA, "client_id": f"c-{number}"})
    await canopy.call("POST", f"{CLIENTS}/c-9/archive")
    first = await canopy.get(CLIENTS, params={"limit": "1"})
    second = await canopy.get(CLIENTS, params={"limit": "1", "cursor": first["next_cursor"]})

    assert [each["client_id"] for each in first["clients"] + second["clients"]] == ["c-1", "c-10"]
    assert second["next_cursor"] is None
    everybody = (await canopy.get(f"/_control/firms/{FIRM}/clients"))["clients"]
    assert [(each["client_id"], each["archived"]) for each in everybody] == [
        ("c-1", False),
        ("c-9", True),
        ("c-10", False),
    ]


async def test_archiving_restoring_and_deleting_are_told(canopy: Caller) -> None:
    """An archived client can't be edited; a deleted one is gone, and its id is never used again."""
    await canopy.post(CLIENTS, ANA)
    await canopy.call("POST", f"{CLIENTS}/c-1001/archive")
    edit = await canopy.call("PATCH", f"{CLIENTS}/c-1001", {"fax": "1"})
    await canopy.call("POST", f"{CLIENTS}/c-1001/restore")
    deleted = await canopy.call("DELETE", f"{CLIENTS}/c-1001")
    reused = await canopy.call("POST", f"/_control/firms/{FIRM}/clients", {**ANA, "client_id": "c-1001"})

    assert (edit.body["code"], deleted.status, reused.body["code"]) == (
        "client_archived",
        204,
        "client_exists",
    )
    assert (await canopy.call("GET", f"{CLIENTS}/c-1001")).status == 404
    told = [(event["type"].split(".")[2], event["data"]["version"]) for event in await events(canopy)]
    assert told == [("created", 1), ("archived", 2), ("restored", 3), ("deleted", 4)]


async def test_who_has_no_token_or_no_firm_is_refused(canopy: Caller) -> None:
    """401 and 404 as problems; a type can't be changed."""
    stranger = await canopy.call("GET", CLIENTS, headers={"Authorization": "Bearer x"})
    nowhere = await canopy.call("GET", "/v1/firms/f-0/clients")
    await canopy.post(CLIENTS, ANA)
    changed = await canopy.call("PATCH", f"{CLIENTS}/c-1001", {"type": "business"})

    assert (stranger.status, stranger.body["code"]) == (401, "unauthorized")
    assert (nowhere.status, nowhere.body["code"]) == (404, "firm_not_found")
    assert (changed.status, changed.body["code"]) == (422, "type_is_fixed")


async def test_the_ledger_names_firm_key_and_change(canopy: Caller) -> None:
    """As in the other stand-in; a client that was read is not one that was changed."""
    await canopy.call("POST", CLIENTS, ANA, headers={"Idempotency-Key": "k-1"})
    await canopy.call("PATCH", f"{CLIENTS}/c-1001", {"first_name": "Ana"})
    entries = await canopy.get("/_control/ledger")

    assert [(entry["tenant"], entry["request_id"], entry["committed"]) for entry in entries] == [
        (FIRM, "k-1", True),
        (FIRM, None, False),
    ]

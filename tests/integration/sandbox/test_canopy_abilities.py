"""What the Canopy stand-in does where a switch takes something from it."""

from typing import Any

from tests.integration.sandbox.caller import CLIENTS, Caller

ANA = {"display_name": "Ana Diaz", "email": "ana@example.com"}


async def without(canopy: Caller, ability: str) -> None:
    """Take one away."""
    await canopy.post("/_control/abilities", {ability: False})


async def causes(canopy: Caller) -> list[Any]:
    """List what the events name as their cause."""
    return [event.get("cause") for event in (await canopy.get("/_control/outbox"))["events"]]


async def test_without_versions_a_change_is_made_over_whatever_stands_there(canopy: Caller) -> None:
    """In the fields that it names, and no others."""
    await canopy.post(CLIENTS, ANA)
    await canopy.call("PATCH", f"{CLIENTS}/c-1001", {"phone": "1", "fax": "2"})
    refused = await canopy.call("PATCH", f"{CLIENTS}/c-1001", {"phone": "3"}, headers={"If-Match": "1"})
    await without(canopy, "versions")
    made = await canopy.call("PATCH", f"{CLIENTS}/c-1001", {"phone": "3"}, headers={"If-Match": "1"})

    assert (refused.status, made.status) == (412, 200)
    assert (made.body["phone"], made.body["fax"], made.body["version"]) == ("3", "2", 3)


async def test_without_causes_an_event_says_who_and_not_why(canopy: Caller) -> None:
    """The key is taken as before."""
    await canopy.post(CLIENTS, ANA, headers={"Idempotency-Key": "k-1", "Actor": "user:dana"})
    await without(canopy, "causes")
    await canopy.post(CLIENTS, ANA, headers={"Idempotency-Key": "k-2", "Actor": "user:dana"})

    assert await causes(canopy) == ["k-1", None]


async def test_without_idempotency_a_repeated_request_is_done_again(canopy: Caller) -> None:
    """Under its key, and with its answer lost or not."""
    key = {"Idempotency-Key": "k-1"}
    first, same = await canopy.post(CLIENTS, ANA, headers=key), await canopy.post(CLIENTS, ANA, headers=key)
    await without(canopy, "idempotency")
    other = await canopy.post(CLIENTS, ANA, headers=key)
    again = await canopy.post(CLIENTS, ANA, headers=key)

    ids = [each["client_id"] for each in (first, same, other, again)]
    assert ids == ["c-1001", "c-1001", "c-1002", "c-1003"]
    assert await causes(canopy) == ["k-1"] * 3


async def test_a_reset_gives_all_of_it_back(canopy: Caller) -> None:
    """And the switches can be read."""
    await without(canopy, "versions")
    assert (await canopy.get("/_control/abilities"))["versions"] is False
    await canopy.post("/_control/reset", {})
    assert set((await canopy.get("/_control/abilities")).values()) == {True}

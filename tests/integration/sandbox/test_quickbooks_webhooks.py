"""The webhooks of the QuickBooks stand-in."""

import base64
import hashlib
import hmac

import pytest

from deploy.sandbox.quickbooks.events import sign
from tests.integration.sandbox.caller import CUSTOMER, PEOPLE, REALM, VERIFIER, Caller, until
from tests.integration.sandbox.listener import Listener

CLOUD_EVENT = (
    '[{"specversion":"1.0","id":"0f3c8a52-77aa-4c0e-9f0e-1d2c3b4a5968","source":"intuit.c2ltdWxhdG9y",'
    '"type":"qbo.customer.updated.v1","datacontenttype":"application/json","time":"2026-09-01T10:00:00.123Z",'
    '"intuitentityid":"58","intuitaccountid":"9130000000000001","data":{}}]'
)


@pytest.mark.parametrize(
    ("verifier", "body", "signature"),
    [
        ("verify_me", '{"stuff":"5"}', "nfPLN16u3vMvv08ghDs+dOkLuirEVDy5wAeG/lmM2OA="),
        ("sim-verifier", CLOUD_EVENT, "IQIGfnHEK/GuDNVe5f+IK1tVUoSdy8uCPMBMvWHvj44="),
    ],
)
def test_the_signature_is_intuits(verifier: str, body: str, signature: str) -> None:
    """The first vector is also in the tests of ej2/python-quickbooks."""
    assert sign(body.encode(), verifier) == signature


async def test_every_change_is_announced_and_signed(quickbooks: Caller, listener: Listener) -> None:
    """A person's changes and the application's own, in order, in the CloudEvents form."""
    made = await quickbooks.customer({"DisplayName": "Ana"})
    await quickbooks.call("PATCH", f"{PEOPLE}/customers/{made['Id']}", {"Notes": "x"})
    await until(lambda: len(listener.events()) == 2)

    assert [event["type"] for event in listener.events()] == [
        "qbo.customer.created.v1",
        "qbo.customer.updated.v1",
    ]
    assert {event["intuitaccountid"] for event in listener.events()} == {REALM}
    assert {event["intuitentityid"] for event in listener.events()} == {made["Id"]}
    for delivery in listener.deliveries:
        expected = base64.b64encode(
            hmac.new(VERIFIER.encode(), delivery.raw, hashlib.sha256).digest()
        ).decode()
        assert delivery.headers["intuit-signature"] == expected


async def test_a_refused_notification_comes_again_before_later_ones(
    quickbooks: Caller, listener: Listener
) -> None:
    """What is not acknowledged is delivered again, with the same id, and holds up its realm."""
    listener.statuses = [500, 503]
    first = await quickbooks.customer({"DisplayName": "First"})
    second = await quickbooks.customer({"DisplayName": "Second"})
    await until(lambda: len(listener.events()) == 2)

    assert [event["intuitentityid"] for event in listener.events()] == [first["Id"], second["Id"]]
    assert {delivery.body[0]["id"] for delivery in listener.refused} == {listener.events()[0]["id"]}
    assert (await quickbooks.get("/_control/webhooks"))["waiting"] == 0


async def test_the_older_form_is_a_switch_and_a_pause_keeps_all(
    quickbooks: Caller, listener: Listener
) -> None:
    """While paused, changes pile up, and share one POST afterwards; a merge names who is no more."""
    await quickbooks.post("/_control/webhooks", {"format": "legacy", "paused": True})
    loser = await quickbooks.customer({"DisplayName": "Loser"})
    survivor = await quickbooks.customer({"DisplayName": "Survivor"})
    await quickbooks.post(f"{PEOPLE}/customers/{loser['Id']}/merge", {"into": survivor["Id"]})
    await quickbooks.post("/_control/webhooks", {"paused": False})
    await until(lambda: len(listener.deliveries) == 1)

    (notification,) = listener.deliveries[0].body["eventNotifications"]
    entities = notification["dataChangeEvent"]["entities"]
    assert notification["realmId"] == REALM
    assert [entity["operation"] for entity in entities] == ["Create", "Create", "Merge"]
    assert (entities[2]["id"], entities[2]["deletedId"]) == (survivor["Id"], loser["Id"])
    assert (await quickbooks.get(f"{CUSTOMER}/{loser['Id']}"))["Customer"]["DisplayName"] == "Loser (deleted)"


async def test_notifications_are_lost_doubled_and_late_on_demand(
    quickbooks: Caller, listener: Listener
) -> None:
    """The faults of messages are done to what the next changes announce; a late one is overtaken."""
    for do, value in [("drop_webhook", None), ("double_webhook", None), ("delay_webhook", 0.3)]:
        await quickbooks.post("/_control/faults", {"match": {"tenant": REALM}, "do": do, "value": value})
    ids = [
        (await quickbooks.customer({"DisplayName": name}))["Id"]
        for name in ("lost", "double", "late", "last")
    ]
    await until(lambda: len(listener.events()) == 4)

    assert [event["intuitentityid"] for event in listener.events()] == [ids[1], ids[1], ids[3], ids[2]]
    assert listener.events()[0]["id"] == listener.events()[1]["id"]

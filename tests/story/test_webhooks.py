"""What QuickBooks tells by webhook, and what somebody else pretends to tell."""

import uuid
from datetime import UTC, datetime

import orjson

from adapters.web.webhooks.signature import HEADER, signature_of
from tests.story.company import Company
from tests.story.stillness import stays_still

PHONE = {"FreeFormNumber": "(312) 555-0120"}


async def _changed_in_secret(company: Company, name: str) -> tuple[str, str]:
    """Change a synced customer so that no webhook of it is on its way; gives client and customer."""
    await company.fault("drop_webhook", "POST", "/customer")
    client = await company.add_client(name)
    customer = await company.until_synced(client)
    await company.fault("drop_webhook", "PATCH", "/customers")
    await company.edit_customer(customer, PrimaryPhone=PHONE)
    return client, customer


def _notice(company: Company, customer: str) -> bytes:
    event = {
        "specversion": "1.0",
        "id": str(uuid.uuid4()),
        "source": "intuit.c2ltdWxhdG9y",
        "type": "qbo.customer.updated.v1",
        "datacontenttype": "application/json",
        "time": datetime.now(UTC),
        "intuitentityid": customer,
        "intuitaccountid": company.realm,
        "data": {},
    }
    return orjson.dumps([event])


async def _deliver(company: Company, body: bytes, verifier: str) -> int:
    url = f"http://127.0.0.1:{company.stack.http_port}/webhooks/quickbooks"
    headers = {HEADER: signature_of(body, verifier), "Content-Type": "application/json"}
    async with company.http.post(url, data=body, headers=headers) as answer:
        return answer.status


async def test_a_notice_with_a_wrong_signature_is_refused_and_does_nothing(company: Company) -> None:
    """403, nothing read and nothing written; the same bytes, rightly signed, are followed."""
    client, customer = await _changed_in_secret(company, "Sven Olsen")
    body = _notice(company, customer)

    assert await _deliver(company, body, "not-the-verifier") == 403

    await stays_still(company, 1)
    assert (await company.client(client))["phone"] is None
    verifier = company.stack.settings["CLIENT_SYNC_QBO_WEBHOOK_VERIFIERS"]
    assert await _deliver(company, body, verifier) == 200
    await company.until_client(client, phone=PHONE["FreeFormNumber"])


async def test_the_older_format_is_understood(company: Company) -> None:
    """A company whose webhooks are still `eventNotifications` is followed all the same."""
    client = await company.add_client("Tomas Vesely")
    customer = await company.until_synced(client)
    switch = f"{company.stack.quickbooks}/_control/webhooks"
    (await company.ask("POST", switch, {"format": "legacy"})).ok()
    try:
        await company.edit_customer(customer, PrimaryPhone=PHONE)
        await company.until_client(client, phone=PHONE["FreeFormNumber"])
    finally:
        (await company.ask("POST", switch, {"format": "cloudevents"})).ok()


async def test_a_notice_that_comes_twice_is_followed_once(company: Company) -> None:
    """Intuit may deliver twice: one patch in Canopy."""
    client = await company.add_client("Ugo Bianchi")
    customer = await company.until_synced(client)
    await company.fault("double_webhook", "PATCH", "/customers")

    await company.edit_customer(customer, PrimaryPhone=PHONE)

    await company.until_client(client, phone=PHONE["FreeFormNumber"])
    await stays_still(company, 1)
    assert len(await company.written_in_canopy()) == 1


async def test_a_notice_of_an_unknown_realm_is_among_the_dead_letters(company: Company) -> None:
    """It is acknowledged, so that Intuit goes on, kept whole, and listed with what to do about it."""
    stranger = f"{company.realm}9"
    (await company.ask("POST", f"{company.stack.quickbooks}/_control/realms", {"realm_id": stranger})).ok()
    url = f"{company.stack.quickbooks}/_control/realms/{stranger}/customers"
    (await company.ask("POST", url, {"DisplayName": "Uma Stranger"})).ok()

    async def listed() -> bool:
        everything = f"http://127.0.0.1:{company.stack.http_port}/api/v1/dead-letters"
        answer = await company.ask("GET", everything, Authorization="Bearer dev-operator")
        return any(
            letter["reason"] == "unknown_realm" and stranger in letter["detail"]
            for letter in answer.ok()["dead_letters"]
        )

    await company.until(listed, "it is listed")

    async def delivered() -> bool:
        webhooks = await company.ask("GET", f"{company.stack.quickbooks}/_control/webhooks")
        return bool(webhooks.ok()["waiting"] == 0)

    await company.until(delivered, "Intuit was answered 200")


async def test_what_was_done_while_webhooks_were_held_back_arrives_in_the_end(company: Company) -> None:
    """A late webhook is as good as a quick one."""
    client = await company.add_client("Vera Lang")
    customer = await company.until_synced(client)
    await company.fault("delay_webhook", "PATCH", "/customers", value=1)

    await company.edit_customer(customer, PrimaryPhone=PHONE)

    assert (await company.client(client))["phone"] is None
    await company.until_client(client, phone=PHONE["FreeFormNumber"])

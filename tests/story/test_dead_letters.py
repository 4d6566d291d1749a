"""An operator at a terminal settles dead letters: each once, and what came of it is told."""

from datetime import UTC, datetime
from pathlib import Path

import orjson
from aiokafka import AIOKafkaProducer

from adapters.web.webhooks.signature import HEADER, signature_of
from streams.wire.inputs import partition_of
from streams.wire.topics import CLIENT_EVENTS
from tests.story import operators
from tests.story.both_sides import Json
from tests.story.company import Company
from tests.story.events import client_event

WHY = ("--reason", "mended")


async def parked(company: Company, value: bytes, *, elsewhere: bool = False) -> Json:
    """Write a message, perhaps into a partition that is not its firm's; gives the letter that it becomes."""
    partition = (partition_of(company.firm, 8) + elsewhere) % 8
    before = {letter["id"] for letter in await company.dead_letters()}
    async with AIOKafkaProducer(bootstrap_servers=company.stack.bootstrap) as producer:
        await producer.send_and_wait(CLIENT_EVENTS, value, key=company.firm.encode(), partition=partition)

    async def is_listed() -> bool:
        return len(await company.dead_letters()) > len(before)

    await company.until(is_listed, "the message is parked")
    (letter,) = [each for each in await company.dead_letters() if each["id"] not in before]
    return letter


async def test_a_letter_is_redriven_and_decided_once(company: Company) -> None:
    """Planned first; the second time it is refused, with who did it; the client has one line in its history."""
    value = client_event(company.firm, "created", "c-lost", 1, "Ursula Berg")
    letter = (await parked(company, value, elsewhere=True))["id"]

    (planned,) = await operators.types(company, "dead-letters", "redrive", letter, "--plan")
    (done,) = await operators.types(company, "dead-letters", "redrive", letter, *WHY)
    (again,) = await operators.types(company, "dead-letters", "redrive", letter, *WHY, code=1)

    await company.until_synced("c-lost")
    assert (planned["plan"]["code"], done["act"]) == ("goes_in", "redriven")
    assert again["refused"] == "letter_settled"
    lines = await operators.types(company, "timeline", company.firm, "c-lost")
    assert sum(line["code"] == "client_created" for line in lines) == 1
    (look,) = await operators.types(company, "dead-letters", "show", letter)
    assert look["came_of"].startswith("It was decided: applied")
    assert look["letter"]["fate"]["reason"] == "mended"


async def test_a_letter_is_edited_and_the_new_message_names_it(company: Company, tmp_path: Path) -> None:
    """The values are shown to who asks, and what they make of them is decided; a wrong one is refused first."""
    event = orjson.loads(client_event(company.firm, "created", "c-edit", 1, "Viktor Blom"))
    del event["data"]["client_id"]
    letter = (await parked(company, orjson.dumps(event)))["id"]
    file = tmp_path / "event.json"
    (masked,) = await operators.types(company, "dead-letters", "show", letter)
    (whole,) = await operators.types(company, "dead-letters", "show", letter, "--values")
    found = orjson.loads(whole["body"]["text"])
    file.write_bytes(orjson.dumps(found))
    edit = ("dead-letters", "edit", letter, str(file))
    (refused,) = await operators.types(company, *edit, *WHY, code=1)
    file.write_bytes(orjson.dumps(found | {"data": found["data"] | {"client_id": "c-edit"}}))

    (planned,) = await operators.types(company, *edit, "--plan")
    (done,) = await operators.types(company, *edit, *WHY)

    await company.until_synced("c-edit")
    assert "Blom" not in orjson.dumps(masked).decode()
    assert (refused["refused"], refused["facts"]["reason"]) == ("parked_again", "bad_client")
    assert (planned["plan"]["code"], done["act"]) == ("goes_in", "edited")
    lines = await operators.types(company, "timeline", company.firm, "c-edit")
    assert lines[0]["code"] == "client_created"


async def test_letters_are_listed_by_their_reason_and_discarded(company: Company) -> None:
    """Where something waits the command ends with 1, where nothing does with 0; a wrong id is wrong use."""
    letter = (await parked(company, b"{"))["id"]
    listing = ("dead-letters", "list", "--firm", company.firm)

    (group,) = await operators.types(company, *listing, "--groups", code=1)
    (listed,) = await operators.types(company, *listing, code=1)
    (done,) = await operators.types(company, "dead-letters", "discard", letter, *WHY)

    assert (group["reason"], group["count"], listed["id"]) == ("not_json", 1, letter)
    assert done["act"] == "discarded"
    assert await operators.types(company, *listing) == []
    assert "no such dead letter" in await operators.refused(company, "dead-letters", "show", "0-999999")
    assert await operators.types(company, "dead-letters", "show", "nonsense", code=2) == []
    assert await operators.types(company, "dead-letters", "redrive", letter, code=2) == []


async def test_webhooks_of_a_company_are_offered_where_it_is_connected(company: Company) -> None:
    """What QuickBooks told of it before is parked, counted as a firm connects it, and then followed."""
    realm = f"{company.realm}9"
    await company.ask("POST", f"{company.stack.quickbooks}/_control/realms", {"realm_id": realm})
    assert await told_of(company, realm) == 200
    listing = ("dead-letters", "list", "--company", realm)

    async def is_listed() -> bool:
        path = f"/api/v1/dead-letters?realm={realm}"
        url = f"http://127.0.0.1:{company.stack.http_port}{path}"
        answer = await company.ask("GET", url, None, Authorization="Bearer dev-operator")
        return bool(answer.ok()["dead_letters"])

    await company.until(is_listed, "the notice is parked")

    (await company.api("DELETE", "/connection")).ok()
    said = await operators.says(company, "connect", f"{company.firm}={realm}", "--replace")

    async def is_connected() -> bool:
        found = (await company.api("GET", "/connection")).ok()
        return bool(found["realm_id"] == realm and found["listed"])

    await company.until(is_connected, "the firm has its new company")
    waiting = (await company.api("GET", "/connection")).ok()["letters_waiting"]
    (done,) = await operators.types(company, "dead-letters", "redrive", "--company", realm, *WHY)

    assert f"1 dead letter waits for company {realm}" in said
    assert (waiting, done["sent_count"]) == (1, 1)
    assert done["sent"][0].startswith("qbo.notifications/")
    assert await operators.types(company, *listing) == []


async def told_of(company: Company, realm: str) -> int:
    """Tell of a customer as QuickBooks would; gives the answer's status."""
    event = {
        "specversion": "1.0",
        "id": f"n-{realm}",
        "source": "intuit.x",
        "type": "qbo.customer.updated.v1",
        "time": datetime.now(UTC),
        "intuitentityid": "1",
        "intuitaccountid": realm,
    }
    body = orjson.dumps([event])
    verifier = company.stack.settings["CLIENT_SYNC_QBO_WEBHOOK_VERIFIERS"]
    headers = {HEADER: signature_of(body, verifier), "Content-Type": "application/json"}
    url = f"http://127.0.0.1:{company.stack.http_port}/webhooks/quickbooks"
    async with company.http.post(url, data=body, headers=headers) as answer:
        return answer.status

"""A client's values and everybody's tokens go in by every way there is, and come out in no log, metric, trace or header."""

import asyncio
from typing import Any

import orjson

from adapters.web.webhooks.signature import HEADER, signature_of
from domain.ids import FirmId
from streams.wire.inputs import partition_of
from streams.wire.topics import CLIENT_EVENTS, DEAD_LETTERS, INTENTS, OUTCOMES
from tests.chaos.processes import PARTITIONS, VERIFIER
from tests.integration.observed.canaries import PERSON, REASON, TOKENS, VALUES, found_in, records
from tests.integration.observed.conftest import EXPIRED_TOKEN, Observed
from tests.integration.observed.producer import write
from tests.integration.observed.worker_with_bugs import UNREADABLE, UNWRITABLE
from tests.story import ledger
from tests.story.company import Company
from tests.story.events import client_event

NAME: str = PERSON["display_name"]
EMAIL: str = PERSON["email"]
OTHERS = {name: value for name, value in PERSON.items() if name != "display_name"}


def _event(company: Company, kind: str, data: Any, **more: Any) -> bytes:
    event = {
        "specversion": "1.0",
        "id": f"bad-{kind}",
        "source": "/canary",
        "type": kind,
        "firmid": company.firm,
        "time": "2026-11-23T10:00:00Z",
        "data": data,
    }
    return orjson.dumps(event | more)


def _client(company: Company, client: str, **values: Any) -> bytes:
    return client_event(company.firm, "created", client, 1, f"{NAME} {client}", **(OTHERS | values))


def unusable(company: Company) -> list[tuple[str, bytes]]:
    """What ends among the dead letters, each for a reason of its own; topic and value."""
    customer = {"customer_id": NAME, "sync_token": EMAIL, "values": {NAME: EMAIL, "email": [EMAIL]}}
    effect = {"effect_id": "e-1", "key": f"link/{company.firm}/c-1"}
    return [
        (CLIENT_EVENTS, f"{{broken {NAME} {EMAIL}".encode()),
        (CLIENT_EVENTS, _event(company, f"canopy.client.{NAME}.v1", {})),
        (CLIENT_EVENTS, _event(company, f"canopy.{NAME}.created.v2", {})),
        (
            CLIENT_EVENTS,
            _event(company, "canopy.client.created.v1", {**PERSON, "client_id": [EMAIL], "version": NAME}),
        ),
        (CLIENT_EVENTS, _event(company, "canopy.client.created.v1", PERSON, time=NAME)),
        (CLIENT_EVENTS, _client(company, "c-long", last_name=NAME * 100)),
        (CLIENT_EVENTS, _client(company, "c-unreadable", middle_name=UNREADABLE)),
        (INTENTS, _event(company, "sync.intent.match.v1", {"client_id": [NAME], EMAIL: NAME})),
        (INTENTS, _event(company, "sync.intent.settings.v1", {"settings": {"conflicts": NAME}})),
        (OUTCOMES, _event(company, "sync.outcome.v1", effect | {"result": {"kind": NAME}})),
        (
            OUTCOMES,
            _event(
                company,
                "sync.outcome.v1",
                effect | {"result": {"kind": "customer_read", "customer": customer}},
            ),
        ),
    ]


async def _plant(company: Company) -> int:
    """Let the canaries in; gives how many dead letters that makes."""
    client = await _by_people_on_both_sides(company)
    await _by_the_api(company, client)
    await _by_refusals(company)
    bad = unusable(company)
    await write(company.stack.bootstrap, partition_of(company.firm, PARTITIONS), company.firm, *bad)
    elsewhere = (partition_of(company.firm, PARTITIONS) + 1) % PARTITIONS
    await write(
        company.stack.bootstrap, elsewhere, company.firm, (CLIENT_EVENTS, _client(company, "c-elsewhere"))
    )
    return len(bad) + 1 + await _by_webhooks(company)


async def _by_people_on_both_sides(company: Company) -> str:
    client = await company.add_client(NAME, **OTHERS)
    customer = await company.until_synced(client)
    await company.edit_customer(customer, PrimaryPhone={"FreeFormNumber": f"{PERSON['phone']} ext 2"})
    await company.until_client(client, phone=f"{PERSON['phone']} ext 2")
    return client


async def _by_the_api(company: Company, client: str) -> None:
    added = await company.api(
        "POST", "/clients", {"type": "individual", **PERSON, "display_name": f"{NAME} II"}, key="a-1"
    )
    assert added.status in {200, 201, 202}, added
    await company.api("PATCH", f"/clients/{client}", {"email": f"new.{EMAIL}"}, key="a-2")
    await company.api("PATCH", f"/clients/{client}", {"email": [EMAIL], NAME: NAME}, key="a-3")
    assert (await company.act(client, "unmatch", {"reason": REASON})).status in {200, 202}
    await company.until_link(client, status="not_synced")
    assert (await company.act(client, "restore", {"reason": REASON})).status in {200, 202}
    await company.until_synced(client)
    for path in (f"/customers?q={NAME}", f"/clients?q={EMAIL}", f"/clients/{EMAIL}", f"/{NAME}?q={EMAIL}"):
        await company.api("GET", path)
    await company.api("GET", "/clients", token=EXPIRED_TOKEN)


async def _by_refusals(company: Company) -> None:
    """QuickBooks and Canopy say no, quoting what they were sent; or nothing at all; or something of ours breaks."""
    await company.add_vendor(f"{NAME} III")
    taken = await company.add_client(f"{NAME} III", **OTHERS)
    await company.until_link(taken, status="needs_attention")
    await company.fault("timeout_after", "POST", "/customer", value=0.2)
    lost = await company.add_client(f"{NAME} IV", **OTHERS)
    await company.until_synced(lost)
    for status in (401, 500, 400):  # the last one is no passing trouble
        await company.until_synced(lost)
        await company.fault("status", "POST", "/customer", value=status)
        await company.edit_client(lost, phone=f"{PERSON['phone']} ext {status}")

        async def was_refused(wanted: int = status) -> bool:
            written = await company.written_in_quickbooks()
            return any(each["status"] == wanted for each in written)

        await company.until(was_refused, f"QuickBooks has answered {status}")
    await company.add_client(f"{NAME} V", **OTHERS, middle_name=UNWRITABLE)

    async def has_raised() -> bool:
        worker = company.stack.folder / "worker-1.log"
        return "effect_raised" in worker.read_text()

    await company.until(has_raised, "writing has met the bug")


async def _by_webhooks(company: Company) -> int:
    url = f"http://127.0.0.1:{company.stack.http_port}/webhooks/quickbooks"
    notice = {
        "specversion": "1.0",
        "id": "n-1",
        "type": "qbo.customer.updated.v1",
        "time": "2026-11-23T10:00:00Z",
    }
    about = {"intuitentityid": "58", "intuitaccountid": "9130000009999"}
    bodies = (
        f"{NAME} {EMAIL}".encode(),
        orjson.dumps([notice | about | {"data": PERSON}]),
        orjson.dumps(
            [notice | {"intuitentityid": [EMAIL], "data": PERSON}, {**about, "type": NAME, "time": EMAIL}]
        ),
    )
    for body in bodies:
        async with company.http.post(
            url, data=body, headers={HEADER: signature_of(body, VERIFIER)}
        ) as answer:
            assert answer.status == 200
        async with company.http.post(url, data=body, headers={HEADER: signature_of(body, NAME)}) as answer:
            assert answer.status == 403
    return len(bodies)


async def test_no_value_and_no_token_comes_out_anywhere(observed: Observed) -> None:
    """They lie in the topics and went to both sides; logs, metrics, traces, keys and headers are free of them."""
    company = await Company.open(observed.stack, observed.http, FirmId("f-canary"))

    letters = await _plant(company)

    async def all_parked() -> bool:
        return len(await asyncio.to_thread(records, company.stack.bootstrap, DEAD_LETTERS)) >= letters

    await company.until(all_parked, f"{letters} are among the dead letters")
    await _assert_planted(company)
    logs = observed.logs()
    assert {"worker-1.log", "gateway.log", "connect.log"} <= set(logs)
    assert {name: found for name, text in logs.items() if (found := found_in(text))} == {}
    for process in ("worker", "gateway"):
        assert found_in(await observed.metrics(process)) == [], process
    assert observed.receiver.spans
    assert [found_in(body) for body in observed.receiver.bodies] == [[]] * len(observed.receiver.bodies)
    for record in await asyncio.to_thread(records, company.stack.bootstrap):
        assert found_in(str(record["key"])) == [], record["topic"]
        assert found_in(str(record.get("headers"))) == [], (record["topic"], record.get("headers"))


async def _assert_planted(company: Company) -> None:
    """The search finds every value where it may be, and the token came back in QuickBooks' answer."""
    lying = "".join(
        str(record["payload"]) for record in await asyncio.to_thread(records, company.stack.bootstrap)
    )
    assert set(VALUES) <= set(found_in(lying))
    assert not set(TOKENS) & set(found_in(lying)), "tokens lie in no topic either"
    answers = await ledger.entries(company.http, company.stack.quickbooks, 0)
    assert any(EXPIRED_TOKEN in str(entry["answer"]) for entry in answers)
    assert any(NAME in str(entry["answer"]) for entry in answers), "and so did the values"

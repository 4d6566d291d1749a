"""What a person asks for goes to the engine once, and is answered with what the log says about it."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import orjson
import pytest
from sqlalchemy import select, update

from adapters.store.database import Database
from adapters.store.kept_tables import idempotency_keys
from domain.decision import Verdict
from domain.effects import UpdateCustomer
from domain.ids import CustomerId, EffectId
from domain.intent_memory import is_stale
from domain.rows import LinkRow, LinkStatus
from domain.snapshots import Client
from streams.kafka.input_reader import message_of
from streams.wire.inputs import read_input
from streams.wire.topics import INTENTS
from tests.integration.gateway.conftest import PARTITIONS, Running
from tests.integration.gateway.firm import Firm
from tests.integration.gateway.log_writer import NOW
from tests.integration.gateway.sessions import signed_in

WRITE = UpdateCustomer(
    id=EffectId("w-1"),
    customer_id=CustomerId("58"),
    sync_token=3,
    values={},
    asked_by="person",
    planned_at=NOW,
)


@pytest.fixture
def one(firm: Firm) -> str:
    """The path of the client c-1."""
    return f"{firm.api}/clients/c-1"


def synced(firm: Firm) -> LinkRow:
    """c-1 when it is matched."""
    return firm.synced_row("c-1", "Fiona Gallagher", "58", version=3)


def matching(firm: Firm) -> LinkRow:
    """c-1 while its match is written."""
    return replace(synced(firm), version=2, status=LinkStatus.MATCHING, pending=(WRITE,))


async def decide_next_intent(gateway: Running, *steps: LinkRow, **decided: Any) -> dict[str, Any]:
    """Play the engine for one intent: decide it with the first row, then let the others follow."""
    async with gateway.reading(INTENTS) as topic:
        record = await topic.next()
    event: dict[str, Any] = orjson.loads(record.value)
    await gateway.log.answer_intent(event["id"], steps[0], **decided)
    for step in steps[1:]:
        await gateway.log.decide(step, code="customer_saved", input_id="outcome-1")
    return event


async def hours_go_by(gateway: Running, firm: Firm, hours: int) -> datetime:
    """Let the firm's one key have been sent so much earlier; gives the time of it."""
    database = Database(gateway.settings.database)
    keys = idempotency_keys.c
    async with database.write() as connection:
        asked_at: datetime = (
            await connection.execute(select(keys.asked_at).where(keys.firm_id == firm.id))
        ).scalar_one()
        earlier = asked_at - timedelta(hours=hours)
        await connection.execute(
            update(idempotency_keys).where(keys.firm_id == firm.id).values(asked_at=earlier)
        )
    await database.close()
    return earlier


def no_client(*_: object) -> Client:
    """Read a client, of which there is none in an intent."""
    raise AssertionError


async def test_a_match_is_answered_when_its_write_is_done(gateway: Running, firm: Firm, one: str) -> None:
    """200 with the link as it is then, and a position that shows it."""
    await gateway.log.decide(firm.client_row("c-1", "Fiona Gallagher"))

    engine = asyncio.create_task(decide_next_intent(gateway, matching(firm), synced(firm), code="match"))
    body = {"customer_id": "58", "link_version": 1, "customer_sync_token": 3}
    answer, shown = await gateway.ask("POST", one + "/match", body=body)
    event = await engine
    _, read = await gateway.ask("GET", one, Sync_Position=answer.headers["Sync-Position"])

    assert answer.status == 200
    assert shown["link"]["status"] == "synced"
    assert read == shown
    assert (event["type"], event["actor"], event["firmid"]) == ("sync.intent.match.v1", "user:dana", firm.id)
    assert event["data"] == {"client_id": "c-1", "reason": None, **body}


async def test_an_intent_is_one_that_the_engine_can_read(gateway: Running, firm: Firm, one: str) -> None:
    """Each kind, by the engine's own reader."""
    asked: dict[str, Any] = {
        "match": {"customer_id": "58"},
        "create": {},
        "unmatch": {"reason": "wrong one"},
        "restore": {"link_version": 4},
        "push": {"client_version": 3, "customer_sync_token": 2},
        "take-theirs": {"client_version": 3, "customer_sync_token": 2},
        "leave-both": {"link_version": 4},
        "retry": {"client_version": 3, "customer_sync_token": 2},
        "answer": {"question": "q-1", "choice": "value", "field": "email", "value": "fiona@example.com"},
        "put-back": {"field": "address", "value": {"line1": "2119 S Wallace St", "city": "Chicago"}},
    }
    async with gateway.reading(INTENTS) as topic:
        for name, body in asked.items():
            sent = asyncio.create_task(gateway.ask("POST", f"{one}/{name}", body=body))
            record = await topic.next()
            intent, _ = read_input(message_of(record), PARTITIONS, no_client)
            await gateway.log.answer_intent(intent.intent_id, synced(firm), code=name)  # type: ignore[union-attr]
            answer, _ = await sent
            assert (type(intent).__name__.lower(), answer.status) == (name.replace("-", ""), 200)


async def test_a_refusal_says_why(gateway: Running, firm: Firm, one: str) -> None:
    """409 with the decision's code and facts, and a sentence; asked again with the same key, the same."""
    await gateway.log.decide(firm.client_row("c-1", "Fiona Gallagher"))
    facts = {"client_id": "c-9", "actor": "user:dana", "since": "2026-11-20T10:00:00+00:00"}

    engine = asyncio.create_task(
        decide_next_intent(
            gateway,
            firm.client_row("c-1", "Fiona Gallagher", version=2),
            verdict=Verdict.REFUSED,
            code="customer_linked",
            **facts,
        )
    )
    body = {"customer_id": "58"}
    answer, problem = await gateway.ask("POST", one + "/match", body=body, Idempotency_Key="k-1")
    await engine
    again, same = await gateway.ask("POST", one + "/match", body=body, Idempotency_Key="k-1")

    assert (answer.status, problem["code"], problem["facts"]) == (409, "customer_linked", facts)
    assert answer.content_type == "application/problem+json"
    assert "client c-9 since Nov 20, 2026, by Dana" in problem["detail"]
    assert (again.status, same) == (409, problem)


async def test_the_same_key_asks_once_and_another_body_is_refused(
    gateway: Running, firm: Firm, one: str
) -> None:
    """One intent on the topic, however often it was sent."""
    await gateway.log.decide(firm.client_row("c-1", "Fiona Gallagher"))
    engine = asyncio.create_task(decide_next_intent(gateway, synced(firm), code="match"))

    first, shown = await gateway.ask(
        "POST", one + "/match", body={"customer_id": "58"}, Idempotency_Key="k-1"
    )
    await engine
    second, same = await gateway.ask(
        "POST", one + "/match", body={"customer_id": "58"}, Idempotency_Key="k-1"
    )
    other, problem = await gateway.ask(
        "POST", one + "/match", body={"customer_id": "59"}, Idempotency_Key="k-1"
    )

    assert (first.status, second.status, same) == (200, 200, shown)
    assert second.headers["Sync-Position"] == first.headers["Sync-Position"]
    assert (other.status, problem["code"]) == (409, "idempotency_key_reused")
    async with gateway.reading(INTENTS) as topic:
        assert await topic.count() == 1


async def test_what_takes_long_is_answered_with_where_to_look(gateway: Running, firm: Firm, one: str) -> None:
    """202 after two seconds; the same key later tells how it ended."""
    await gateway.log.decide(firm.client_row("c-1", "Fiona Gallagher"))
    engine = asyncio.create_task(decide_next_intent(gateway, matching(firm), code="match"))

    early, shown = await gateway.ask(
        "POST", one + "/match", body={"customer_id": "58"}, Idempotency_Key="k-1"
    )
    await engine
    at = await gateway.log.decide(synced(firm), code="customer_saved", input_id="outcome-1")
    await gateway.ask("GET", one, Sync_Position=at)
    late, ended = await gateway.ask("POST", one + "/match", body={"customer_id": "58"}, Idempotency_Key="k-1")

    assert (early.status, early.headers["Location"]) == (202, one)
    assert shown["link"]["status"] == "matching"
    assert (late.status, ended["link"]["status"]) == (200, "synced")


async def test_what_is_asked_again_is_as_old_as_it_is(gateway: Running, firm: Firm, one: str) -> None:
    """Two hours later nothing may remember that it was decided: then its time alone keeps it from being done twice."""
    body = {"reason": "wrong one"}
    await gateway.ask("POST", one + "/unmatch", body=body, Idempotency_Key="k-1")
    asked_at = await hours_go_by(gateway, firm, 2)
    await gateway.ask("POST", one + "/unmatch", body=body, Idempotency_Key="k-1")

    async with gateway.reading(INTENTS) as topic:
        first, again = [await topic.next() for _ in range(2)]
    events = [orjson.loads(record.value) for record in (first, again)]
    _, cause = read_input(message_of(again), PARTITIONS, no_client)

    assert events[0]["id"] == events[1]["id"]
    assert cause.said_at == asked_at
    assert is_stale(asked_at, cause.at)


async def test_settings_are_answered_when_they_are_decided(gateway: Running, firm: Firm) -> None:
    """The work that follows for the links may go on."""
    await gateway.log.decide(firm.connected())
    wanted = {
        "actions_from_canopy": {"creating": False, "editing": True},
        "actions_from_qbo": {"creating": True, "editing": False},
        "conflicts": "always_ask",
    }

    sent = asyncio.create_task(gateway.ask("PUT", f"{firm.api}/settings", body=wanted))
    async with gateway.reading(INTENTS) as topic:
        event = orjson.loads((await topic.next()).value)
    await gateway.log.answer_intent(event["id"], firm.connected(), code="settings")
    answer, shown = await sent

    assert event["data"] == {"settings": wanted, "seen": None, "reason": None}
    assert (answer.status, shown) == (200, wanted)


async def test_roles_and_tokens_are_minded(gateway: Running, one: str) -> None:
    """A viewer changes nothing, and nobody gets in without a token."""
    viewer, problem = await gateway.ask("POST", one + "/unmatch", token="dev-viewer", body={})
    nobody, _ = await gateway.ask("GET", one, token="wrong")

    assert (viewer.status, problem["code"]) == (403, "role_too_low")
    assert nobody.status == 401
    async with gateway.reading(INTENTS) as topic:
        assert await topic.count() == 0


async def test_a_session_acts_only_from_our_own_pages(gateway: Running, one: str) -> None:
    """The cookie alone, as another site's page could make a browser send it, is refused."""
    cookie = await signed_in(gateway, "dana")
    async with gateway.http.get(one, headers=cookie) as answer:
        assert answer.status == 404  # signed in; the client is just not known
    async with gateway.http.post(one + "/unmatch", json={}, headers=cookie) as answer:
        assert (answer.status, (await answer.json(content_type=None))["code"]) == (403, "cross_site")


async def test_a_wrong_body_is_named_field_by_field(gateway: Running, one: str) -> None:
    """Without repeating what was sent."""
    answer, problem = await gateway.ask("POST", one + "/match", body={"customer": "Fiona"})

    assert (answer.status, problem["code"]) == (422, "wrong_body")
    assert "customer_id: Field required" in problem["advice"]
    assert "Fiona" not in problem["detail"] + problem["advice"]

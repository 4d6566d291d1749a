"""What is asked for a whole firm, or about a customer, goes to the engine; and what waits is shown."""

import asyncio
from dataclasses import replace
from typing import Any

import orjson

from domain.decide import decide
from domain.effects import CreateClient, FindHolder, UpdateCustomer
from domain.fields import Field
from domain.firm_rows import Paused
from domain.ids import CustomerId, EffectId
from domain.inputs import Cause, Disconnect
from domain.table import Table
from streams.kafka.input_reader import message_of
from streams.wire.inputs import read_input
from streams.wire.topics import INTENTS
from tests.integration.gateway.conftest import PARTITIONS, Running
from tests.integration.gateway.firm import Firm
from tests.integration.gateway.log_writer import NOW

WRITE = UpdateCustomer(
    id=EffectId("w-1"),
    customer_id=CustomerId("58"),
    sync_token=3,
    values={Field.EMAIL: "fiona@example.com"},
    asked_by="rule",
    planned_at=NOW,
)
LOOK_UP = FindHolder(id=EffectId("w-2"), names=("Émile Zola",))
CREATE = CreateClient(
    id=EffectId("w-3"),
    customer_id=CustomerId("59"),
    client_type="individual",
    values={Field.DISPLAY_NAME: "Nora Lynch"},
    asked_by="person",
    planned_at=NOW,
)


async def test_what_waits_is_listed_without_a_value(gateway: Running, firm: Firm) -> None:
    """Clients first, then customers; fields by their names; and since when no request starts."""
    connected = firm.connected()
    await gateway.log.decide(connected)
    await gateway.log.decide(replace(firm.synced_row("c-1", "Fiona Gallagher", "58"), pending=(WRITE,)))
    await gateway.log.decide(replace(firm.client_row("c-2", "Émile Zola"), pending=(LOOK_UP,)))
    await gateway.log.decide(firm.client_row("c-3", "Anna Karenina"))
    at = await gateway.log.decide(replace(firm.customer_row("59", "Nora Lynch"), pending=(CREATE,)))

    _, shown = await gateway.ask("GET", f"{firm.api}/pending", Sync_Position=at)
    _, first = await gateway.ask("GET", f"{firm.api}/pending?limit=1")
    paused = replace(connected, version=2, paused=Paused(since=NOW, by="user:lee"))
    at = await gateway.log.decide(paused)
    _, later = await gateway.ask("GET", f"{firm.api}/pending", Sync_Position=at)

    since = NOW.isoformat().replace("+00:00", "Z")
    assert shown["work"] == [
        {
            "what": "update_customer",
            "client_id": "c-1",
            "customer_id": "58",
            "fields": ["email"],
            "asked_by": "rule",
            "since": since,
        },
        {
            "what": "find_holder",
            "client_id": "c-2",
            "customer_id": None,
            "fields": [],
            "asked_by": None,
            "since": None,
        },
        {
            "what": "create_client",
            "client_id": None,
            "customer_id": "59",
            "fields": ["display_name"],
            "asked_by": "person",
            "since": since,
        },
    ]
    assert (shown["rows"], shown["paused_since"]) == (3, None)
    assert ([work["client_id"] for work in first["work"]], first["rows"]) == (["c-1"], 3)
    assert (later["paused_since"], later["paused_by"]) == (since, "user:lee")


async def test_each_intent_about_a_firm_is_one_that_the_engine_can_read(gateway: Running, firm: Firm) -> None:
    """By the engine's own reader; the answer comes when it is decided."""
    asked: dict[tuple[str, str], Any] = {
        ("POST", "/pause"): {"reason": "Intuit is down"},
        ("POST", "/resume"): {},
        ("POST", "/held/release"): None,
        ("DELETE", "/connection"): None,
    }
    kinds = []
    connected = firm.connected()
    assert connected.connection is not None
    asleep = replace(connected, connection=replace(connected.connection, asleep_since=NOW))
    async with gateway.reading(INTENTS) as topic:
        for (method, path), body in asked.items():
            sent = asyncio.create_task(gateway.ask(method, firm.api + path, body=body))
            intent, _, event = await _next_intent(topic)
            after = asleep if isinstance(intent, Disconnect) else connected
            await gateway.log.answer_intent(intent.intent_id, after, code="x")
            answer, said = await sent
            assert (answer.status, said) == (200, {"decided": True})
            kinds.append((type(intent).__name__, event["actor"]))

    who = "user:dana"
    assert kinds == [("Pause", who), ("Resume", who), ("ReleaseHeld", who), ("Disconnect", who)]
    at = answer.headers["Sync-Position"]
    _, connection = await gateway.ask("GET", f"{firm.api}/connection", Sync_Position=at)
    assert connection["status"] == "disconnected"


async def test_who_kept_the_key_reads_what_was_decided(gateway: Running, firm: Firm) -> None:
    """Nothing yet, then the decision; under another key nothing was ever asked."""
    url = f"{firm.api}/decisions"
    async with gateway.reading(INTENTS) as topic:
        path, key = f"{firm.api}/pause", "kept-key"
        sent = asyncio.create_task(gateway.ask("POST", path, body={}, Idempotency_Key=key))
        intent, _, _ = await _next_intent(topic)
        _, before = await gateway.ask("GET", f"{url}?key={key}")
        await gateway.log.answer_intent(intent.intent_id, firm.connected(), code="x")
        answer, _ = await sent
    at = answer.headers["Sync-Position"]
    _, after = await gateway.ask("GET", f"{url}?key={key}", Sync_Position=at)
    _, other = await gateway.ask("GET", f"{url}?key=another-key", Sync_Position=at)

    (decision,) = after["decisions"]
    assert before == other == {"decided": False, "decisions": []}
    assert after["decided"] is True
    assert (decision["verdict"], decision["code"], decision["facts"]) == ("applied", "x", {})
    assert int(decision["position"].partition(":")[2]) < int(at.partition(":")[2])


async def test_whatever_is_asked_for_a_firm_that_never_connected_is_refused_at_once(
    gateway: Running, firm: Firm
) -> None:
    """By each route that writes, with what the engine decides, and a sentence: a 202 would promise more to come."""
    switches = {"creating": False, "editing": True}
    settings = {"actions_from_canopy": switches, "actions_from_qbo": switches, "conflicts": "always_ask"}
    asked: dict[tuple[str, str], Any] = {
        ("PUT", "/settings"): settings,
        ("POST", "/pause"): {},
        ("POST", "/resume"): {},
        ("POST", "/held/release"): None,
        ("DELETE", "/connection"): None,
        ("POST", "/customers/59/create-client"): None,
    }
    async with gateway.reading(INTENTS) as topic:
        for (method, path), body in asked.items():
            sent = asyncio.create_task(gateway.ask(method, firm.api + path, body=body))
            intent, cause, _ = await _next_intent(topic)
            decision = decide(Table(), intent, cause, frozenset())
            assert decision is not None
            await gateway.log.answer_intent(
                intent.intent_id, *decision.rows, verdict=decision.verdict, code=decision.code
            )
            answer, problem = await sent
            assert (path, answer.status, problem["code"]) == (path, 409, "never_connected")
            assert "No QuickBooks company" in problem["detail"]


async def test_a_client_for_a_customer_is_answered_with_its_link(gateway: Running, firm: Firm) -> None:
    """Once Canopy has it: the link of the two, as it stands then."""
    await gateway.log.decide(firm.customer_row("59", "Nora Lynch"))
    async with gateway.reading(INTENTS) as topic:
        path = f"{firm.api}/customers/59/create-client"
        sent = asyncio.create_task(gateway.ask("POST", path))
        intent, _, _ = await _next_intent(topic)
        asking = replace(firm.customer_row("59", "Nora Lynch"), pending=(CREATE,), version=2)
        await gateway.log.answer_intent(intent.intent_id, asking, code="add_client")
        await gateway.log.decide(firm.synced_row("c-9", "Nora Lynch", "59"), code="client_saved")

        answer, shown = await sent

    assert (type(intent).__name__, intent.customer_id) == ("AddClient", "59")
    assert (answer.status, shown["client"]["client_id"], shown["link"]["status"]) == (200, "c-9", "synced")


async def test_a_viewer_pauses_nothing(gateway: Running, firm: Firm) -> None:
    """That takes a manager."""
    answer, _ = await gateway.ask("POST", f"{firm.api}/pause", body={}, token="dev-viewer")

    assert answer.status == 403


async def _next_intent(topic: Any) -> tuple[Any, Cause, Any]:
    record = await topic.next()
    message = message_of(record)
    intent, cause = read_input(message, PARTITIONS, lambda *_: None)  # type: ignore[arg-type]
    return intent, cause, orjson.loads(record.value)

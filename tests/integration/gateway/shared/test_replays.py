"""Operators plan, apply and look at replays by the API; a plan is made in a process of its own."""

from dataclasses import replace
from typing import Any

import orjson
import pytest

from adapters.web.auth.people import Person, Role, SandboxSignIn
from domain.agreed import Pair
from domain.decision import Change, Verdict
from domain.fields import Field
from domain.ids import ClientId, CustomerId, FirmId, link_key
from domain.remembered import Former
from domain.rows import LinkRow, LinkStatus, Reason
from streams.wire.topics import INTENTS
from tests.integration.gateway.conftest import Running
from tests.integration.gateway.firm import Firm
from tests.integration.gateway.log_writer import NOW

OPERATOR = "dev-operator"
REPLAYS = "/api/v1/replays"


def apart(firm: Firm, client: str, customer: str, name: str) -> LinkRow:
    """A client that Dana has unmatched."""
    former = Former(
        customer_id=CustomerId(customer),
        agreed={Field.DISPLAY_NAME: Pair(name, name), Field.EMAIL: Pair(*[f"{client}@example.com"] * 2)},
        unmatched_at=NOW,
        unmatched_by="user:dana",
    )
    return firm.client_row(client, name, reason=Reason.UNMATCHED, former=former)


async def unmatched(gateway: Running, firm: Firm) -> None:
    """Two of a firm's clients are unmatched; a customer was edited since."""
    await gateway.log.decide(firm.connected())
    await gateway.log.decide(firm.customer_row("58", "Fiona", email="new@example.com"))
    await gateway.log.decide(firm.customer_row("59", "Debbie", email="c-2@example.com"))
    for n in range(3, 20):
        await gateway.log.decide(firm.client_row(f"c-{n}", f"Other {n}"))
    await gateway.log.answer_intent("i-1", apart(firm, "c-1", "58", "Fiona"), code="unmatch")
    at = await gateway.log.answer_intent("i-2", apart(firm, "c-2", "59", "Debbie"), code="unmatch")
    await gateway.ask("GET", f"{firm.api}/connection", Sync_Position=at)


async def test_a_replay_is_planned_applied_and_told(gateway: Running, firm: Firm) -> None:
    """Row by row: what would be written where; then the intents, under its id; then how each has ended."""
    await unmatched(gateway, firm)

    body = {"firm": firm.id, "actor": "user:dana", "since": "2026-11-24T00:00:00Z"}
    answer, made = await gateway.ask("POST", REPLAYS, token=OPERATOR, body=body)
    assert answer.status == 200, made
    head, (second, first) = made["replay"], made["rows"]
    assert (head["rows"], head["outcomes"], head["state"]) == (2, {"restored": 2}, "planned")
    assert (head["requests"], head["confirm"], head["made_by"]) == (1, None, "user:lee")
    assert (first["client_id"], first["outcome"], first["writes"]) == (
        "c-1",
        "restored",
        {"canopy": {"email": "new@example.com"}},
    )
    assert (second["client_id"], second["writes"], second["end"]) == ("c-2", {}, None)
    assert first["text"].endswith("Email is written to Canopy.")

    one = f"{REPLAYS}/{head['plan']}"
    async with gateway.reading(INTENTS) as intents:
        without, _ = await gateway.ask("POST", f"{one}/apply", token=OPERATOR, body={})
        accepted, _ = await gateway.ask("POST", f"{one}/apply", token=OPERATOR, body={"reason": "INC-42"})
        asked = [orjson.loads((await intents.next()).value) for _ in range(2)]
    assert (without.status, accepted.status) == (422, 202)
    assert accepted.headers["Location"] == one
    assert [each["data"]["client_id"] for each in asked] == ["c-2", "c-1"]
    assert {(each["batch"], each["actor"], each["data"]["reason"]) for each in asked} == {
        (head["plan"], "user:lee", "INC-42")
    }
    assert (asked[1]["data"]["link_version"], asked[1]["data"]["customer_sync_token"]) == (1, 3)

    synced = replace(
        apart(firm, "c-1", "58", "Fiona"),
        status=LinkStatus.SYNCED,
        customer_id=CustomerId("58"),
        version=2,
    )
    sent = Change(
        key=link_key(firm.id, ClientId("c-1")),
        what="sent",
        side="canopy",
        field=Field.EMAIL,
        after="new@example.com",
    )
    batch = head["plan"]
    await gateway.log.answer_intent(asked[1]["id"], synced, code="restore", changes=(sent,), batch=batch)
    at = await gateway.log.answer_intent(
        asked[0]["id"],
        apart(firm, "c-2", "59", "Debbie"),
        code="stale",
        verdict=Verdict.REFUSED,
        batch=batch,
    )
    _, shown = await gateway.ask("GET", one, token=OPERATOR, Sync_Position=at)
    assert shown["replay"]["decided"] == 2
    moved, done = (each["end"] for each in shown["rows"])
    assert (done["state"], done["writes"]) == ("as_planned", {"canopy": {"email": "new@example.com"}})
    assert (moved["state"], moved["code"]) == ("moved_on", "stale")
    _, page = await gateway.ask("GET", f"{one}?limit=1", token=OPERATOR)
    _, rest = await gateway.ask("GET", f"{one}?limit=1&cursor={page['cursor']}", token=OPERATOR)
    assert ([*page["rows"], *rest["rows"]], rest["cursor"]) == (shown["rows"], None)


async def test_a_batch_is_named_by_its_number_and_one_of_matches_is_reverted_instead(
    gateway: Running, firm: Firm
) -> None:
    """Of a batch of unmatches all of them are found; another kind of batch is refused, with what takes it back."""
    await unmatched(gateway, firm)
    first, second = [await _stopped_batch(gateway, firm, do) for do in ("create", "unmatch")]
    at = await gateway.log.answer_intent("i-3", apart(firm, "c-3", "60", "Gia"), code="unmatch", batch=second)

    async def planned(kind: str, batch: str) -> tuple[int, dict[str, Any]]:
        body = {"firm": firm.id, "kind": kind, "batch": batch}
        answer, said = await gateway.ask("POST", REPLAYS, token=OPERATOR, body=body, Sync_Position=at)
        return answer.status, dict(said)

    for kind, done in (("unmatch", "unmatched"), ("restore", "restored")):
        for name in ("1", first):
            status, why = await planned(kind, name)
            assert (status, why["code"], why["facts"]["number"]) == (409, "batch_not_replayed", "1")
            assert why["detail"].startswith(f"Batch 1 {done} nobody")
            assert f"client-sync batches revert {firm.id} 1 " in why["detail"]
    assert (await planned("unmatch", "3"))[1]["code"] == "batch_unknown"
    await gateway.ask("GET", f"{firm.api}/connection", Sync_Position=at)
    for name in ("2", second):
        status, made = await planned("unmatch", name)
        assert (status, [each["client_id"] for each in made["rows"]]) == (200, ["c-3"]), name
        assert made["replay"]["wanted"]["batch"] == second


async def _stopped_batch(gateway: Running, firm: Firm, do: str) -> str:
    """Ask for one thing in bulk, and stop it; gives the batch's id."""
    _, made = await gateway.ask(
        "POST", f"{firm.api}/batches", body={"rows": [{"do": do, "client_id": "c-3"}]}
    )
    batch = str(made["batch"]["batch"])
    await gateway.ask("POST", f"{firm.api}/batches/{batch}/cancel", body={})
    return batch


async def test_replays_are_for_operators_and_of_their_own_firms(
    gateway: Running, firm: Firm, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of another firm there is none, whatever is asked."""
    ours = Person(id="ours", name="O", role=Role.OPERATOR, firms=frozenset({firm.id}))
    other = Person(id="other", name="O", role=Role.OPERATOR, firms=frozenset({FirmId("f-2")}))
    people = {**SandboxSignIn.PEOPLE, "ours": ours, "other": other}
    monkeypatch.setattr(SandboxSignIn, "PEOPLE", people)
    await unmatched(gateway, firm)
    body = {"firm": firm.id, "ids": ["c-1"]}

    refused, _ = await gateway.ask("POST", REPLAYS, token="dev-manager", body=body)
    elsewhere, _ = await gateway.ask("POST", REPLAYS, token="other", body=body)
    all_firms, _ = await gateway.ask("POST", REPLAYS, token=OPERATOR, body={"firm": "*"})
    unknown, _ = await gateway.ask("POST", REPLAYS, token=OPERATOR, body={"firm": "f-nobody"})
    _, made = await gateway.ask("POST", REPLAYS, token="ours", body=body)
    one = f"{REPLAYS}/{made['replay']['plan']}"

    assert [refused.status, elsewhere.status, all_firms.status, unknown.status] == [403, 403, 422, 404]
    for method, path, sent in (
        ("GET", one, None),
        ("POST", f"{one}/apply", {"reason": "x"}),
        ("POST", f"{one}/cancel", {}),
    ):
        hidden, _ = await gateway.ask(method, path, token="other", body=sent)
        assert hidden.status == 404, path
    _, theirs = await gateway.ask("GET", REPLAYS, token="other")
    _, listed = await gateway.ask("GET", REPLAYS, token="ours")
    assert theirs["replays"] == []
    assert [each["plan"] for each in listed["replays"]] == [made["replay"]["plan"]]
    _, cancelled = await gateway.ask("POST", f"{one}/cancel", token="ours", body={})
    late, why = await gateway.ask("POST", f"{one}/apply", token="ours", body={"reason": "x"})
    assert cancelled["replay"]["state"] == "cancelled"
    assert (late.status, why["code"]) == (409, "replay_cancelled")


async def test_a_list_of_replays_counts_the_clients_that_were_named(gateway: Running, firm: Firm) -> None:
    """Thousands of ids are for whoever opens one."""
    await unmatched(gateway, firm)
    _, made = await gateway.ask(
        "POST", REPLAYS, token=OPERATOR, body={"firm": firm.id, "ids": ["c-1", "c-9"]}
    )
    plan = made["replay"]["plan"]

    _, listed = await gateway.ask("GET", REPLAYS, token=OPERATOR)
    _, one = await gateway.ask("GET", f"{REPLAYS}/{plan}", token=OPERATOR)

    (head,) = [each for each in listed["replays"] if each["plan"] == plan]
    assert (head["wanted"], head["named"]) == ({"kind": "unmatch"}, 2)
    assert (one["replay"]["wanted"]["clients"], one["replay"]["named"]) == (["c-1", "c-9"], 2)


async def test_where_an_address_names_no_firm_a_key_is_its_persons(
    gateway: Running, firm: Firm, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two operators who happen to use the same key are each given their own plan; the same one, theirs again."""
    mia = Person(id="mia", name="Mia", role=Role.OPERATOR)
    monkeypatch.setattr(SandboxSignIn, "PEOPLE", {**SandboxSignIn.PEOPLE, "mia": mia})
    await unmatched(gateway, firm)
    body = {"firm": firm.id}

    plans = []
    for token in (OPERATOR, "mia", OPERATOR):
        answer, made = await gateway.ask(
            "POST", REPLAYS, token=token, body=body, Idempotency_Key="plan-of-tuesday"
        )
        assert answer.status == 200, made
        plans.append((made["replay"]["plan"], made["replay"]["made_by"]))

    assert plans[0] == plans[2]
    assert plans[0][0] != plans[1][0]
    assert [by for _, by in plans] == ["user:lee", "user:mia", "user:lee"]


async def test_a_replay_opens_by_its_id_under_any_firms_address(gateway: Running, firm: Firm) -> None:
    """It leads to its own firm's; the page of what there is not says so, however it is called."""
    await unmatched(gateway, firm)
    _, made = await gateway.ask("POST", REPLAYS, token=OPERATOR, body={"firm": firm.id})
    plan = made["replay"]["plan"]
    headers = {"Authorization": f"Bearer {OPERATOR}"}

    async with gateway.http.get(
        f"/firms/f-elsewhere/replays/{plan}", headers=headers, allow_redirects=False
    ) as led:
        assert (led.status, led.headers["Location"]) == (303, f"/firms/{firm.id}/replays/{plan}")
    for query in ("", "?outcome=restored", "?end=refused", "?from=99999", "?from=x&outcome=y&end=z"):
        async with gateway.http.get(f"/firms/{firm.id}/replays/{plan}{query}", headers=headers) as shown:
            assert shown.status == 200, query
    for unknown in ("r-unknown", "%00", "x" * 300):
        async with gateway.http.get(f"/firms/{firm.id}/replays/{unknown}", headers=headers) as failed:
            assert (failed.status, "There is no such replay." in await failed.text()) == (404, True), unknown

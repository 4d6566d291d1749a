"""A client added or edited here is Canopy's first; the answer comes when the engine has seen it."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest_asyncio
from aiohttp.test_utils import TestServer

from deploy.kafka.ports import free_port
from deploy.sandbox.canopy.app import canopy_app
from deploy.sandbox.canopy.settings import CanopySettings
from deploy.settings import Settings
from domain.fields import Field
from domain.ids import ClientId
from domain.snapshots import Client
from tests.integration.gateway.conftest import Running, running_gateway
from tests.integration.gateway.firm import Firm
from tests.integration.gateway.log_writer import NOW
from tests.patience import PATIENCE_SECONDS

FIONA = {"type": "individual", "display_name": "Fiona Gallagher", "sync_client": False}


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def shared(settings: Settings, prefix: str) -> AsyncIterator[Running]:
    """A gateway beside a Canopy stand-in, whose events wait for a Kafka that is not there: the test tells them."""
    canopy = CanopySettings(token=settings.canopy_token, bootstrap=f"127.0.0.1:{free_port()}")
    async with TestServer(canopy_app(canopy)) as server:
        url = str(server.make_url("")).rstrip("/")
        async with running_gateway(settings.model_copy(update={"canopy_base_url": url}), prefix) as running:
            yield running


@pytest_asyncio.fixture(loop_scope="module")
async def clients(gateway: Running, firm: Firm) -> str:
    """The path of the clients of a firm, which is all that this Canopy has ever heard of."""
    canopy = f"{gateway.settings.canopy_url}/_control"
    async with gateway.http.post(f"{canopy}/reset") as answer:
        assert answer.status == 200
    async with gateway.http.post(f"{canopy}/firms", json={"firm_id": firm.id}) as answer:
        assert answer.status == 200
    return f"{firm.api}/clients"


async def ledger(gateway: Running) -> list[dict[str, Any]]:
    async with gateway.http.get(f"{gateway.settings.canopy_url}/_control/ledger") as answer:
        entries: list[dict[str, Any]] = await answer.json()
        return [entry for entry in entries if entry["committed"]]


async def until_canopy_has(gateway: Running, changes: int) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            if len(await ledger(gateway)) >= changes:
                return
            await asyncio.sleep(0.02)


async def test_an_added_client_is_answered_with_its_link(gateway: Running, clients: str) -> None:
    """In the name of who added it; the same key adds it once."""
    early, shown = await gateway.ask("POST", clients, body=FIONA, Idempotency_Key="k-1")
    client_id = shown["client"]["client_id"]
    again, same = await gateway.ask("POST", clients, body=FIONA, Idempotency_Key="k-1")

    assert (early.status, again.status) == (202, 202)  # no engine has seen it yet
    assert early.headers["Location"] == f"{clients}/{client_id}"
    assert same["client"]["client_id"] == client_id
    assert len(await ledger(gateway)) == 1


async def test_an_edit_is_answered_when_the_engine_has_seen_it(
    gateway: Running, firm: Firm, clients: str
) -> None:
    """200 with the client as it is then."""
    _, added = await gateway.ask("POST", clients, body=FIONA)
    client_id = added["client"]["client_id"]
    seen = Client(
        client_id=ClientId(client_id),
        version=2,
        type="individual",
        values={Field.DISPLAY_NAME: "Fiona G."},
        changed_at=NOW,
    )

    edit = gateway.ask("PATCH", f"{clients}/{client_id}", body={"display_name": "Fiona G."})
    answering = asyncio.create_task(edit)
    await until_canopy_has(gateway, changes=2)  # and would tell the engine now
    await gateway.log.decide(firm.client_row(client_id, "Fiona G.", client=seen))
    answer, shown = await answering

    assert answer.status == 200
    assert (shown["client"]["version"], shown["client"]["display_name"]) == (2, "Fiona G.")
    assert shown["link"]["status"] == "not_synced"


async def test_what_canopy_refuses_is_refused_in_its_words(
    gateway: Running, firm: Firm, clients: str
) -> None:
    """And a client that it does not know is not found."""
    _, added = await gateway.ask("POST", clients, body=FIONA)
    client = added["client"]["client_id"]
    archived = f"{gateway.settings.canopy_url}/v1/firms/{firm.id}/clients/{client}/archive"
    token = {"Authorization": f"Bearer {gateway.settings.canopy_token}"}
    async with gateway.http.post(archived, headers=token) as answer:
        assert answer.status == 200

    refused, problem = await gateway.ask("PATCH", f"{clients}/{client}", body={"phone": "1"})
    unknown, _ = await gateway.ask("PATCH", f"{clients}/c-404", body={"display_name": "Fiona"})
    empty, _ = await gateway.ask("PATCH", f"{clients}/c-404", body={})

    assert (refused.status, problem["code"]) == (409, "client_archived")
    assert problem["detail"] == "Restore the client before editing it."
    assert (unknown.status, empty.status) == (404, 422)


async def test_what_canopy_could_not_keep_is_named_field_by_field(gateway: Running, clients: str) -> None:
    """Only blanks, or too long: nothing is cut, and nothing is sent."""
    wrong = FIONA | {"display_name": " \t ", "phone": "1" * 1001, "address": {"city": "x" * 1001}}

    refused, problem = await gateway.ask("POST", clients, body=wrong)

    assert (refused.status, problem["code"]) == (422, "wrong_fields")
    assert set(problem["facts"]["fields"]) == {"display_name", "phone", "address.city"}
    assert "at most 1,000 characters here; this has 1,001" in problem["facts"]["fields"]["phone"]
    assert await ledger(gateway) == []


async def test_an_edit_of_what_somebody_else_changed_is_refused_with_what_is_there_now(
    gateway: Running, clients: str
) -> None:
    """`If-Match` names the version that was shown; without it, the last word wins."""
    _, added = await gateway.ask("POST", clients, body=FIONA)
    one = f"{clients}/{added['client']['client_id']}"
    await gateway.ask("PATCH", one, body={"phone": "1"}, If_Match="1")

    refused, problem = await gateway.ask("PATCH", one, body={"phone": "2"}, If_Match="1")
    wrong, _ = await gateway.ask("PATCH", one, body={"phone": "2"}, If_Match="first")
    done, edited = await gateway.ask("PATCH", one, body={"phone": "2"}, If_Match="2")

    assert (refused.status, problem["code"]) == (412, "client_changed")
    assert (problem["facts"]["client"]["version"], problem["facts"]["client"]["phone"]) == (2, "1")
    assert wrong.status == 400
    assert (done.status, edited["client"]["version"]) == (202, 3)

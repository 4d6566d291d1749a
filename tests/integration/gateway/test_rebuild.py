"""While the read model is built again a gateway goes on, and shows all of it or says that it can't yet."""

import asyncio

from deploy.own_database import rebuild_read_model
from tests.integration.gateway.conftest import Running
from tests.integration.gateway.firm import CONNECTED, client_row, customer_row
from tests.patience import PATIENCE_SECONDS

CLIENTS = "/api/v1/firms/f-1/clients"


async def test_an_idle_gateway_builds_it_again_by_itself(gateway: Running) -> None:
    """Nothing is written meanwhile that would tell it. Timelines stand apart, and it is ready all the time."""
    await gateway.log.decide(CONNECTED)
    await gateway.log.decide(customer_row("58", "Fiona Gallagher"))
    for n in range(1, 6):
        at = await gateway.log.decide(client_row(f"c-{n}", f"Client {n}"))
    _, before = await gateway.ask("GET", CLIENTS, Sync_Position=at)

    await rebuild_read_model(gateway.settings)
    at_once, problem = await gateway.ask("GET", CLIENTS, Sync_Position=at)
    unknown, _ = await gateway.ask("GET", CLIENTS + "/c-1")
    timeline, _ = await gateway.ask("GET", CLIENTS + "/c-1/timeline")
    states = await until_built(gateway)
    _, after = await gateway.ask("GET", CLIENTS, Sync_Position=at)

    assert (at_once.status, problem["code"]) == (503, "read_model_behind")
    assert unknown.status == 503, "a client that is not there yet is no unknown client"
    assert timeline.status == 200
    assert states == {(200, "being_built_again"), (200, "ok")}
    assert after == before
    assert len(after["clients"]) == 5


async def until_built(gateway: Running) -> set[tuple[int, str]]:
    """Wait until it is complete; gives what the gateway said of itself meanwhile."""
    said: set[tuple[int, str]] = set()
    async with asyncio.timeout(PATIENCE_SECONDS):
        while (200, "ok") not in said:
            async with gateway.http.get("/readyz") as answer:
                said.add((answer.status, (await answer.json())["read_model"]))
    return said

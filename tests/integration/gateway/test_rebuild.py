"""While the read model is built again a gateway goes on, and people are shown all of it all the time."""

import asyncio

from sqlalchemy import delete, update

from adapters.store.database import Database
from adapters.store.read_tables import read_build, read_links
from deploy.own_database import rebuild_read_model
from tests.integration.gateway.conftest import Running
from tests.integration.gateway.firm import CONNECTED, client_row, customer_row
from tests.patience import PATIENCE_SECONDS

CLIENTS = "/api/v1/firms/f-1/clients"


async def test_an_idle_gateway_builds_it_again_by_itself(gateway: Running) -> None:
    """Nothing is written meanwhile that would tell it. Nobody is refused, and what somebody had changed by hand is right again."""
    at = await _five_clients(gateway)
    _, before = await gateway.ask("GET", CLIENTS, Sync_Position=at)
    await _spoil(gateway)
    _, wrong = await gateway.ask("GET", CLIENTS)
    assert wrong != before

    assert await rebuild_read_model(gateway.settings) == "beside"
    shown = [wrong]
    async with asyncio.timeout(60):
        while shown[-1] == wrong:
            answer, listed = await gateway.ask("GET", CLIENTS, Sync_Position=at)
            ready, said = await gateway.ask("GET", "/readyz")
            assert (answer.status, ready.status, said["read_model"]) == (200, 200, "ok")
            shown.append(listed)

    assert shown[-1] == before
    _, said = await gateway.ask("GET", "/readyz")
    assert said["built_beside"] is None


async def test_what_nobody_can_read_is_emptied_and_says_so(gateway: Running) -> None:
    """There is nothing to keep for anybody; a list with gaps would look like one without."""
    at = await _five_clients(gateway)
    _, before = await gateway.ask("GET", CLIENTS, Sync_Position=at)
    await _spoil(gateway, complete=False)

    at_once, problem = await gateway.ask("GET", CLIENTS)
    assert (at_once.status, problem["code"]) == (503, "read_model_behind")
    assert await rebuild_read_model(gateway.settings) == "live"
    unknown, _ = await gateway.ask("GET", CLIENTS + "/c-1")
    timeline, _ = await gateway.ask("GET", CLIENTS + "/c-1/timeline")
    states = await until_built(gateway)
    _, after = await gateway.ask("GET", CLIENTS, Sync_Position=at)

    assert unknown.status == 503, "a client that is not there yet is no unknown client"
    assert timeline.status == 200
    assert states == {(200, "being_built_again"), (200, "ok")}
    assert after == before
    assert len(after["clients"]) == 5


async def _five_clients(gateway: Running) -> str:
    await gateway.log.decide(CONNECTED)
    at = await gateway.log.decide(customer_row("58", "Fiona Gallagher"))
    for n in range(1, 6):
        at = await gateway.log.decide(client_row(f"c-{n}", f"Client {n}"))
    return at


async def _spoil(gateway: Running, *, complete: bool = True) -> None:
    database = Database(gateway.settings.database)
    async with database.write() as connection:
        await connection.execute(delete(read_links).where(read_links.c.client_id == "c-3"))
        await connection.execute(update(read_build).values(complete=complete))
    await database.close()


async def until_built(gateway: Running) -> set[tuple[int, str]]:
    """Wait until it is complete; gives what the gateway said of itself meanwhile."""
    said: set[tuple[int, str]] = set()
    async with asyncio.timeout(PATIENCE_SECONDS):
        while (200, "ok") not in said:
            async with gateway.http.get("/readyz") as answer:
                said.add((answer.status, (await answer.json())["read_model"]))
    return said

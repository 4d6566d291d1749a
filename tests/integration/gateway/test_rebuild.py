"""While the read model is built again people read all of it, all the time; where nobody could read it yet, a gateway says so until it shows all."""

import asyncio
from collections import Counter
from contextlib import suppress

import pytest
from sqlalchemy import update

from adapters.store.built_tables import built_links
from adapters.store.database import Database
from adapters.store.preparation import build_again
from deploy.kafka.ports import free_port
from deploy.rebuilding import give_up_rebuild, rebuild_read_model
from deploy.terminal import AskedInVainError, Exit
from domain.rows import LinkRow
from tests.integration.gateway.conftest import Running
from tests.integration.gateway.firm import CONNECTED, client_row, customer_row
from tests.patience import PATIENCE_SECONDS

CLIENTS = "/api/v1/firms/f-1/clients"
MANY = 900
TOGETHER = 5
LOOK_EVERY_SECONDS = 0.1


async def test_who_looks_ten_times_a_second_is_never_refused_and_never_shown_less(gateway: Running) -> None:
    """Nor shown an older state. The gateway is ready all the time, and says that it is being built; it ends with what the log says."""
    at = await _written(gateway)
    await gateway.ask("GET", CLIENTS, Sync_Position=at)
    await _spoil(gateway)
    assert (await _ready(gateway))[2] is None
    seen, enough = Counter[str](), asyncio.Event()
    looking = asyncio.create_task(_look(gateway, seen, enough))

    folded = await rebuild_read_model(gateway.settings, _quiet, gateway.prefix)
    enough.set()
    said = await looking

    assert folded == MANY + 1
    assert set(seen) <= {f"synced: {MANY}", f"not_synced: {MANY}"}
    assert seen.total() > 1
    assert {(status, shows) for status, shows, _ in said} == {(200, "ok")}
    assert await _counts(gateway) == {"not_synced": MANY}, "what somebody had changed by hand is right again"
    assert (await _ready(gateway))[2] is None


async def test_one_that_is_broken_off_is_said_to_be_open_and_gone_on_with(gateway: Running) -> None:
    """What is decided in between is in it."""
    at = await _written(gateway)
    await gateway.ask("GET", CLIENTS, Sync_Position=at)
    begun = asyncio.Event()
    broken_off = asyncio.create_task(
        rebuild_read_model(gateway.settings, lambda *_: begun.set(), gateway.prefix)
    )
    await begun.wait()
    broken_off.cancel()
    with suppress(asyncio.CancelledError):
        await broken_off

    open_still = (await _ready(gateway))[2]
    at = await gateway.log.decide(client_row("c-new", "Newcomer"))
    listed, _ = await gateway.ask("GET", f"{CLIENTS}/c-new", Sync_Position=at)
    folded = await rebuild_read_model(gateway.settings, _quiet, gateway.prefix)

    assert open_still is not None
    assert 0 < open_still["records_to_fold"] < MANY + 1
    assert folded == open_still["records_to_fold"]
    assert listed.status == 200
    shown, _ = await gateway.ask("GET", f"{CLIENTS}/c-new")
    assert shown.status == 200
    assert await _counts(gateway) == {"not_synced": MANY + 1}


async def test_one_that_is_given_up_ends_and_people_read_what_they_read(gateway: Running) -> None:
    """Its command says so; asked for once more, it begins anew. Where none is being built, there is nothing to give up."""
    at = await _written(gateway)
    await gateway.ask("GET", CLIENTS, Sync_Position=at)
    await _spoil(gateway)
    assert await give_up_rebuild(gateway.settings) is None
    begun = asyncio.Event()
    building = asyncio.create_task(
        rebuild_read_model(gateway.settings, lambda *_: begun.set(), gateway.prefix)
    )
    await begun.wait()

    lacked = await give_up_rebuild(gateway.settings)

    with pytest.raises(AskedInVainError, match="It was given up meanwhile") as ended:
        await building
    assert ended.value.exit_code is Exit.REFUSED
    assert lacked is not None
    assert 0 < lacked < MANY + 1
    assert (await _ready(gateway))[2] is None
    assert await _counts(gateway) == {"synced": MANY}, "what somebody had changed by hand is as it was"
    assert await rebuild_read_model(gateway.settings, _quiet, gateway.prefix) == MANY + 1
    assert await _counts(gateway) == {"not_synced": MANY}


async def test_one_that_finds_no_kafka_says_so_and_changes_nothing_for_people(gateway: Running) -> None:
    """Asked for again when Kafka is there, it goes on."""
    at = await _written(gateway)
    await gateway.ask("GET", CLIENTS, Sync_Position=at)
    nowhere = gateway.settings.model_copy(update={"kafka_bootstrap": f"127.0.0.1:{free_port()}"})

    with pytest.raises(AskedInVainError, match="Kafka does not answer") as said:
        await rebuild_read_model(nowhere, _quiet, gateway.prefix)
    assert said.value.exit_code == Exit.AWAY
    assert await _counts(gateway) == {"not_synced": MANY}
    assert await rebuild_read_model(gateway.settings, _quiet, gateway.prefix) == MANY + 1
    assert await _counts(gateway) == {"not_synced": MANY}


async def test_an_idle_gateway_fills_emptied_tables_by_itself(gateway: Running) -> None:
    """Nothing is written meanwhile that would tell it. Timelines stand apart, and it is ready all the time."""
    await gateway.log.decide(CONNECTED)
    await gateway.log.decide(customer_row("58", "Fiona Gallagher"))
    for n in range(1, 6):
        at = await gateway.log.decide(client_row(f"c-{n}", f"Client {n}"))
    _, before = await gateway.ask("GET", CLIENTS, Sync_Position=at)

    database = Database(gateway.settings.database)
    await build_again(database)
    await database.close()
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
            said.add((await _ready(gateway))[:2])
    return said


async def _ready(gateway: Running) -> tuple[int, str, dict[str, int] | None]:
    async with gateway.http.get("/readyz") as answer:
        said = await answer.json()
        return answer.status, said["read_model"], said["built_beside"]


async def _written(gateway: Running) -> str:
    await gateway.log.decide(CONNECTED)
    at = ""
    for first in range(0, MANY, TOGETHER):
        rows: list[LinkRow] = [client_row(f"c-{n}", f"Client {n}") for n in range(first, first + TOGETHER)]
        at = await gateway.log.decide(*rows)
    return at


async def _spoil(gateway: Running) -> None:
    """Change by hand what people see."""
    database = Database(gateway.settings.database)
    async with database.write() as connection:
        await connection.execute(update(built_links).values(status="synced"))
    await database.close()


async def _look(
    gateway: Running, seen: Counter[str], enough: asyncio.Event
) -> list[tuple[int, str, dict[str, int] | None]]:
    said = []
    while not enough.is_set():
        counts = await _counts(gateway)
        seen[", ".join(f"{status}: {count}" for status, count in counts.items())] += 1
        said.append(await _ready(gateway))
        await asyncio.sleep(LOOK_EVERY_SECONDS)
    return said


async def _counts(gateway: Running) -> dict[str, int]:
    """Give how many clients people are shown, by status."""
    answer, page = await gateway.ask("GET", f"{CLIENTS}?limit=1")
    assert answer.status == 200, page
    assert len(page["clients"]) == 1
    return {status: count for status, count in page["counts"].items() if count}


def _quiet(_folded: int, _of: int) -> None:
    """Hear how far it is, and say nothing."""

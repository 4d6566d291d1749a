"""What operators see of all firms, and what everybody is told while nobody decides. No worker runs here."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest
import pytest_asyncio
from aiokafka import AIOKafkaConsumer

from adapters.web.auth.people import Person, Role, SandboxSignIn
from deploy.settings import Settings
from domain.firm_rows import Paused
from streams.wire.topics import INPUTS
from tests.integration.gateway.conftest import Running, settings_of
from tests.integration.gateway.firm import Firm, another_firm
from tests.integration.gateway.hearing import hearing
from tests.integration.gateway.log_writer import NOW
from tests.patience import PATIENCE_SECONDS

STANDS_STILL = "Syncing stands still right now."


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def settings(
    bootstrap: str, prefix: str, tmp_path_factory: pytest.TempPathFactory, database_url: str
) -> Settings:
    """Settings of a gateway whose workers' group is nobody else's."""
    given = await settings_of(bootstrap, prefix, tmp_path_factory.mktemp("data"), database_url)
    return given.model_copy(update={"group": f"{prefix}workers"})


@asynccontextmanager
async def member(gateway: Running) -> AsyncIterator[None]:
    """Be a member of the workers' group, which is given all partitions."""
    worker = AIOKafkaConsumer(
        *(gateway.prefix + topic for topic in INPUTS),
        bootstrap_servers=gateway.settings.bootstrap,
        group_id=gateway.settings.group,
    )
    await worker.start()
    try:
        yield
    finally:
        await worker.stop()


async def until_deciding(gateway: Running, word: str) -> dict[str, Any]:
    """Wait until a gateway says so; gives what else it says."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            answer, said = await gateway.ask("GET", "/readyz")
            if said["deciding"] == word:
                assert answer.status == 200
                return dict(said)
            await asyncio.sleep(0.1)


async def banner_is_shown(gateway: Running, firm: Firm) -> bool:
    """Look at a page as a viewer; says whether it tells that nobody decides."""
    headers = {"Authorization": "Bearer dev-viewer"}
    async with gateway.http.get(f"/firms/{firm.id}/settings", headers=headers) as answer:
        assert answer.status == 200
        (line,) = [each for each in (await answer.text()).split("\n") if STANDS_STILL in each]
    return "hidden" not in line


async def test_it_is_told_when_nobody_decides_and_when_somebody_does(gateway: Running, firm: Firm) -> None:
    """By /readyz, which stays 200, and on everybody's pages, which hear of it."""
    at = await gateway.log.decide(firm.connected())
    await gateway.ask("GET", f"{firm.api}/connection", Sync_Position=at)
    async with member(gateway):
        await until_deciding(gateway, "ok")
        assert not await banner_is_shown(gateway, firm)
        async with hearing(gateway.http, firm.id) as stream:
            await stream.next("ready")
    async with hearing(gateway.http, firm.id) as stream:
        await stream.next("reload")

    await until_deciding(gateway, "nobody")
    assert await banner_is_shown(gateway, firm)

    async with hearing(gateway.http, firm.id) as stream:
        await stream.next("ready")
        async with member(gateway):
            await stream.next("reload")
            await until_deciding(gateway, "ok")
            assert not await banner_is_shown(gateway, firm)


async def test_operators_see_all_firms_and_their_own_only_where_bound(
    gateway: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Page by page; with why a firm is paused."""
    firms = [another_firm() for _ in range(3)]
    paused = replace(firms[0].connected(), paused=Paused(since=NOW, by="user:lee", reason="INC-42"))
    for row in (paused, firms[1].connected(), firms[2].client_row("c-1", "Ada")):
        at = await gateway.log.decide(row)
        await gateway.ask("GET", "/api/v1/firms", token="dev-operator", Sync_Position=at)
    bound = Person(id="ola", name="Ola", role=Role.OPERATOR, firms=frozenset({firms[0].id, firms[2].id}))
    monkeypatch.setattr(SandboxSignIn, "PEOPLE", {**SandboxSignIn.PEOPLE, "bound": bound})

    everything = await listed(gateway, "dev-operator", limit=1)
    own = await listed(gateway, "bound", limit=1)

    assert {each.id for each in firms} <= set(everything)
    assert set(own) == {firms[0].id, firms[2].id}
    assert own[firms[0].id]["paused"] == {
        "since": "2026-11-24T09:00:00Z",
        "by": "user:lee",
        "reason": "INC-42",
        "all_firms": False,
    }
    assert own[firms[0].id]["connection"]["status"] == "connected"
    assert own[firms[2].id]["connection"]["status"] == "never_connected"
    assert own[firms[2].id]["last_decision"] == "2026-11-24T09:00:00Z"
    refused, _ = await gateway.ask("GET", "/api/v1/firms", token="dev-manager")
    wrong, said = await gateway.ask("GET", "/api/v1/firms?cursor=WzFd", token="dev-operator")
    assert (refused.status, wrong.status, said["code"]) == (403, 400, "wrong_cursor")


async def listed(gateway: Running, token: str, limit: int) -> dict[str, Any]:
    """Walk through all pages; gives what is said of each firm. None may come twice."""
    found: dict[str, Any] = {}
    cursor = ""
    while True:
        answer, page = await gateway.ask("GET", f"/api/v1/firms?limit={limit}{cursor}", token=token)
        assert answer.status == 200
        for each in page["firms"]:
            assert each["firm"] not in found
            found[each["firm"]] = each
        if page["cursor"] is None:
            return found
        cursor = f"&cursor={page['cursor']}"

"""How many reads of QuickBooks a month had, and what no webhook told of: on the connection, the settings page and the metrics."""

import re
from dataclasses import replace
from datetime import UTC, datetime

from adapters.store.database import Database
from deploy.counted_reads import read_counter
from deploy.settings import Settings
from domain.ids import FirmId, RealmId
from domain.remembered import Heard
from tests.integration.gateway.conftest import Running, running_gateway
from tests.integration.gateway.firm import Firm

FIRM = Firm(FirmId("f-1"), RealmId("91"))


async def counted(gateway: Running, reads: dict[str, int]) -> None:
    """Let another process have read, as a worker does."""
    database = Database(gateway.settings.database)
    counter = read_counter(database, gateway.settings)
    for realm, times in reads.items():
        for _ in range(times):
            counter.count(RealmId(realm), answered=True)
    counter.count(RealmId("91"), answered=False)
    await counter.aclose()
    await database.close()


async def test_reads_and_misses_are_shown(gateway: Running) -> None:
    """A viewer sees those of the company, an operator those of all companies too."""
    row = replace(FIRM.connected(), heard=Heard(told=7, untold=3, late=1))
    at = await gateway.log.decide(row)
    await counted(gateway, {"91": 4, "92": 5})
    path = f"{FIRM.api}/connection"

    _, viewer = await gateway.ask("GET", path, token="dev-viewer", Sync_Position=at)
    _, operator = await gateway.ask("GET", path, token="dev-operator")
    assert viewer["heard"] == {"told": 7, "untold": 3, "late": 1, "missed": 2}
    assert viewer["reads"] == {
        "month": f"{datetime.now(UTC):%Y-%m}",
        "answered": 4,
        "unanswered": 1,
        "state": "enough",
        "saving": False,
        "all_companies": None,
        "budget": None,
    }
    assert (operator["reads"]["all_companies"], operator["reads"]["budget"]) == (10, 500_000)

    page = await _connection_page(gateway, "dev-viewer")
    assert re.search(r"Reads in \w+</dt><dd>5</dd>", page)
    assert "500,000" not in page
    assert "QuickBooks did not tell us of 2." in page
    assert "10 of 500,000 by all companies" in await _connection_page(gateway, "dev-operator")

    figures = await _metrics(gateway)
    assert figures['client_sync_quickbooks_metered_reads{ended="answered"}'] == 9
    assert figures['client_sync_quickbooks_metered_reads{ended="unanswered"}'] == 1
    assert figures["client_sync_quickbooks_reads_a_month"] == 500_000


async def test_who_is_short_of_reads_is_told_so(settings: Settings, prefix: str) -> None:
    """On the page of each firm whose sweeps are rarer, and in the API."""
    short = settings.model_copy(update={"qbo_reads_a_month": 5})
    async with running_gateway(short, prefix) as gateway:
        at = await gateway.log.decide(FIRM.connected())
        await counted(gateway, {"92": 3})
        _, found = await gateway.ask("GET", f"{FIRM.api}/connection", Sync_Position=at)
        assert (found["reads"]["state"], found["reads"]["saving"]) == ("short", True)
        assert "QuickBooks is searched less often" in await _connection_page(gateway, "dev-viewer")


async def _connection_page(gateway: Running, person: str) -> str:
    headers = {"Authorization": f"Bearer {person}"}
    async with gateway.http.get(f"/firms/{FIRM.id}/connection", headers=headers) as page:
        return re.sub(r"\s+", " ", await page.text())


async def _metrics(gateway: Running) -> dict[str, float]:
    async with gateway.http.get("/metrics") as answer:
        lines = (line.rpartition(" ") for line in (await answer.text()).splitlines() if line[0] != "#")
        return {name: float(value) for name, _, value in lines}

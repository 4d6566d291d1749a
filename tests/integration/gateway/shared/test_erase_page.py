"""The page that erases a person: it says what goes, and does nothing without a reason and the client's name."""

import asyncio
import re
from dataclasses import replace

import orjson
import pytest

from streams.wire.topics import INTENTS
from tests.integration.gateway.conftest import Running
from tests.integration.gateway.firm import Firm

NAME = "Wilhelmina <Quack>"
OPERATOR = {"Authorization": "Bearer dev-operator"}


async def deleted(gateway: Running, firm: Firm) -> str:
    """A client was deleted in Canopy, another one is there; gives the address of the first one's page."""
    await gateway.log.decide(firm.connected(), code="connect")
    row = firm.client_row("c-1", NAME)
    assert row.client is not None
    await gateway.log.decide(replace(row, client=replace(row.client, presence="deleted")))
    at = await gateway.log.decide(firm.client_row("c-2", "Ada"))
    await gateway.ask("GET", f"{firm.api}/connection", Sync_Position=at)
    return f"/firms/{firm.id}/clients/c-1"


async def shown(gateway: Running, path: str, token: str = "dev-operator") -> tuple[int, str]:
    """Open a page."""
    headers = {"Authorization": f"Bearer {token}"}
    async with gateway.http.get(path, headers=headers, allow_redirects=False) as answer:
        return answer.status, await answer.text()


async def sent(gateway: Running, path: str, key: str, **form: str) -> tuple[int, str]:
    """Send the form."""
    async with gateway.http.post(
        f"{path}/erase", headers=OPERATOR, data={"key": key, **form}, allow_redirects=False
    ) as answer:
        return answer.status, await answer.text()


async def test_it_is_offered_to_operators_where_canopy_has_the_client_no_more(
    gateway: Running, firm: Firm
) -> None:
    """Elsewhere the page says why it can't be done."""
    path = await deleted(gateway, firm)
    present = path.replace("c-1", "c-2")

    assert f'href="{path}/erase"' in (await shown(gateway, path))[1]
    assert f'href="{path}/erase"' not in (await shown(gateway, path, "dev-manager"))[1]
    assert (await shown(gateway, f"{path}/erase", "dev-manager"))[0] == 403
    assert f'href="{present}/erase"' not in (await shown(gateway, present))[1]
    status, page = await shown(gateway, f"{present}/erase")
    assert status == 200
    assert "Canopy still has this client" in page
    assert "Erase for good" not in page


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"name": NAME}, "Say why"),
        ({"reason": "asked by letter"}, "The name is not the one above"),
        ({"reason": "asked by letter", "name": "Wilhelmina"}, "The name is not the one above"),
        ({"reason": "x" * 501, "name": NAME}, "Say why"),
    ],
)
async def test_without_reason_and_name_nothing_is_asked_for(
    gateway: Running, firm: Firm, form: dict[str, str], said: str
) -> None:
    """What was typed as the reason stays there."""
    path = await deleted(gateway, firm)
    status, page = await sent(gateway, path, "k-1", **form)

    assert status == 409
    assert said in page
    assert "Wilhelmina &lt;Quack&gt;" in page
    if form.get("reason") == "asked by letter":
        assert 'value="asked by letter"' in page


async def test_with_both_the_engine_is_asked_once(gateway: Running, firm: Firm) -> None:
    """Pressed twice it is one intent, with the reason and the version that was shown."""
    path = await deleted(gateway, firm)
    _, page = await shown(gateway, f"{path}/erase")
    found = re.search(r'name="key" value="([^"]+)"', page)
    assert found is not None

    for _ in range(2):
        status, _ = await sent(gateway, path, found[1], reason="asked by letter", name=NAME)
        assert status == 303
    ids = set()
    async with gateway.reading(INTENTS) as topic, asyncio.timeout(20):
        for _ in range(2):
            while True:
                event = orjson.loads((await topic.next()).value)
                if event["firmid"] == firm.id:
                    break
            assert event["type"] == "sync.intent.erase.v1"
            assert event["data"]["reason"] == "asked by letter"
            ids.add(event["id"])
    assert len(ids) == 1

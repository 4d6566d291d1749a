"""A firm's settings are put back to before a change: looked at first, and asked for as they were seen."""

import asyncio
from dataclasses import replace
from html import unescape
from typing import Any

import orjson
import pytest

from domain.settings import Actions, ConflictPolicy, Settings
from streams.wire.topics import INTENTS
from tests.integration.gateway.conftest import Running
from tests.integration.gateway.firm import Firm

FIRST = Settings(actions_from_canopy=Actions(creating=True, editing=False))
SECOND = replace(FIRST, conflicts=ConflictPolicy.ALWAYS_ASK)
GIVEN: dict[str, Any] = {
    "actions_from_canopy": {"creating": True, "editing": True},
    "actions_from_qbo": {"creating": True, "editing": True},
    "conflicts": "later_wins",
}


async def changed(gateway: Running, firm: Firm) -> tuple[str, str]:
    """Dana switches edits off, then changes the policy; gives the places of both in the log."""
    await gateway.log.decide(firm.connected(), code="connect")
    row = firm.connected()
    first = await gateway.log.answer_intent("s-1", replace(row, version=2, settings=FIRST), code="settings")
    second = await gateway.log.answer_intent("s-2", replace(row, version=3, settings=SECOND), code="settings")
    await gateway.ask("GET", f"{firm.api}/connection", Sync_Position=second)
    return _place(first), _place(second)


def _place(behind: str) -> str:
    partition, _, offset = behind.partition(":")
    return f"{partition}:{int(offset) - 1}"


async def test_changes_are_listed_with_what_each_found_and_left(gateway: Running, firm: Firm) -> None:
    """The newest first, by pages."""
    first, second = await changed(gateway, firm)

    _, page = await gateway.ask("GET", f"{firm.api}/settings/changes?limit=1", token="dev-viewer")
    _, older = await gateway.ask("GET", f"{firm.api}/settings/changes?limit=1&cursor={page['cursor']}")

    (newest,), (oldest,) = page["changes"], older["changes"]
    assert (newest["position"], oldest["position"], older["cursor"]) == (second, first, None)
    assert (oldest["before"], oldest["actor"]) == (GIVEN, "user:dana")
    assert oldest["after"] == newest["before"]
    assert newest["after"] == newest["before"] | {"conflicts": "always_ask"}


async def test_a_preview_says_all_that_would_be_otherwise(gateway: Running, firm: Firm) -> None:
    """Also what others have changed since; and what follows from it."""
    first, second = await changed(gateway, firm)

    _, to_first = await gateway.ask("GET", f"{firm.api}/settings/put-back-preview?change={first}")
    _, to_second = await gateway.ask("GET", f"{firm.api}/settings/put-back-preview?change={second}")

    assert to_first["then"] == GIVEN
    assert [(each["setting"], each["now"], each["then"]) for each in to_first["differences"]] == [
        ("actions_from_canopy.editing", "off", "on"),
        ("conflicts", "Always ask", "The later change wins"),
    ]
    assert to_first["differences"][0]["follows"] == "Edits in Canopy go to QuickBooks from now on."
    assert [each["setting"] for each in to_second["differences"]] == ["conflicts"]


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [("p0:999999", 404, "change_unknown"), ("7", 422, "wrong_query"), ("x", 422, "wrong_query")],
)
async def test_where_nothing_was_changed_is_said(
    gateway: Running, firm: Firm, change: str, status: int, code: str
) -> None:
    """By the API, and on the page."""
    await changed(gateway, firm)

    answer, said = await gateway.ask("GET", f"{firm.api}/settings/put-back-preview?change={change}")
    path = f"/firms/{firm.id}/settings/put-back?change={change}"
    async with gateway.http.get(path, headers={"Authorization": "Bearer dev-manager"}) as page:
        shown = page.status

    assert (answer.status, said["code"]) == (status, code)
    assert shown == (400 if change == "x" else 404)


async def test_changes_of_a_firm_that_is_none_are_not_told(gateway: Running, firm: Firm) -> None:
    """Most likely its name is mistyped."""
    answer, said = await gateway.ask("GET", f"{firm.api}/settings/changes")

    assert (answer.status, said["code"]) == (404, "never_connected")


async def test_activity_says_what_was_changed_and_offers_what_would_do_something(
    gateway: Running, firm: Firm
) -> None:
    """To managers; and not where the settings are as they were before that change."""
    first, second = await changed(gateway, firm)
    row = replace(firm.connected(), version=4, settings=FIRST)
    at = await gateway.log.answer_intent("s-3", row, code="settings")
    await gateway.ask("GET", f"{firm.api}/connection", Sync_Position=at)

    dana, vera = [
        await _page(gateway, firm, "activity?kind=settings", token) for token in ("manager", "viewer")
    ]

    assert "Editing clients in Canopy: on → off" in vera
    assert "put-back" not in vera
    offered = [
        place for place in (first, second, _place(at)) if f"change={place}".replace(":", "%3A") in dana
    ]
    assert offered == [first, _place(at)]


async def test_the_page_asks_for_what_it_showed(gateway: Running, firm: Firm) -> None:
    """As the settings were seen, so that what somebody has changed since is not lost."""
    first, _ = await changed(gateway, firm)
    path = f"settings/put-back?change={first}"
    page = await _page(gateway, firm, path, "manager")
    key, seen = (unescape(page.split(f'name="{name}" value="')[1].split('"')[0]) for name in ("key", "seen"))

    headers = {"Authorization": "Bearer dev-manager"}
    for form, status in (({"key": key, "seen": seen}, 303), ({"key": key, "seen": "{}"}, 400)):
        async with gateway.http.post(
            f"/firms/{firm.id}/{path}", headers=headers, data=form, allow_redirects=False
        ) as answer:
            assert answer.status == status

    async with gateway.reading(INTENTS) as topic, asyncio.timeout(20):
        while (event := orjson.loads((await topic.next()).value))["firmid"] != firm.id:
            pass
    assert event["type"] == "sync.intent.settings.v1"
    assert event["data"]["settings"] == GIVEN
    assert event["data"]["seen"] == GIVEN | {
        "actions_from_canopy": {"creating": True, "editing": False},
        "conflicts": "always_ask",
    }


async def _page(gateway: Running, firm: Firm, path: str, role: str) -> str:
    headers = {"Authorization": f"Bearer dev-{role}"}
    async with gateway.http.get(f"/firms/{firm.id}/{path}", headers=headers) as answer:
        assert answer.status == 200, path
        return await answer.text()

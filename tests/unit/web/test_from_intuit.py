"""Whoever arrives from Intuit: what they brought is not lost on the way, and costs nobody else anything."""

from datetime import UTC, datetime
from typing import cast

import pytest
from aiohttp import web
from aiohttp.test_utils import make_mocked_request

from adapters.vault.connect_desk import Back, NotConnected
from adapters.web.app import create_app
from adapters.web.console import add_console
from adapters.web.console.from_intuit import BROWSER_COOKIE, come_back, disconnected, reconnect
from adapters.web.parts import Parts
from adapters.web.problems import Problem
from domain.ids import FirmId
from domain.projection import StoreAwayError

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)


class Desk:
    """Answers what it is told."""

    def __init__(self, back: Back | None = None) -> None:
        self._back = back

    async def came_back(self, *_: object) -> Back:
        if self._back is None:
            raise StoreAwayError("away")
        return self._back


class GatewayParts:
    """What these pages look at."""

    public_url = "https://sync.example"

    def __init__(self, desk: Desk) -> None:
        self.companies = desk

    def now(self) -> datetime:
        return NOW


def arrival(address: str, desk: Desk | None = None) -> web.Request:
    """Give a request without a session."""
    parts = cast(Parts, GatewayParts(desk or Desk()))
    app = create_app(parts)
    add_console(app)
    return make_mocked_request("GET", address, app=app)


async def test_the_company_is_not_forgotten_while_its_person_signs_in() -> None:
    """They would be told that it is nobody's."""
    with pytest.raises(web.HTTPSeeOther) as led:
        await reconnect(arrival("/quickbooks/reconnect?here=1&realmId=913"))
    assert led.value.location == "/sign-in?next=/quickbooks/reconnect%3Fhere%3D1%26realmId%3D913"
    with pytest.raises(web.HTTPSeeOther) as led:
        await reconnect(arrival("/quickbooks/reconnect?here=1&realmId=//x"))
    assert led.value.location == "/sign-in?next=/quickbooks/reconnect%3Fhere%3D1"


async def test_a_stranger_has_intuit_asked_about_nobodys_company() -> None:
    """The desk of this test would raise if it were asked."""
    with pytest.raises(web.HTTPSeeOther) as led:
        await disconnected(arrival("/quickbooks/disconnected?here=1&realmId=913"))
    assert led.value.location == "/sign-in?next=/quickbooks/disconnected%3Fhere%3D1%26realmId%3D913"
    from_elsewhere = await disconnected(arrival("/quickbooks/disconnected?realmId=913"))
    assert from_elsewhere.status == 200
    assert "/quickbooks/disconnected?here=1" in str(getattr(from_elsewhere, "text", ""))


async def test_who_brings_another_windows_state_leaves_the_cookie_to_that_window() -> None:
    """Two sign-ins that were begun in one browser: the later one has the cookie, and can still be ended well."""
    unknown = Desk(Back(firm=None, why=NotConnected.NOT_THE_SAME))
    answer = await come_back(arrival("/quickbooks/callback?state=s", unknown))
    assert BROWSER_COOKIE not in answer.cookies
    done = Desk(Back(firm=FirmId("f-1"), why=NotConnected.DENIED))
    answer = await come_back(arrival("/quickbooks/callback?state=s", done))
    assert answer.cookies[BROWSER_COOKIE]["max-age"] == "0"


async def test_a_database_away_piles_nothing_up() -> None:
    """An exception that is raised again keeps the frames of all who raised it, with what they held."""
    for _ in range(2):
        with pytest.raises(Problem) as away:
            await come_back(arrival("/quickbooks/callback?state=s"))
        assert len(away.traceback) == 2

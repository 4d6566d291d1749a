"""The page of a firm's QuickBooks company, as it says what it knows without any script."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from adapters.store.connections import CLAIM_HOLDS, Connections
from adapters.store.database import Database
from domain.effects import ListCustomers
from domain.ids import EffectId, RealmId
from domain.remembered import Heard
from streams.wire.topics import NOTIFICATIONS, OUTCOMES
from tests.integration.gateway.conftest import Running
from tests.integration.gateway.firm import Firm
from tests.integration.gateway.shared.test_activity_page import page


async def claim(gateway: Running, firm: Firm, realm: str, ago: timedelta) -> None:
    """Let somebody have said yes to a company so long ago."""
    database = Database(gateway.settings.database)
    await Connections(database).claim(firm.id, RealmId(realm), datetime.now(UTC) - ago)
    await database.close()


async def test_what_is_known_of_a_company_stands_there_in_words(gateway: Running, firm: Firm) -> None:
    """The last webhook, the last sweep and what it found; the API says the same."""
    sweep = ListCustomers(id=EffectId("e-1"))
    listed = replace(firm.connected(), pending=(sweep,))
    await gateway.log.decide(listed, code="listed", topic=OUTCOMES, input_id="e-1-customers_listed")
    customer = firm.customer_row("58", "Fiona")
    await gateway.log.decide(customer, code="customer_noticed", topic=NOTIFICATIONS)
    swept = replace(listed, heard=Heard(told=2, untold=1))
    at = await gateway.log.decide(swept, code="listed", topic=OUTCOMES, input_id="e-2-customers_listed")
    _, answer = await gateway.ask("GET", f"{firm.api}/connection", Sync_Position=at)

    html = " ".join((await page(gateway, firm, "connection")).split())

    assert "It found 3 changes, 1 of which no webhook had told of." in html
    assert "QuickBooks did not tell us of 1." in html
    assert "by Dana" in html
    assert "View only." in html
    assert f'href="/firms/{firm.id}/disconnect"' not in html
    assert answer["last_sweep"] == {"at": "2026-11-24T09:00:00Z", "told": 2, "untold": 1}
    assert answer["last_webhook_at"] == "2026-11-24T09:00:00Z"
    assert answer["undecided"] is None


async def test_a_company_that_nobody_decided_about_is_told_with_the_way_on(
    gateway: Running, firm: Firm
) -> None:
    """First that it is being done, and after ten minutes that it was not; here, in the settings and by the API."""
    await claim(gateway, firm, firm.realm, timedelta(minutes=1))
    assert "is being connected since" in await page(gateway, firm, "connection", token="dev-manager")
    await claim(gateway, firm, firm.realm, CLAIM_HOLDS)

    html = await page(gateway, firm, "connection", token="dev-manager")
    settings = await page(gateway, firm, "settings")
    _, answer = await gateway.ask("GET", f"{firm.api}/connection")

    assert "that was not decided within ten minutes" in html
    assert f'href="/firms/{firm.id}/connect"' in html
    assert "that was not decided within ten minutes" in settings
    assert (answer["undecided"]["realm_id"], answer["undecided"]["late"]) == (firm.realm, True)

    at = await gateway.log.decide(firm.connected(), code="connect")
    await gateway.ask("GET", f"{firm.api}/connection", Sync_Position=at)
    assert "ten minutes" not in await page(gateway, firm, "connection")


async def test_a_program_is_told_where_its_person_signs_in(gateway: Running, firm: Firm) -> None:
    """At a page of ours, to managers; again only where a company is connected. Nothing is begun by that, so no cookie is set."""
    path = f"{firm.api}/connection"
    here = {"authorize_url": f"{gateway.settings.peoples_url}/firms/{firm.id}/connect"}

    viewed, _ = await gateway.ask("POST", path, body={}, token="dev-viewer")
    first, said = await gateway.ask("POST", path, body={})
    early, why = await gateway.ask("POST", f"{path}/reauthorize", body={})
    at = await gateway.log.decide(firm.connected())
    await gateway.ask("GET", path, Sync_Position=at)
    again, once_more = await gateway.ask("POST", f"{path}/reauthorize", body={})
    connected = firm.connected()
    assert connected.connection is not None
    asleep = replace(connected.connection, asleep_since=datetime.now(UTC))
    at = await gateway.log.decide(replace(connected, connection=asleep, version=2))
    await gateway.ask("GET", path, Sync_Position=at)
    late, apart = await gateway.ask("POST", f"{path}/reauthorize", body={})

    assert viewed.status == 403
    assert (first.status, said, dict(first.cookies)) == (200, here, {})
    assert (early.status, why["code"]) == (409, "never_connected")
    assert (again.status, once_more) == (200, here)
    assert (late.status, apart["code"]) == (409, "not_connected")

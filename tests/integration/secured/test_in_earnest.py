"""A start outside the sandbox, all of it: Kafka by TLS and SCRAM, PostgreSQL by TLS, an issuer, and both sides by https.

In a real browser a manager connects a company, matches, unmatches, undoes and disconnects; a viewer looks on, and can't.
"""

import asyncio
import ssl
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest
from sqlalchemy import make_url

from adapters.vault.keys import new_key
from deploy.kafka.ports import free_port
from tests.browser.chromium import chromium
from tests.certificates import Authority
from tests.chaos.processes import end, environment, wait_for_answer
from tests.forked import Forked
from tests.integration.postgres import fresh_database
from tests.integration.secured.broker import MECHANISM, PASSWORD, secured_kafka
from tests.integration.secured.in_earnest import (
    COMPANY,
    FIRM,
    MANAGER,
    REALM,
    SECRETS,
    VIEWER,
    InEarnest,
    until,
)
from tests.integration.secured.outside import (
    APP_SECRET,
    HOST,
    HttpsOutside,
    https_outside,
    settings_outside,
)
from tests.integration.secured.running import types
from tests.integration.secured.walk import Walk, walk
from tests.integration.store.tls_front import by_tls
from tests.oidc_issuer import CLIENT, SECRET

OF_THE_SANDBOX = ("QBO_ACCESS_TOKEN", "QBO_PORT", "CANOPY_PORT")


@asynccontextmanager
async def started(folder: Path, database: str) -> AsyncIterator[InEarnest]:
    """Start everything, and stop it at the end of the block."""
    authority = Authority(folder, "everybody's")
    async with (
        secured_kafka(folder) as kafka,
        by_tls(database, authority) as port,
        https_outside(authority, kafka.open_bootstrap) as outside,
    ):
        assert kafka.settings["CLIENT_SYNC_KAFKA_SASL_MECHANISM"] == MECHANISM
        way = make_url(database).set(
            host=HOST, port=port, query={"sslmode": "verify-full", "sslrootcert": str(authority.file)}
        )
        settings = {
            **environment(folder, kafka.bootstrap, free_port(), free_port(), outside.http),
            **kafka.settings,
            **settings_outside(outside, authority.file, new_key("earnest")),
            "CLIENT_SYNC_DATABASE_URL": way.render_as_string(hide_password=False),
            "CLIENT_SYNC_OIDC_CLIENT_ID": CLIENT,
            "CLIENT_SYNC_OIDC_CLIENT_SECRET": SECRET,
        }
        for name in OF_THE_SANDBOX:
            del settings[f"CLIENT_SYNC_{name}"]
        code, said = await types(settings, "topics", "create")
        assert code == 0, said
        async with _running(settings, folder / "processes.log", outside) as system:
            yield system


@asynccontextmanager
async def _running(settings: dict[str, str], log: Path, outside: HttpsOutside) -> AsyncIterator[InEarnest]:
    processes = [Forked(("tests.read_anew", "deploy", name), settings, log) for name in ("worker", "gateway")]
    tls = ssl.create_default_context(cafile=settings["SSL_CERT_FILE"])
    try:
        await wait_for_answer(processes[1], f"http://{HOST}:{outside.http}/healthz", log)
        async with aiohttp.ClientSession() as http:
            yield InEarnest(outside, http, tls)
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            # What it still asks goes through the servers of this loop.
            await asyncio.to_thread(end, process)
    assert _said_in(log) == []


def _said_in(log: Path) -> list[str]:
    """Name the secrets that stand in the log."""
    written = log.read_text()
    return [secret for secret in (PASSWORD, APP_SECRET, SECRET, *SECRETS) if secret in written]


async def _connects(system: InEarnest, person: Walk) -> None:
    """Connect the company: nothing but its name is read before the yes."""
    await person.choose_company(REALM, COMPANY)
    assert set(await system.calls_to_the_company()) == {f"/v3/company/{REALM}/companyinfo/{REALM}"}
    await person.say_yes(REALM, COMPANY)

    async def listed() -> bool:
        found = (await system.api(MANAGER, "GET", "/connection")).body
        return bool(found["status"] == "connected" and found["listed"])

    await until(listed, "both sides are listed")


async def _looks_on(system: InEarnest, viewer: Walk, client: str) -> None:
    """See everything, and be let change nothing: neither by a page, nor by its form, nor by the API."""
    await viewer.sees(client, "Synced")
    for path in ("/connect", "/disconnect"):
        await viewer.may_not_send(f"/firms/{FIRM}{path}")
    for action in ("match", "unmatch", "restore"):
        path = f"/clients/{client}/{action}"
        await viewer.may_not_send(f"/api/v1/firms/{FIRM}{path}")
        assert (await system.api(VIEWER, "POST", path, {})).status == 403
    assert (await system.api(VIEWER, "DELETE", "/connection")).status == 403
    assert (await system.api(VIEWER, "GET", f"/clients/{client}")).body["link"]["status"] == "synced"


async def _disconnects(system: InEarnest, person: Walk) -> None:
    """Disconnect; the tokens are ended at Intuit."""
    await person.disconnect()

    async def revoked() -> bool:
        return any(
            each["path"] == "/v2/oauth2/tokens/revoke" and each["status"] == 200
            for each in await system.asked_of_quickbooks()
        )

    await until(revoked, "the tokens are ended at Intuit")
    assert (await system.api(MANAGER, "GET", "/connection")).body["status"] == "disconnected"


@pytest.fixture
def database(postgres: str) -> Iterator[str]:
    """An empty PostgreSQL database."""
    with fresh_database(postgres) as address:
        yield address


async def test_a_manager_connects_matches_undoes_and_disconnects(database: str, tmp_path: Path) -> None:
    """And a viewer, by the same issuer, can do nothing of it."""
    async with started(tmp_path, database) as system:
        outside = system.outside
        await system.control(outside.canopy, "POST", "firms", {"firm_id": FIRM})
        realm = {"realm_id": REALM, "company_name": COMPANY}
        await system.control(outside.quickbooks, "POST", "realms", realm)
        customer = {"DisplayName": "Gallagher, Fiona"}
        await system.control(outside.quickbooks, "POST", f"realms/{REALM}/customers", customer)
        async with chromium() as browser, walk(browser, outside) as manager, walk(browser, outside) as viewer:
            await manager.sign_in(MANAGER)
            await _connects(system, manager)
            client = await system.add_client("Fiona Gallagher")

            async def known() -> bool:
                return (await system.link(client)).get("status") == "not_synced"

            await until(known, "the client's event is decided")
            await manager.match(client, "Gallagher, Fiona")
            await viewer.sign_in(VIEWER)
            await _looks_on(system, viewer, client)
            await manager.unmatch_and_undo(client)
            await _disconnects(system, manager)

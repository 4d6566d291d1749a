"""One command, with the sign-in of a start in earnest, at an issuer that stands in; and what docs/operations.md types there."""

import json
from collections.abc import Iterator
from pathlib import Path

import aiohttp
import pytest

from deploy.kafka.ports import free_port
from tests.integration.up.commands import environment, free_ports
from tests.integration.up.running_up import Up, running
from tests.oidc_issuer import chosen
from tests.runbook import Walk


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory, jars: Path) -> Iterator[Up]:
    """A run where people sign in at the stand-in."""
    ports = free_ports() | {"OIDC_PORT": free_port()}
    with running(tmp_path_factory.mktemp("up"), ports, jars, SANDBOX_ISSUER="true") as it:
        yield it


async def test_people_sign_in_at_the_issuer_and_see_the_sample_firm(up: Up) -> None:
    """It is loaded by a token of the issuer; the sandbox's own are nobody's; who has no role is not let in."""
    at = f"http://127.0.0.1:{up.ports['HTTP_PORT']}"
    clients = f"{at}/api/v1/firms/f-1/clients"
    jar = aiohttp.CookieJar(unsafe=True)  # of an address that is no name
    async with aiohttp.ClientSession(cookie_jar=jar) as browser:

        async def signs_in(sub: str) -> tuple[int, str]:
            async with browser.get(f"{at}/sign-in/begin?next=/firms/f-1", allow_redirects=False) as answer:
                address = answer.headers["Location"]
            assert address.startswith(f"http://127.0.0.1:{up.ports['OIDC_PORT']}/authorize?")
            async with browser.get(await chosen(browser, address, sub)) as answer:
                return answer.status, await answer.text()

        status, page = await signs_in("nora")
        assert (status, 'data-code="no_role"' in page) == (403, True)
        status, _ = await signs_in("vera")
        assert status == 200
        async with browser.get(clients) as answer:
            counts = (await answer.json())["counts"]
        assert (sum(counts.values()), counts["synced"]) == (40, 25)
    assert await _status(clients, "dev-manager") == 401


async def test_what_the_page_types_does_as_it_says(up: Up, tmp_path: Path) -> None:
    """The token opens the API, before and after a change of keys; people come, and the issuer goes."""
    clients = f"http://127.0.0.1:{up.ports['HTTP_PORT']}/api/v1/firms/f-1/clients"
    issuer = str(up.ports["OIDC_PORT"])
    with Walk("With an issuer that stands in", {"8083": issuer}, environment(tmp_path), tmp_path) as walk:
        token = (await walk.types("curl -sSf -u")).strip()
        assert await _status(clients, token) == 200
        assert len(json.loads(await walk.types("curl -sSf -X POST"))["keys"]) == 2
        assert await _status(clients, token) == 200
        assert json.loads(await walk.types("curl -sSf -X POST"))["people"][-1]["sub"] == "kim"
        assert json.loads(await walk.types("curl -sSf -X POST"))["habits"]["down"]
        assert await _status(f"http://127.0.0.1:{issuer}/keys", token) == 503


def test_with_an_issuer_of_ones_own_it_starts_without_the_sample_firm(tmp_path: Path, jars: Path) -> None:
    """Nobody here has a token of it."""
    app = {
        "OIDC_ISSUER": f"http://127.0.0.1:{free_port()}",
        "OIDC_CLIENT_ID": "ours",
        "OIDC_CLIENT_SECRET": "s",
    }
    with running(tmp_path, free_ports(), jars, **app) as it:
        assert "No sample firm" in it.output
        assert it.get("/readyz")


async def _status(address: str, token: str) -> int:
    asked = {"Authorization": f"Bearer {token}"}
    async with aiohttp.ClientSession() as program, program.get(address, headers=asked) as answer:
        return answer.status

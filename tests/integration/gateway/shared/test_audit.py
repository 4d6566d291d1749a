"""All that was decided, by the API: the same lines as at a terminal, for those who may have them, within bounds."""

import asyncio

import pytest

from adapters.store import audit as stored
from adapters.web.api import audit
from tests import commands
from tests.integration.gateway.conftest import Running
from tests.integration.gateway.firm import Firm


async def happened(gateway: Running, firm: Firm) -> str:
    """Something is decided about three clients, in which a name would steer a terminal; gives the position behind it."""
    at = await gateway.log.decide(firm.connected(), code="connect")
    for n, name in enumerate(("Fiona", "Ada \x1b[2J", "Zoë"), 1):
        at = await gateway.log.decide(firm.client_row(f"c-{n}", name))
    return at


async def exported(gateway: Running, firm: Firm, at: str, query: str = "") -> bytes:
    """Ask for it as a manager."""
    headers = {"Authorization": "Bearer dev-manager", "Sync-Position": at}
    async with gateway.http.get(f"{firm.api}/audit{query}", headers=headers) as answer:
        assert (answer.status, answer.content_type) == (200, "application/jsonl")
        return await answer.read()


@pytest.mark.parametrize("client", [None, "c-2"])
async def test_it_answers_the_bytes_that_the_command_writes(
    gateway: Running, firm: Firm, monkeypatch: pytest.MonkeyPatch, client: str | None
) -> None:
    """Page by page, however long it is."""
    monkeypatch.setattr(stored, "AT_ONCE", 2)
    at = await happened(gateway, firm)
    answered = await exported(gateway, firm, at, f"?client={client}" if client else "")

    words = ("audit", "export", "--firm", firm.id, *(("--client", client) if client else ()))
    where = {"CLIENT_SYNC_DATABASE_URL": gateway.settings.database}
    told = await asyncio.to_thread(commands.run, words, where)
    assert told.returncode == 0
    assert answered == told.stdout
    assert answered.count(b"\n") == (1 if client else 4)
    assert b"\x1b" not in answered


async def test_who_may_not_have_it_and_what_is_not_there_is_said(gateway: Running, firm: Firm) -> None:
    """Viewers see a timeline at a time."""
    at = await happened(gateway, firm)
    asked = [
        ("dev-viewer", "", 403, "role_too_low"),
        ("dev-manager", "?client=nobody", 404, "nothing_decided"),
        ("dev-manager", "?client=%00", 404, "client_unknown"),
    ]
    for token, query, status, code in asked:
        answer, problem = await gateway.ask("GET", f"{firm.api}/audit{query}", token=token, Sync_Position=at)
        assert (answer.status, problem["code"]) == (status, code)


@pytest.mark.parametrize(("bound", "status"), [("MOST_OF_A_PERSON", 429), ("MOST_EXPORTS", 503)])
async def test_more_at_once_are_told_to_wait(
    gateway: Running, firm: Firm, monkeypatch: pytest.MonkeyPatch, bound: str, status: int
) -> None:
    """Each reads a whole history. Once one is done there is room again."""
    at = await happened(gateway, firm)
    monkeypatch.setattr(audit, bound, 0)
    answer, problem = await gateway.ask("GET", f"{firm.api}/audit", Sync_Position=at)
    assert (answer.status, problem["code"]) == (status, "too_many_exports")
    assert answer.headers["Retry-After"] == "30"

    monkeypatch.setattr(audit, bound, 1)
    for _ in range(3):
        assert await exported(gateway, firm, at)

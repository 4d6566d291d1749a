"""What a client's page shows of a long history is read, and the rest is not: it opens as quickly as one with a short one."""

import re

from sqlalchemy import update

from adapters.store.database import Database
from adapters.store.kept_tables import history
from domain.decision import Change
from domain.fields import Field
from domain.ids import ClientId, RowKey, link_key
from domain.rows import LinkStatus
from tests.integration.gateway.conftest import Running
from tests.integration.gateway.firm import Firm

MATCH_LINES = 20
"""A match that was put off, and said what it writes in two of its lines."""

EDITS = 150
SHOWN = 50
NEAR = 50
"""So few lines after the end of the match may be read with it."""


async def test_what_is_not_shown_is_not_read(gateway: Running, firm: Firm) -> None:
    """What the match replaced is told all the same, from its own lines."""
    await gateway.log.decide(firm.connected(), code="connect")
    await gateway.log.decide(firm.customer_row("58", "Ada Roe", email="new@example.com"))
    key = link_key(firm.id, ClientId("c-1"))
    wrote = {1: _wrote(key, "old", "other"), MATCH_LINES - 2: _wrote(key, "other", "new@example.com")}
    for version in range(1, MATCH_LINES + EDITS):
        is_match = version < MATCH_LINES
        row = firm.synced_row(
            "c-1",
            "Ada Roe",
            "58",
            version=version,
            status=LinkStatus.MATCHING if is_match else LinkStatus.SYNCED,
        )
        at = await gateway.log.decide(
            row,
            code="match" if version == 1 else "deferred" if is_match else "client_edited",
            changes=(wrote[version],) if version in wrote else (),
        )
    await gateway.ask("GET", f"{firm.api}/connection", Sync_Position=at)
    before = await _page(gateway, firm)
    assert "The match replaced email in QuickBooks" in before

    lines = history.c
    untold = (MATCH_LINES + NEAR, MATCH_LINES + EDITS - SHOWN - 2)
    database = Database(gateway.settings.database)
    async with database.write() as connection:
        gone = update(history).where(lines.row_key == key, lines.version.between(*untold))
        emptied = await connection.execute(gone.values(row="can't be read"))
    await database.close()
    assert emptied.rowcount == EDITS - SHOWN - NEAR - 1

    assert await _page(gateway, firm) == before


async def _page(gateway: Running, firm: Firm) -> str:
    headers = {"Authorization": "Bearer dev-manager"}
    async with gateway.http.get(f"/firms/{firm.id}/clients/c-1", headers=headers) as answer:
        assert answer.status == 200, await answer.text()
        return re.sub(r"\s+", " ", await answer.text())


def _wrote(key: RowKey, before: str, after: str) -> Change:
    return Change(key=key, what="sent", side="quickbooks", field=Field.EMAIL, before=before, after=after)

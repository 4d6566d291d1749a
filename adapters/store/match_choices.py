"""What people have chosen for the rows of a firm's two lists, on the way to a batch; everybody of the firm sees the same."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import delete, select

from adapters.store.database import Database
from adapters.store.kept_tables import match_choices
from adapters.store.upsert import insert_or_replace
from domain.ids import FirmId
from domain.matching.choices import Choice


class MatchChoices:
    """The queries."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, firm: FirmId) -> Mapping[str, Choice]:
        """Give a firm's choices, each by the name of its row."""
        known = match_choices.c
        wanted = select(match_choices).where(known.firm_id == firm).order_by(known.row)
        async with self._database.read() as connection:
            found = (await connection.execute(wanted)).mappings().all()
        return {
            each["row"]: Choice(**{name: each[name] for name in each if name not in ("firm_id", "row")})
            for each in found
        }

    async def put(self, firm: FirmId, choices: Sequence[Choice], *, by: str, at: datetime) -> None:
        """Keep choices; of one row the last counts."""
        rows = {
            each.row: {
                "firm_id": firm,
                "row": each.row,
                "do": each.do,
                "client_id": each.client_id,
                "customer_id": each.customer_id,
                "link_version": each.link_version,
                "customer_sync_token": each.customer_sync_token,
                "chosen_by": by,
                "chosen_at": at,
            }
            for each in choices
        }
        async with self._database.write() as connection:
            await insert_or_replace(connection, match_choices, list(rows.values()))

    async def forget(self, firm: FirmId, rows: Sequence[str]) -> None:
        """Let rows stand as if nothing had been chosen for them."""
        known = match_choices.c
        async with self._database.write() as connection:
            for row in rows:
                this = delete(match_choices).where(known.firm_id == firm, known.row == row)
                await connection.execute(this)

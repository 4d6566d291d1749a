"""How a firm's settings were changed: what each change found, and what it left. `history` alone tells it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.store.activity import act, acts_of
from adapters.store.cursors import cursor_of, place_key
from adapters.store.database import Database
from adapters.store.kept_tables import history
from adapters.store.row_json import firm_row
from adapters.store.views import FirmAct
from domain.acts import ActFilter
from domain.codes import IntentCode
from domain.decision import Verdict
from domain.firm_rows import FirmRow
from domain.ids import FirmId
from domain.points import Place
from domain.settings import Settings

PAGE = 50
CHANGED: IntentCode = "settings"
"""The code of a decision that changes them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsChange:
    """One change: `before` as it found them, `after` as it left them."""

    act: FirmAct
    before: Settings
    after: Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsChanges:
    """Changes, the newest first. `cursor` None: there are no older ones."""

    changes: tuple[SettingsChange, ...]
    cursor: str | None


class SettingsHistory:
    """The queries."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def page(self, firm: FirmId, *, cursor: str | None = None, limit: int = PAGE) -> SettingsChanges:
        """List a firm's changes."""
        lines = history.c
        query = _changes(firm)
        if cursor is not None:
            partition, offset = place_key(cursor)
            query = query.where(lines.partition == partition, lines.offset < offset)
        query = query.order_by(lines.offset.desc()).limit(limit + 1)
        async with self._database.read() as connection:
            found = (await connection.execute(query)).mappings().all()
            acts = [act(line) for line in found[:limit]]
            changes = tuple([await _change(connection, each) for each in acts])
        last = acts[-1] if len(found) > limit else None
        return SettingsChanges(
            changes=changes, cursor=cursor_of(last.partition, last.offset) if last is not None else None
        )

    async def one(self, firm: FirmId, place: Place) -> SettingsChange | None:
        """Give the change at a place of the log; None: the firm's settings were not changed there."""
        lines = history.c
        query = _changes(firm).where(lines.partition == place.partition, lines.offset == place.offset)
        async with self._database.read() as connection:
            found = (await connection.execute(query)).mappings().one_or_none()
            return await _change(connection, act(found)) if found is not None else None

    async def of_acts(self, acts: Iterable[FirmAct]) -> Mapping[Place, SettingsChange]:
        """Give those of some acts that changed settings, by place."""
        changed = [each for each in acts if (each.code, each.verdict) == (CHANGED, Verdict.APPLIED)]
        if not changed:
            return {}
        async with self._database.read() as connection:
            return {Place(each.partition, each.offset): await _change(connection, each) for each in changed}


def _changes(firm: FirmId) -> Select[Any]:
    lines = history.c
    query = acts_of(firm, ActFilter(kind=CHANGED)).add_columns(lines.changes)
    return query.where(lines.verdict == Verdict.APPLIED.value)


async def _change(connection: AsyncConnection, changed: FirmAct) -> SettingsChange:
    """Look up what a change found: the firm's row as the decision before left it."""
    lines, row = history.c, changed.row
    if not isinstance(row, FirmRow):
        raise TypeError(f"a change of settings left a {row.kind} row")
    older = select(lines.row).where(
        lines.row_key == row.key, lines.partition == changed.partition, lines.offset < changed.offset
    )
    before = await connection.scalar(older.order_by(lines.offset.desc()).limit(1))
    # A firm has what is given by default until somebody changes it.
    found = firm_row(before).settings if before is not None else Settings()
    return SettingsChange(act=changed, before=found, after=row.settings)

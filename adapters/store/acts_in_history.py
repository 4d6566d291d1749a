"""Acts about one link in its history, the newest first, and what they found: what an undo of one begins with."""

from typing import Any

from sqlalchemy import Select, false, select
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.store.kept_tables import history
from domain.codes import IntentCode
from domain.decision import Verdict
from domain.ids import RowKey

LARGEST_VERSION = 2**31 - 1
"""What the column of versions holds."""


def acts_about(key: RowKey, code: IntentCode, version: int | None = None) -> Select[Any]:
    """Look for what was done about a link; `version`: the one that it left, of those alone."""
    lines = history.c
    wanted = (
        select(history)
        .where(lines.row_key == key, lines.code == code, lines.verdict == Verdict.APPLIED.value)
        .order_by(lines.partition.desc(), lines.offset.desc())
    )
    if version is None:
        return wanted
    # PostgreSQL would call a larger one a fault.
    return wanted.where(lines.version == version if version <= LARGEST_VERSION else false())


async def row_before(connection: AsyncConnection, line: Any, key: RowKey) -> str | None:
    """Read a row as an act found it; None: there was none. `line`: the act's."""
    lines = history.c
    wanted = select(lines.row).where(
        lines.row_key == key, lines.partition == line.partition, lines.offset < line.offset
    )
    row: str | None = await connection.scalar(wanted.order_by(lines.offset.desc()).limit(1))
    return row

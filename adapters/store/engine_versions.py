"""Which versions of the program have decided in a firm, as far as `history` knows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select

from adapters.store.database import Database
from adapters.store.kept_tables import history
from domain.ids import EngineVersion, FirmId


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionSeen:
    """A version, and the times of the first and the last input that it decided in the firm."""

    engine: EngineVersion
    first: datetime
    last: datetime


class EngineVersions:
    """The query."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, firm: FirmId) -> Sequence[VersionSeen]:
        """Name them, the one that decided last first. Of lines from before versions were kept there is none."""
        async with self._database.read() as connection:
            found = (await connection.execute(_versions(firm))).all()
        seen = [VersionSeen(engine=engine, first=first, last=last) for engine, first, last in found]
        return sorted(seen, key=lambda each: (each.last, each.first, each.engine), reverse=True)


def _versions(firm: FirmId) -> Select[Any]:
    """Go from one version to the next in the index, so that it takes as long as there are versions, however many their decisions."""
    lines = history.c
    least = select(func.min(lines.engine).label("engine")).where(lines.firm_id == firm)
    known = least.where(lines.engine.is_not(None)).cte("versions", recursive=True)
    following = least.where(lines.engine > known.c.engine).scalar_subquery()
    versions = known.union_all(select(following).where(known.c.engine.is_not(None)))
    of_it = (lines.firm_id == firm, lines.engine == versions.c.engine)
    first, last = (select(end(lines.time)).where(*of_it).scalar_subquery() for end in (func.min, func.max))
    return select(versions.c.engine, first, last).where(versions.c.engine.is_not(None))

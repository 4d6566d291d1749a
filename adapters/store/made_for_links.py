"""Whether the customer or the client of a link was made for it by us, as its history tells: a row does not remember it."""

from sqlalchemy import select

from adapters.store.database import Database
from adapters.store.kept_tables import history
from adapters.store.reading import reading
from adapters.store.row_json import link_row
from domain.creates import Made, made_by
from domain.rows import LinkRow


class MadeForLinks:
    """The query."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, link: LinkRow) -> Made | None:
        """Say which of the two was made when they were linked; None: neither, or its history is gone."""
        if link.customer_id is None or link.since is None:
            return None
        lines = history.c
        # A link stands since the decision that brought it there.
        wanted = (
            select(lines.partition, lines.offset, lines.code, lines.row)
            .where(lines.row_key == link.key, lines.time == link.since)
            .order_by(lines.partition.desc(), lines.offset.desc())
        )
        async with reading(self._database) as connection:
            found = (await connection.execute(wanted.limit(1))).one_or_none()
            if found is None:
                return None
            older = select(lines.row).where(
                lines.row_key == link.key,
                lines.partition == found.partition,
                lines.offset < found.offset,
            )
            before = await connection.scalar(older.order_by(lines.offset.desc()).limit(1))
        return made_by(found.code, link_row(before) if before is not None else None, link_row(found.row))

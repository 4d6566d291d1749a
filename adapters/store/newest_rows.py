"""What `history` knows of rows where the log is gone, and how it makes room for the log that follows."""

from collections.abc import AsyncIterator

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.store.database import Database
from adapters.store.kept_tables import history

PAGE = 500


async def newest_rows(database: Database, partition: int) -> AsyncIterator[tuple[str, int, str]]:
    """Give the newest row of each key of a partition: key, offset, JSON."""
    lines, newer = history.c, history.alias("newer").c
    newest = select(func.max(newer.offset)).where(
        newer.row_key == lines.row_key, newer.partition == lines.partition
    )
    wanted = select(lines.row_key, lines.offset, lines.row).where(
        lines.partition == partition, lines.offset == newest.scalar_subquery()
    )
    after = ""
    while True:
        page = wanted.where(lines.row_key > after).order_by(lines.row_key).limit(PAGE)
        async with database.read() as connection:
            found = (await connection.execute(page)).all()
        for line in found:
            yield line.row_key, line.offset, line.row
        if len(found) < PAGE:
            return
        after = found[-1].row_key


async def leave_offsets_to_another_log(connection: AsyncConnection) -> None:
    """Move all lines before offset 0, in their order: the log that follows has the same offsets for other decisions."""
    lines = history.c
    bounds = select(lines.partition, func.min(lines.offset), func.max(lines.offset)).group_by(lines.partition)
    for partition, first, last in (await connection.execute(bounds)).all():
        if last >= 0:
            # By so much that none comes to lie where another has yet to be moved from.
            by = max(last + 1, last - first + 1)
            these = update(history).where(lines.partition == partition)
            await connection.execute(these.values(offset=lines.offset - by))

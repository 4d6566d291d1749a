"""Which version of its client each link had when somebody looked at it: a batch keeps the link's version, and history the rest."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select, tuple_

from adapters.store.database import Database
from adapters.store.kept_tables import history
from adapters.store.reading import reading
from adapters.store.row_json import link_row
from domain.ids import ClientId, FirmId, link_key

AT_ONCE = 400


class ClientsSeen:
    """The query."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def versions(self, firm: FirmId, links: Sequence[tuple[ClientId, int]]) -> Mapping[ClientId, int]:
        """Give the version of each client in the record of its link that has this version; of one that is not kept, nothing."""
        found: dict[ClientId, int] = {}
        async with reading(self._database) as connection:
            for first in range(0, len(links), AT_ONCE):
                named = [
                    (link_key(firm, client), version) for client, version in links[first : first + AT_ONCE]
                ]
                lines = history.c
                # By key as well: by pairs alone, SQLite would use no index.
                wanted = select(lines.row).where(
                    lines.row_key.in_([key for key, _ in named]),
                    tuple_(lines.row_key, lines.version).in_(named),
                )
                for row in map(link_row, await connection.scalars(wanted)):
                    if row.client is not None:
                        found[row.client_id] = row.client.version
        return found

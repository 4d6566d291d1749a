"""All decisions of a firm or of one client, in the order in which they were made, for who checks them without us.

What a line holds is a contract: docs/audit.md.
"""

from collections.abc import AsyncIterator, Sequence
from typing import Any

from sqlalchemy import select, tuple_

from adapters.store.database import Database
from adapters.store.kept_tables import history
from adapters.store.row_json import any_row
from domain.firm_rows import AllFirmsRow, FirmRow
from domain.ids import ClientId, FirmId, link_key
from domain.rows import CustomerRow, LinkRow, Row

AT_ONCE = 500

AuditLine = dict[str, Any]


class Audit:
    """The query; `history` keeps all that was ever shown."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def pages(self, firm: FirmId, client: ClientId | None = None) -> AsyncIterator[Sequence[AuditLine]]:
        """Give them a few hundred at a time; none of them is empty. Nothing of the database is held in between."""
        known = history.c
        place = tuple_(known.partition, known.offset)
        wanted = select(history).where(known.firm_id == firm)
        if client is not None:
            wanted = wanted.where(known.row_key == link_key(firm, client))
        wanted = wanted.order_by(known.partition, known.offset).limit(AT_ONCE)
        after = None
        while True:
            query = wanted if after is None else wanted.where(place > after)
            async with self._database.read() as connection:
                found = (await connection.execute(query)).mappings().all()
            if found:
                yield [_line(line) for line in found]
            if len(found) < AT_ONCE:
                return
            after = tuple_(found[-1]["partition"], found[-1]["offset"])


def _line(line: Any) -> AuditLine:
    kind, id_, state = _state(any_row(line["row_key"], line["row"]))
    return {
        "position": f"p{line['partition']}:{line['offset']}",
        "time": line["time"].isoformat(),
        "firm": line["firm_id"],
        "row": kind,
        "id": id_,
        "version": line["version"],
        "verdict": line["verdict"],
        "code": line["code"],
        "actor": line["actor"],
        "reason": line["reason"],
        "batch": line["batch"],
        "engine": line["engine"],
        "input": f"{line['input_topic']}/{line['input_id']}",
        "facts": line["facts"],
        "changes": [{name: each[name] for name in each if name != "key"} for each in line["changes"]],
        "state": state,
    }


def _state(row: Row) -> tuple[str, str, dict[str, Any]]:
    """Say what row it is, and how it stands after the decision, without values."""
    match row:
        case LinkRow():
            reason = row.reason.value if row.reason is not None else None
            version = row.client.version if row.client is not None else None
            return (
                "link",
                row.client_id,
                {
                    "status": row.status.value,
                    "reason": reason,
                    "customer_id": row.customer_id,
                    "client_version": version,
                    "erased_at": row.erased.at.isoformat() if row.erased is not None else None,
                },
            )
        case CustomerRow():
            seen = row.customer
            return (
                "customer",
                row.customer_id,
                {
                    "sync_token": seen.sync_token if seen is not None else None,
                    "active": seen.active if seen is not None else None,
                    "merged_into": row.merged_into,
                    "erased_at": row.erased.at.isoformat() if row.erased is not None else None,
                },
            )
        case FirmRow():
            realm = row.connection.realm_id if row.connection is not None else None
            return (
                "firm",
                row.firm_id,
                {"realm_id": realm, "connected": row.is_connected, "paused": row.paused is not None},
            )
        case AllFirmsRow():
            return "all", str(row.partition), {"paused": row.paused is not None}

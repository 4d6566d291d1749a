"""The firms' clients: add, edit, archive, restore, delete. Each change has its event in the same transaction."""

from dataclasses import dataclass

import orjson

from deploy.sandbox.canopy.fields import EMPTY, Json
from deploy.sandbox.canopy.outbox import Change, Origin, Outbox
from deploy.sandbox.canopy.problems import Problem
from deploy.sandbox.clock import iso_milliseconds, utc_now
from deploy.sandbox.state import State

SCHEMA = """
CREATE TABLE IF NOT EXISTS firms (
    firm TEXT PRIMARY KEY, name TEXT NOT NULL, last_number INTEGER NOT NULL DEFAULT 1000
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS clients (
    firm TEXT NOT NULL, id TEXT NOT NULL, number INTEGER NOT NULL, archived INTEGER NOT NULL DEFAULT 0,
    deleted INTEGER NOT NULL DEFAULT 0, data TEXT NOT NULL, PRIMARY KEY (firm, id)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS clients_in_order ON clients (firm, number, id);
"""
ORDER_OF_OTHER_IDS = 0


@dataclass(slots=True)
class Clients:
    """All firms' clients. A client is kept as HTTP shows it; a deleted one keeps its id from being used again."""

    state: State
    outbox: Outbox

    def __post_init__(self) -> None:
        self.state.define(SCHEMA)

    def open_firm(self, firm: str, name: str) -> bool:
        """Make a firm; one that exists stays as it is. Returns whether it is new."""
        if self.has_firm(firm):
            return False
        self.state.write("INSERT INTO firms (firm, name) VALUES (?, ?)", firm, name)
        return True

    def has_firm(self, firm: str) -> bool:
        """Say whether there is such a firm."""
        return bool(self.state.rows("SELECT 1 FROM firms WHERE firm = ?", firm))

    def find(self, firm: str, client_id: str) -> Json:
        """Read a client, archived or not.

        Raises:
            Problem: 404 `client_not_found`.
        """
        rows = self.state.rows(
            "SELECT * FROM clients WHERE firm = ? AND id = ? AND NOT deleted", firm, client_id
        )
        if not rows:
            raise Problem(404, "client_not_found", f"There is no client {client_id}.")
        return _client(rows[0]["data"], archived=rows[0]["archived"])

    def page(self, firm: str, after: str | None, limit: int, *, archived: bool = False) -> list[Json]:
        """List clients in the order of their ids (numbers as numbers), from the one after an id."""
        rows = self.state.rows(
            "SELECT data, archived FROM clients WHERE firm = ? AND NOT deleted AND archived <= ?"
            " AND (number, id) > (?, ?) ORDER BY number, id LIMIT ?",
            firm,
            int(archived),
            -1 if after is None else _number(after),
            after or "",
            limit,
        )
        return [_client(row["data"], archived=row["archived"]) for row in rows]

    def add(
        self,
        firm: str,
        values: Json,
        origin: Origin | None,
        *,
        client_id: str | None = None,
        sync: bool | None = None,
        created: str | None = None,
    ) -> Json:
        """Add a client of checked values; without an origin nobody is told. `created`: the sample's own.

        Raises:
            Problem: 422 `display_name_required`, 409 `client_exists`.
        """
        if not values.get("display_name"):
            raise Problem(422, "display_name_required", "A client has a display name.")
        if client_id is None:
            client_id = self._next_id(firm)
        elif self.state.rows("SELECT 1 FROM clients WHERE firm = ? AND id = ?", firm, client_id):
            raise Problem(409, "client_exists", f"There is, or was, a client {client_id}.")
        now = created or iso_milliseconds(utc_now())
        client = {
            "client_id": client_id,
            "version": 1,
            **EMPTY,
            **values,
            "created_at": now,
            "updated_at": now,
        }
        self.state.write(
            "INSERT INTO clients (firm, id, number, data) VALUES (?, ?, ?, ?)",
            firm,
            client_id,
            _number(client_id),
            orjson.dumps(client).decode(),
        )
        if origin is not None:
            self.outbox.put(firm, Change.CREATED, client, origin, sync=sync)
        return {**client, "archived": False}

    def edit(self, firm: str, client_id: str, values: Json, origin: Origin) -> tuple[Json, bool]:
        """Change the given fields; says whether anything differs. If nothing does, nobody is told.

        Raises:
            Problem: 409 `client_archived`, 422 `type_is_fixed` (Canopy, FAQ: Clients: it must be made again).
        """
        before = self.find(firm, client_id)
        if before["archived"]:
            raise Problem(409, "client_archived", "Restore the client before editing it.")
        if values.get("type", before["type"]) != before["type"]:
            raise Problem(422, "type_is_fixed", "An individual stays an individual, a business a business.")
        if all(before[name] == value for name, value in values.items()):
            return before, False
        return self._change(firm, before, Change.EDITED, origin, values=values), True

    def archive(self, firm: str, client_id: str, origin: Origin, *, archived: bool) -> tuple[Json, bool]:
        """Take a client out of the list, or put it back; says whether it was not there already."""
        before = self.find(firm, client_id)
        if before["archived"] is archived:
            return before, False
        change = Change.ARCHIVED if archived else Change.RESTORED
        return self._change(firm, before, change, origin, archived=archived), True

    def delete(self, firm: str, client_id: str, origin: Origin) -> None:
        """Delete a client for good."""
        self._change(firm, self.find(firm, client_id), Change.DELETED, origin)

    def back_up(self, firm: str) -> list[Json]:
        """Take a backup of a firm's clients, deleted ones too."""
        rows = self.state.rows("SELECT * FROM clients WHERE firm = ?", firm)
        return [dict(row) for row in rows]

    def put_back(self, firm: str, backup: list[Json]) -> None:
        """Have just the clients of a backup, in its versions; nobody is told. Inside a transaction."""
        self.state.write("DELETE FROM clients WHERE firm = ?", firm)
        for row in backup:
            self.state.write(
                "INSERT INTO clients (firm, id, number, archived, deleted, data) VALUES (?, ?, ?, ?, ?, ?)",
                *(row[name] for name in ("firm", "id", "number", "archived", "deleted", "data")),
            )

    def _change(
        self,
        firm: str,
        before: Json,
        change: Change,
        origin: Origin,
        *,
        values: Json | None = None,
        archived: bool | None = None,
    ) -> Json:
        client = {
            **before,
            **(values or {}),
            "version": before["version"] + 1,
            "updated_at": iso_milliseconds(utc_now()),
        }
        kept_archived = client.pop("archived") if archived is None else archived
        client.pop("archived", None)
        self.state.write(
            "UPDATE clients SET data = ?, archived = ?, deleted = ? WHERE firm = ? AND id = ?",
            orjson.dumps(client).decode(),
            kept_archived,
            change is Change.DELETED,
            firm,
            client["client_id"],
        )
        self.outbox.put(firm, change, client, origin)
        return {**client, "archived": kept_archived}

    def _next_id(self, firm: str) -> str:
        while True:
            ((number,),) = self.state.rows(
                "UPDATE firms SET last_number = last_number + 1 WHERE firm = ? RETURNING last_number", firm
            )
            if not self.state.rows("SELECT 1 FROM clients WHERE firm = ? AND id = ?", firm, f"c-{number}"):
                return f"c-{number}"


def _client(data: str, *, archived: int) -> Json:
    client: Json = orjson.loads(data)
    return {**client, "archived": bool(archived)}


def _number(client_id: str) -> int:
    digits = client_id.removeprefix("c-")
    return int(digits) if digits.isdecimal() else ORDER_OF_OTHER_IDS

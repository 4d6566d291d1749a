"""A model of one firm's clients in Canopy: versions, If-Match, Idempotency-Key, and an event for every change."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from domain.effects import CreateClient, UpdateClient
from domain.fields import Field, Value, Values
from domain.ids import ClientId, FirmId
from domain.outcomes import ClientGone, ClientMoved, ClientSaved, ClientsListed
from domain.snapshots import Client
from tests.simulation.habits import Habits

PAGE = 100

Happened = Literal["created", "edited", "archived", "restored", "deleted"]
Committed = Callable[[CreateClient | UpdateClient, Client | None, Client], None]
Emit = Callable[[Client, Happened, bool | None, str | None], None]


@dataclass(slots=True)
class Canopy:
    """Clients by id. `committed` and `emit` are told what was done; `emit` also by which request of ours."""

    firm: FirmId
    clock: Callable[[], datetime]
    committed: Committed
    emit: Emit
    habits: Habits
    clients: dict[ClientId, Client] = field(default_factory=dict)
    answered: dict[str, ClientSaved] = field(default_factory=dict)
    history: dict[tuple[ClientId, Field], list[tuple[int, Value]]] = field(default_factory=dict)
    past: dict[ClientId, list[Client]] = field(default_factory=dict)

    # ---- people at work

    def add(self, values: Values, toggle: bool | None, name: str) -> Client:
        """A person adds a client."""
        client = self._add(values, name)
        self.emit(client, "created", toggle, None)
        return client

    def edit(self, client: ClientId, values: Values) -> Client:
        """A person edits a client."""
        changed = self._change(client, values)
        self.emit(changed, "edited", None, None)
        return changed

    def put_away(self, client: ClientId, happened: Happened) -> Client:
        """A person archives, restores or deletes a client."""
        presence: Literal["present", "archived", "deleted"] = "present"
        if happened in ("archived", "deleted"):
            presence = "archived" if happened == "archived" else "deleted"
        before = self.clients[client]
        after = self._keep(
            replace(before, version=before.version + 1, presence=presence, changed_at=self.clock())
        )
        self.emit(after, happened, None, None)
        return after

    def go_back(self, client: ClientId, to: Client) -> None:
        """A backup is restored: a client is as it was, by version and time too, and nobody is told."""
        self.clients[client] = to
        self.past[client] = [each for each in self.past[client] if each.version <= to.version]

    # ---- what the port asks

    def add_client(self, _firm: FirmId, effect: CreateClient) -> ClientSaved:
        """Answer a create, the same again for the same Idempotency-Key."""
        if effect.id not in self.answered:
            client = self._add(effect.values, f"c-{effect.id[:6]}")
            self.answered[effect.id] = ClientSaved(client=client)
            self.committed(effect, None, client)
            self.emit(client, "created", None, effect.id)
        return self.answered[effect.id]

    def update_client(self, _firm: FirmId, effect: UpdateClient) -> ClientSaved | ClientMoved | ClientGone:
        """Answer a change, the same again for the same Idempotency-Key."""
        if effect.id in self.answered:
            return self.answered[effect.id]
        before = self.clients[effect.client_id]
        if before.presence == "deleted":
            return ClientGone(client_id=effect.client_id)
        if before.version != effect.client_version:
            return ClientMoved(client=before)
        after = self._change(
            effect.client_id, self.habits.kept(effect.id, effect.values, single_fields=False)
        )
        self.answered[effect.id] = ClientSaved(client=after)
        self.committed(effect, before, after)
        self.emit(after, "edited", None, effect.id)
        return self.answered[effect.id]

    def read_client(self, _firm: FirmId, client: ClientId) -> Client | ClientGone:
        """Answer a read."""
        found = self.clients[client]
        return ClientGone(client_id=client) if found.presence == "deleted" else found

    def list_clients(self, _firm: FirmId, cursor: str | None) -> ClientsListed:
        """Answer one page, ordered by id."""
        wanted = sorted(c.client_id for c in self.clients.values() if c.presence != "deleted")
        rest = [client for client in wanted if cursor is None or client > cursor]
        page = tuple(self.clients[client] for client in rest[:PAGE])
        return ClientsListed(clients=page, cursor=rest[PAGE - 1] if len(rest) > PAGE else None)

    # ---- inside

    def _add(self, values: Values, name: str) -> Client:
        return self._keep(
            Client(
                client_id=ClientId(name),
                version=1,
                type="individual",
                values={f: v for f, v in values.items() if v is not None},
                changed_at=self.clock(),
            )
        )

    def _change(self, client: ClientId, values: Values) -> Client:
        before = self.clients[client]
        changed = {f: v for f, v in {**before.values, **values}.items() if v is not None}
        return self._keep(
            replace(before, version=before.version + 1, values=changed, changed_at=self.clock())
        )

    def _keep(self, client: Client) -> Client:
        before = self.clients.get(client.client_id)
        for name in Field:
            value = client.values.get(name)
            if before is None or before.values.get(name) != value:
                self.history.setdefault((client.client_id, name), []).append((client.version, value))
        self.clients[client.client_id] = client
        self.past.setdefault(client.client_id, []).append(client)
        return client

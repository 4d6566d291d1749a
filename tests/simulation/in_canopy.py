"""People at work in Canopy."""

from domain.fields import Field
from domain.ids import ClientId, link_key
from tests.simulation.acting import MOST_RECORDS, Acting, named
from tests.simulation.canopy import Happened
from tests.simulation.quickbooks import UNACCEPTABLE


def _any_client(acting: Acting) -> ClientId | None:
    clients = [c for c, client in acting.canopy.clients.items() if client.presence != "deleted"]
    if acting.chance("linked client") < 0.6:
        linked = [c for c in clients if c in set(acting.holders().values())][:4]
        clients = linked or clients
    return acting.pick("client", clients) if clients else None


def add_client(acting: Acting) -> None:
    """A person adds a client."""
    if len(acting.canopy.clients) >= MOST_RECORDS:
        edit_client(acting)
        return
    values = {
        Field.DISPLAY_NAME: acting.value(Field.DISPLAY_NAME),
        Field.EMAIL: acting.value(Field.EMAIL, 1),
    }
    toggle = acting.one_of("toggle", (True, True, None, None, False))
    client = acting.canopy.add(values, toggle, f"c-{acting.act.name.replace('/', '-')}")
    acting.tell(f"Dana adds client {client.client_id} {named(values)} in Canopy, Sync client: {toggle}.")


def edit_client(acting: Acting) -> None:
    """A person edits one or two fields of a client."""
    client = _any_client(acting)
    if client is None or acting.canopy.clients[client].presence != "present":
        return
    values = acting.values()
    if acting.chance("unacceptable") < 0.02:
        values = {Field.EMAIL: UNACCEPTABLE}
    version = acting.canopy.edit(client, values).version
    acting.tell(f"Dana edits client {client} to {named(values)} in Canopy (version {version}).")


def swap_names(acting: Acting) -> None:
    """Two linked clients get each other's names, one after the other."""
    linked = [c for c in sorted(acting.holders().values()) if acting.canopy.clients[c].presence == "present"]
    if len(linked) < 2:
        return
    one = acting.pick("one", linked)
    other = acting.pick("other", [client for client in linked if client != one])
    names = [acting.canopy.clients[client].values.get(Field.DISPLAY_NAME) for client in (other, one)]
    for client, name in zip((one, other), names, strict=True):
        acting.canopy.edit(client, {Field.DISPLAY_NAME: name})
    acting.company.faults.happened("names_swapped")
    acting.tell(f"Dana swaps the names of clients {one} and {other} in Canopy.")


def canopy_goes_back(acting: Acting) -> None:
    """A backup of Canopy is restored, which lost what was done to a client lately; perhaps somebody edits it then."""
    client = _any_client(acting)
    if client is None or acting.canopy.clients[client].presence != "present":
        return
    older = [each for each in acting.canopy.past[client][:-1] if each.presence == "present"]
    if not older:
        return
    to = acting.one_of("older", older)
    acting.company.faults.happened("canopy_went_back")
    acting.company.judge.goes_back(link_key(acting.firm, client))
    acting.tell(f"Canopy goes back: client {client} has version {to.version} again.")
    acting.canopy.go_back(client, to)
    if acting.chance("edited then") < 0.5:
        edit_client(acting)


def put_client_away(acting: Acting) -> None:
    """A client is archived, deleted, or comes back."""
    away = [c for c, client in acting.canopy.clients.items() if client.presence == "archived"]
    client = acting.pick("back", away) if away and acting.chance("which") < 0.6 else _any_client(acting)
    if client is None:
        return
    archived_or_deleted: Happened = "archived" if acting.chance("away") < 0.9 else "deleted"
    happened: Happened = "restored" if client in away else archived_or_deleted
    acting.canopy.put_away(client, happened)
    acting.tell(f"Client {client} is {happened} in Canopy.")

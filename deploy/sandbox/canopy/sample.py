"""Load the sample firm, the first time only. It is older than any connection, so no event tells of it."""

from importlib.resources import files

import orjson

from deploy.sandbox.canopy.clients import Clients
from deploy.sandbox.canopy.fields import NewClientByPerson, given
from deploy.sandbox.state import State

CREATED = "2025-02-03T15:00:00.000Z"


def load_sample(clients: Clients, state: State) -> None:
    """Make the sample's firm with its clients, unless it exists."""
    sample = orjson.loads((files("deploy.sandbox.sample") / "canopy.json").read_bytes())
    with state.transaction():
        if not clients.open_firm(sample["firm_id"], sample["name"]):
            return
        for row in sample["clients"]:
            fields = NewClientByPerson.model_validate(row)
            clients.add(sample["firm_id"], given(fields), None, client_id=fields.client_id, created=CREATED)

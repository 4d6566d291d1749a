"""`client-sync audit export`: every decision of a firm as JSON lines (docs/audit.md)."""

from typing import Annotated

import typer

from deploy.needed_settings import Runs
from deploy.operators.options import OneFirmNamed, client_id
from deploy.settings import Settings
from deploy.terminal import Json, done, say, settings_or_exit
from domain.ids import ClientId, FirmId

OneClient = Annotated[
    str | None, typer.Option("--client", parser=client_id, metavar="CLIENT", help="those about this client")
]

audit = typer.Typer(no_args_is_help=True, help="What was decided, for who checks it without us.")


class NothingDecidedError(Exception):
    """There is no such firm or client."""


@audit.command("export")
def export(
    firm: OneFirmNamed,
    client: OneClient = None,
    as_json: Json = False,  # noqa: ARG001  (it always is; errors are too, then)
) -> None:
    """Write each decision as a JSON object a line, the oldest first. Example: client-sync audit export --firm f-1 > f-1.jsonl.

    The lines hold clients' values: keep them as private as the database.
    """
    settings = settings_or_exit(Runs.DATABASE)
    whose = ClientId(client) if client is not None else None
    done(settings, _write(settings, FirmId(firm), whose), NothingDecidedError)


async def _write(settings: Settings, firm: FirmId, client: ClientId | None) -> None:
    from adapters.store.audit import Audit
    from deploy.own_database import database

    written = False
    async with database(settings) as store:
        async for line in Audit(store).lines(firm, client):
            say(line, True)
            written = True
    if not written:
        whom = f"client {client} of firm {firm}" if client is not None else f"firm {firm}"
        raise NothingDecidedError(f"Nothing was ever decided about {whom}.")

"""`client-sync audit export`: every decision of a firm as JSON lines (docs/audit.md)."""

from typing import Annotated

import typer

from deploy.needed_settings import Runs
from deploy.operators import ways
from deploy.operators.options import AsOfNamed, OneFirmNamed, Since, client_id
from deploy.settings import Settings
from deploy.terminal import Exit, Json, done, end, say
from domain.ids import ClientId, FirmId
from domain.points import Version, point_named

OneClient = Annotated[
    str | None, typer.Option("--client", parser=client_id, metavar="CLIENT", help="those about this client")
]

audit = typer.Typer(no_args_is_help=True, help="What was decided, for who checks it without us.")


@audit.command("export")
def export(
    firm: OneFirmNamed,
    client: OneClient = None,
    as_json: Json = False,  # noqa: ARG001  (it always is; errors are too, then)
) -> None:
    """Write each decision as a JSON object a line, the oldest first. Example: client-sync audit export --firm f-1 > f-1.jsonl.

    The lines hold clients' values: keep them as private as the database.
    """
    settings = ways.way_or_exit(Runs.DATABASE)
    whose = ClientId(client) if client is not None else None
    done(settings, _write(settings, FirmId(firm), whose))


@audit.command("state")
def state(firm: OneFirmNamed, as_of: AsOfNamed, since: Since = None, as_json: Json = False) -> None:
    """Say how a firm's clients stood at a time or position, or what is different since another one.

    Example: client-sync audit state --firm f-1 --as-of 2026-11-24T09:00:00Z --since 2026-11-23T09:00:00Z.
    """
    settings = ways.way_or_exit(Runs.DATABASE)
    points = [point_named(each) for each in (as_of, since) if each is not None]
    if any(isinstance(each, Version) for each in points):
        end("A version is one client's; name a time or a position.", Exit.WRONG_USE)
    done(settings, _show(settings, FirmId(firm), as_of, since, as_json))


async def _show(settings: Settings, firm: FirmId, as_of: str, since: str | None, as_json: bool) -> None:
    from deploy.operators.past_words import as_it_stood

    async with ways.firms(settings) as firms:
        async for page in firms.stood(firm, as_of, since):
            for each in page.clients:
                facts, lines = as_it_stood(each, page.position, page.time)
                say(facts, as_json, *lines)


async def _write(settings: Settings, firm: FirmId, client: ClientId | None) -> None:
    async with ways.firms(settings) as firms:
        async for line in firms.audit(firm, client):
            typer.echo(line)

"""`client-sync audit export`: every decision of a firm as JSON lines (docs/audit.md)."""

from typing import Annotated

import typer

from deploy.needed_settings import Runs
from deploy.operators.options import AsOfNamed, OneFirmNamed, Since, client_id
from deploy.settings import Settings
from deploy.terminal import Exit, Json, done, end, say, settings_or_exit
from domain.ids import ClientId, FirmId
from domain.points import Point, Version, point_named

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


@audit.command("state")
def state(firm: OneFirmNamed, as_of: AsOfNamed, since: Since = None, as_json: Json = False) -> None:
    """Say how a firm's clients stood at a time or position, or what is different since another one.

    Example: client-sync audit state --firm f-1 --as-of 2026-11-24T09:00:00Z --since 2026-11-23T09:00:00Z.
    """
    from deploy.operators.past import UnknownPointError

    settings = settings_or_exit(Runs.DATABASE)
    upto, begin = point_named(as_of), point_named(since) if since is not None else None
    if isinstance(upto, Version) or isinstance(begin, Version):
        end("A version is one client's; name a time or a position.", Exit.WRONG_USE)
    done(settings, _show(settings, FirmId(firm), upto, begin, as_json), UnknownPointError)


async def _show(settings: Settings, firm: FirmId, as_of: Point, since: Point | None, as_json: bool) -> None:
    from deploy.operators.past import all_stood
    from deploy.operators.past_words import as_it_stood

    async for each in all_stood(settings, firm, as_of, since):
        facts, lines = as_it_stood(each)
        say(facts, as_json, *lines)


async def _write(settings: Settings, firm: FirmId, client: ClientId | None) -> None:
    from adapters.store.audit import Audit
    from deploy.own_database import database

    written = False
    async with database(settings) as store:
        async for page in Audit(store).pages(firm, client):
            for line in page:
                say(line, True)
            written = True
    if not written:
        whom = f"client {client} of firm {firm}" if client is not None else f"firm {firm}"
        raise NothingDecidedError(f"Nothing was ever decided about {whom}.")

"""`client-sync firms` and `client-sync status`: how all firms are, and whether anybody decides."""

from typing import Annotated

import typer

from deploy.needed_settings import Runs
from deploy.operators import ways
from deploy.operators.options import firm_id
from deploy.terminal import Exit, Json, done, say
from domain.ids import FirmId

OnlyFirm = Annotated[str | None, typer.Argument(metavar="[FIRM]", parser=firm_id, help="of this one alone")]


def firms(as_json: Json = False) -> None:
    """List all firms: connection, what waits, pauses, the last decision. Example: client-sync firms."""
    from deploy.operators.fleet_words import firm_facts, firm_table

    settings = ways.way_or_exit(Runs.DATABASE)
    found = done(settings, ways.through(ways.firms(settings), lambda asked: asked.all()))
    if not as_json:
        say({}, as_json, *firm_table(found))
        return
    for firm in found:
        say(firm_facts(firm), as_json)


def status(firm: OnlyFirm = None, as_json: Json = False) -> None:
    """Say whether anybody decides, what waits undecided, and who is paused; exit code 1 where a person should look.

    Example: client-sync status f-1.
    """
    from deploy.operators.fleet_words import deciding_said, firm_said, is_fine, needs_a_look

    settings = ways.way_or_exit(Runs.KAFKA)
    whose = FirmId(firm) if firm is not None else None
    found = done(settings, ways.through(ways.firms(settings), lambda asked: asked.status(whose)))
    shown = [each for each in found.firms if firm is not None or needs_a_look(each)]
    for facts, lines in (deciding_said(found.deciding), *map(firm_said, shown)):
        say(facts, as_json, *lines)
    raise typer.Exit(Exit.DONE if is_fine(found) else Exit.REFUSED)

"""`client-sync firms` and `client-sync status`: how all firms are, and whether anybody decides."""

from typing import Annotated

import typer

from deploy.needed_settings import Runs
from deploy.operators.options import firm_id
from deploy.terminal import Exit, Json, done, say, settings_or_exit
from domain.ids import FirmId

OnlyFirm = Annotated[str | None, typer.Argument(metavar="[FIRM]", parser=firm_id, help="of this one alone")]


def firms(as_json: Json = False) -> None:
    """List all firms: connection, what waits, pauses, the last decision. Example: client-sync firms."""
    from deploy.operators import fleet
    from deploy.operators.fleet_words import firm_facts, firm_table

    settings = settings_or_exit(Runs.DATABASE)
    found = done(settings, fleet.all_firms(settings))
    if not as_json:
        say({}, as_json, *firm_table(found))
        return
    for view in found:
        say(firm_facts(view), as_json)


def status(firm: OnlyFirm = None, as_json: Json = False) -> None:
    """Say whether anybody decides, what waits undecided, and who is paused; exit code 1 where a person should look.

    Example: client-sync status f-1.
    """
    from deploy.operators import fleet
    from deploy.operators.fleet_words import deciding_said, firm_said

    settings = settings_or_exit(Runs.KAFKA)
    asked = fleet.status_of_all(settings) if firm is None else fleet.status_of(settings, FirmId(firm))
    found = done(settings, asked, fleet.UnknownFirmError)
    shown = [each for each in found.firms if firm is not None or each.paused or each.reauthorise_since]
    for facts, lines in (deciding_said(found.deciding), *map(firm_said, shown)):
        say(facts, as_json, *lines)
    raise typer.Exit(Exit.DONE if found.is_fine else Exit.REFUSED)

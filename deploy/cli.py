"""`client-sync`: every command and its words; how commands end is in `terminal.py`."""

import asyncio
import os
import sys
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Literal

import typer

from deploy.command_group import CommandGroup
from deploy.given_settings import PREFIX
from deploy.needed_settings import Runs
from deploy.operators.cli import add_operators_commands
from deploy.operators.fleet_cli import firms, status
from deploy.operators.letters_cli import dead_letters, offer_letters
from deploy.operators.log_cli import add_log_commands
from deploy.operators.people_cli import sign_out
from deploy.operators.read_model_cli import add_read_model_commands
from deploy.operators.settings_cli import settings as list_settings
from deploy.operators.topics_cli import topics
from deploy.operators.vault_cli import add_vault_commands
from deploy.operators.verify_cli import add_verify_command
from deploy.private_files import keep_files_private
from deploy.terminal import Exit, Json, done, end, say, settings_or_exit
from domain.bounds import FIRM, REALM

app = typer.Typer(
    cls=CommandGroup,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    pretty_exceptions_enable=False,  # they would print local variables, and tokens stand in some
)
app.add_typer(topics, name="topics")


def _say_version(asked: bool) -> None:
    if asked:
        typer.echo(f"client-sync {version('client-sync')}")
        raise typer.Exit


def _ask_there(address: str | None) -> None:
    if address is not None:
        os.environ[f"{PREFIX}API"] = address


def _name_yourself(file: Path | None) -> None:
    if file is not None:
        os.environ[f"{PREFIX}TOKEN_FILE"] = str(file)
        os.environ[f"{PREFIX}TOKEN"] = ""  # also over one in `.env`


@app.callback()
def every_command(
    _: Annotated[
        bool, typer.Option("--version", callback=_say_version, is_eager=True, help="say which this is")
    ] = False,
    __: Annotated[
        str | None,
        typer.Option(
            "--api",
            metavar="URL",
            callback=_ask_there,
            is_eager=True,
            help="ask this gateway, and neither Kafka nor the database",
        ),
    ] = None,
    ___: Annotated[
        Path | None,
        typer.Option(
            "--token-file",
            metavar="FILE",
            callback=_name_yourself,
            is_eager=True,
            help="the token that names you there; without it CLIENT_SYNC_TOKEN",
        ),
    ] = None,
) -> None:
    """Keeps Canopy clients and QuickBooks customers in step."""


@app.command()
def up() -> None:
    """Start everything on this machine and restart what ends, until Ctrl-C. Example: client-sync up."""
    from deploy.up import run_all

    raise typer.Exit(run_all(settings_or_exit(Runs.EVERYTHING)))


@app.command()
def worker() -> None:
    """Run a worker: decides inputs and carries out what they ask for. Example: client-sync worker."""
    from deploy.logs import set_up_logs
    from deploy.metrics import show_metrics
    from deploy.readiness import refuse_wrong_topics
    from deploy.worker import run_worker

    settings = settings_or_exit(Runs.WORKER)
    set_up_logs("worker", settings.log_format)
    refuse_wrong_topics(settings)
    show_metrics(settings)
    run_worker(settings)


@app.command()
def gateway() -> None:
    """Run a gateway: webhooks, API, console and read model. Example: client-sync gateway."""
    from deploy.gateway import serve_gateway
    from deploy.logs import set_up_logs

    settings = settings_or_exit(Runs.GATEWAY)
    set_up_logs("gateway", settings.log_format)
    raise typer.Exit(asyncio.run(serve_gateway(settings)))


@app.command()
def sandbox(
    which: Annotated[Literal["quickbooks", "canopy", "issuer"], typer.Argument(help="which stand-in")],
) -> None:
    """Run the stand-in of one outside. Example: client-sync sandbox quickbooks."""
    from deploy.stand_ins import run_stand_in

    runs = Runs.ISSUER if which == "issuer" else Runs.STAND_IN
    raise typer.Exit(run_stand_in(settings_or_exit(runs), which))


@app.command()
def connect(
    pairs: Annotated[list[str], typer.Argument(metavar="FIRM=REALM…")],
    replace: Annotated[bool, typer.Option("--replace", help="let the links with another company go")] = False,
    as_json: Json = False,
) -> None:
    """Connect firms with QuickBooks companies, whose names it says. Example: client-sync connect f-1=9130357766890012."""
    from adapters.store.connections import RealmTakenError
    from deploy.asked_companies import NotNamed
    from deploy.connected_words import connected
    from deploy.connecting import OtherRealmError, UnknownCompanyError, connect_firms
    from domain.ids import FirmId, RealmId

    split = [pair.partition("=") for pair in pairs]
    if not all(FIRM.holds(firm) and REALM.holds(realm) for firm, _, realm in split):
        end(
            f"Expected FIRM=REALM, for example f-1=9130357766890012. FIRM: {FIRM.expected}. REALM: {REALM.expected}.",
            Exit.WRONG_USE,
        )
    realms = {FirmId(firm): RealmId(realm) for firm, _, realm in split}
    settings = settings_or_exit(Runs.KAFKA)
    refusals = (RealmTakenError, OtherRealmError, UnknownCompanyError)
    names = done(settings, connect_firms(settings, realms, replaces=replace), *refusals)
    for firm, realm in realms.items():
        name = names[firm]
        found = (
            {"company_name": None, "not_named": name}
            if isinstance(name, NotNamed)
            else {"company_name": name}
        )
        say({"firm": firm, "realm_id": realm, **found}, as_json, connected(firm, realm, name))
    offer_letters(list(realms.values()), as_json)


@app.command("lint-event")
def lint_event(
    file: Annotated[
        typer.FileBinaryRead, typer.Argument(help="an event, an array, or one a line; - for stdin")
    ],
    partitions: Annotated[int, typer.Option(min=1, help="how many your topics have")] = 8,
    as_json: Json = False,
) -> None:
    """Say of each client event whether it is right, and if not, why. Example: client-sync lint-event event.json."""
    from deploy.lint.linting import lint
    from deploy.lint.report import report

    linted = lint(file.read(), partitions, datetime.now(UTC))
    for each in linted:
        say(each.facts(), as_json, *report(each, partitions))
    raise typer.Exit(Exit.DONE if all(each.right for each in linted) else Exit.REFUSED)


add_read_model_commands(app)
add_operators_commands(app)
for of_the_fleet in (firms, status):
    app.command()(of_the_fleet)

add_verify_command(app)
add_log_commands(app)
add_vault_commands(app)
app.command("sign-out")(sign_out)
app.command("settings")(list_settings)
app.add_typer(dead_letters, name="dead-letters")


def main() -> None:
    """Run the command that was given."""
    keep_files_private()
    sys.exit(app())

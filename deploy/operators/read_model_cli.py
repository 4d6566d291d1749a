"""`client-sync read-model` and its words."""

import time

import typer

from deploy.needed_settings import Runs
from deploy.terminal import Exit, Json, done, end, say, settings_or_exit

TOLD_EVERY_SECONDS = 5.0

read_model = typer.Typer(no_args_is_help=True, help="The tables that people read, built from the log.")


def add_read_model_commands(app: typer.Typer) -> None:
    """Add them to `client-sync`."""
    app.add_typer(read_model, name="read-model")


@read_model.command("rebuild")
def rebuild(as_json: Json = False) -> None:
    """Build the read model again from the log, beside the one that people read. Example: client-sync read-model rebuild.

    People read the tables as they were until the new ones show as much, and then those. Killed, it goes on when it is asked for again, or is given up. Where nobody can
    read the tables yet they are emptied, and gateways fill them. Connections and idempotency keys are not touched.
    """
    from deploy import rebuilding

    settings = settings_or_exit(Runs.KAFKA)
    began = time.monotonic()
    folded = done(settings, rebuilding.rebuild_read_model(settings, _Progress().tell))
    if folded is None:
        say(
            {"read_model": "being_built_again"},
            as_json,
            "Nobody could read it yet, so it was emptied; gateways are building it. /readyz says when it is complete.",
        )
        return
    seconds = round(time.monotonic() - began, 1)
    say(
        {"read_model": "built_again", "records": folded, "seconds": seconds},
        as_json,
        f"The read model was built again, from {folded} records of sync.log in {seconds} seconds, and people read it.",
    )


@read_model.command("give-up")
def give_up(as_json: Json = False) -> None:
    """Give up a rebuild that was begun, whoever began it, and delete what there is of it. Example: client-sync read-model give-up.

    People go on with the tables that they read. A rebuild command that is at it ends. Killed, the rest is deleted when this or a rebuild is asked for again.
    """
    from deploy import rebuilding

    settings = settings_or_exit(Runs.DATABASE)
    lacked = done(settings, rebuilding.give_up_rebuild(settings))
    if lacked is None:
        end("Nothing is being built beside the tables that people read.", Exit.REFUSED)
    say(
        {"read_model": "given_up", "records_to_fold": lacked},
        as_json,
        f"The rebuild was given up with {lacked} records of sync.log still to be folded. People go on with the tables that they read.",
    )


class _Progress:
    """Says how far it is, now and then."""

    def __init__(self) -> None:
        self._next = time.monotonic() + TOLD_EVERY_SECONDS

    def tell(self, folded: int, of: int) -> None:
        """Say it, if it was not said lately."""
        if time.monotonic() >= self._next:
            self._next = time.monotonic() + TOLD_EVERY_SECONDS
            typer.echo(f"{folded} of {of} records folded", err=True)

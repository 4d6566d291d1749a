"""`client-sync vault new-key` and `vault rotate`, and their words."""

from datetime import UTC, datetime

import typer

from deploy.needed_settings import Runs
from deploy.terminal import Exit, Json, done, say, settings_or_exit

vault = typer.Typer(no_args_is_help=True, help="The keys that QuickBooks tokens are sealed with.")


def add_vault_commands(app: typer.Typer) -> None:
    """Add them to `client-sync`."""
    app.add_typer(vault, name="vault")


@vault.command("new-key")
def make_key(as_json: Json = False) -> None:
    """Make a key, and print it; it is kept nowhere. Example: client-sync vault new-key >> vault-keys.

    Put it first, before the keys that there are, give it to all gateways and workers, then rotate.
    """
    from adapters.vault.keys import new_key

    key = new_key(datetime.now(UTC).strftime("%Y-%m-%d-%H%M%S"))
    say({"key": key}, as_json, key)


@vault.command("rotate")
def rotate(as_json: Json = False) -> None:
    """Seal all tokens with the first key, so that the others can go. Example: client-sync vault rotate.

    Everything else goes on. Exit code 1: some tokens are sealed with a key that the settings don't have.
    """
    from deploy.sealing import rotate_keys

    settings = settings_or_exit(Runs.VAULT)
    found = done(settings, rotate_keys(settings))
    lines = [f"{found.sealed} sealed anew with key {found.key_id}."]
    if found.shut:
        lines.append(
            f"No key here opens the tokens of {', '.join(found.shut)}. Add the key that sealed them, or let these companies be "
            "signed in to again."
        )
    say({"key": found.key_id, "sealed": found.sealed, "shut": list(found.shut)}, as_json, *lines)
    raise typer.Exit(Exit.REFUSED if found.shut else Exit.DONE)

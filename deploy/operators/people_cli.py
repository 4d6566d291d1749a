"""`client-sync sign-out`, and its words."""

from typing import Annotated

import typer

from deploy.needed_settings import Runs
from deploy.terminal import Exit, Json, done, say, settings_or_exit
from domain.bounds import PERSON


def person_id(text: str) -> str:
    """Read a person's id; as the log names them, `user:ID`, too."""
    named = text.removeprefix("user:")
    if not PERSON.holds(f"user:{named}"):
        raise typer.BadParameter(f"expected {PERSON.expected}")
    return named


def sign_out(
    person: Annotated[str, typer.Argument(metavar="PERSON", parser=person_id)], as_json: Json = False
) -> None:
    """End all sessions of a person, at every gateway. Example: client-sync sign-out ana.

    They may sign in again as long as the issuer lets them. Exit code 1: they were not signed in.
    """
    from deploy.peoples_sessions import end_sessions

    settings = settings_or_exit(Runs.DATABASE)
    ended = done(settings, end_sessions(settings, person))
    said = f"{ended} of their sessions ended." if ended else f"{person} was not signed in."
    say({"person": person, "ended": ended}, as_json, said)
    raise typer.Exit(Exit.DONE if ended else Exit.REFUSED)

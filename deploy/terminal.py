"""What all commands share at a terminal: settings or a clear end, and answers as sentences or as JSON."""

import asyncio
from collections.abc import Coroutine
from typing import Annotated, Any, TypeVar

import orjson
import typer

from deploy.settings import Settings, WrongSettingsError, load_settings

Answer = TypeVar("Answer")
Json = Annotated[bool, typer.Option("--json", help="one JSON object a line")]


def settings_or_exit() -> Settings:
    """Read the settings, or end with the names of those that are wrong."""
    try:
        return load_settings()
    except WrongSettingsError as wrong:
        typer.echo(f"Some settings are wrong, nothing has been started:\n{wrong}", err=True)
        raise typer.Exit(2) from None


def say(facts: dict[str, object], sentence: str, as_json: bool) -> None:
    """Say something, for a person or for jq."""
    typer.echo(orjson.dumps(facts).decode() if as_json else sentence)


def done(work: Coroutine[Any, Any, Answer], *expected: type[Exception]) -> Answer:
    """Do it; what is `expected` to go wrong ends the command with its sentence and exit code 1."""
    try:
        return asyncio.run(work)
    except expected as wrong:
        typer.echo(str(wrong) or type(wrong).__doc__, err=True)
        raise typer.Exit(1) from None

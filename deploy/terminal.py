"""What all commands share at a terminal: settings or a clear end, answers as sentences or as JSON, and exit codes."""

import asyncio
import logging
import sys
from collections.abc import Coroutine, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from enum import IntEnum
from typing import Annotated, Any, NoReturn, TypeVar

import typer

from adapters.json_lines import json_line
from adapters.safe_text import safe
from deploy.given_settings import PREFIX
from deploy.needed_settings import Runs, WrongSettingsError, settings_for
from deploy.settings import Settings

Answer = TypeVar("Answer")
Json = Annotated[bool, typer.Option("--json", help="one JSON object a line, errors too")]

_ERRORS_AS_JSON = ContextVar("errors_as_json", default=False)


class Exit(IntEnum):
    """How a command ends."""

    DONE = 0
    REFUSED = 1  # or something was found
    WRONG_USE = 2
    NOT_DECIDED = 3  # taken in, and it will be
    AWAY = 4  # Kafka or the database


class NotDecidedError(Exception):
    """It is taken in, and will be decided; nobody has so far."""


class AskedInVainError(Exception):
    """What was asked is not answered: its sentence, and how the command ends."""

    def __init__(self, sentence: str, exit_code: Exit) -> None:
        super().__init__(sentence)
        self.exit_code = exit_code


class SaidNoError(AskedInVainError):
    """It was looked at, and refused or not found. `code`, `facts`: as the API writes them."""

    def __init__(self, sentence: str, code: str, facts: Mapping[str, object]) -> None:
        super().__init__(sentence, Exit.REFUSED)
        self.code = code
        self.facts = dict(facts)


def settings_or_exit(runs: Runs) -> Settings:
    """Read the settings that a command needs, or end with the names of those that are wrong."""
    try:
        return settings_for(runs)
    except WrongSettingsError as wrong:
        end(f"Some settings are wrong, nothing has been started:\n{wrong}", Exit.WRONG_USE)


def say(facts: dict[str, object], as_json: bool, *lines: str) -> None:
    """Say something, for jq or for a person; a line stays one line, whatever values stand in it."""
    if as_json:
        typer.echo(json_line(facts))
        return
    for line in lines:
        typer.echo(safe(line))


@contextmanager
def errors_as_json() -> Iterator[None]:
    """Let everything that goes wrong be said for jq, until the end of the block."""
    before = _ERRORS_AS_JSON.set(True)
    try:
        yield
    finally:
        _ERRORS_AS_JSON.reset(before)


def complain(text: str, code: Exit = Exit.REFUSED) -> None:
    """Say on standard error what is wrong. `code`: for jq, what kind of end it is, or would be if it were one."""
    if _ERRORS_AS_JSON.get():
        typer.echo(json_line({"error": text, "code": code.name.lower()}), err=True)
        return
    for line in text.split("\n"):
        typer.echo(safe(line), err=True)


def end(text: str, code: Exit) -> NoReturn:
    """Say what is wrong, and end the command."""
    complain(text, code)
    raise typer.Exit(code)


def done(settings: Settings, work: Coroutine[Any, Any, Answer], *expected: type[Exception]) -> Answer:
    """Do it; what goes wrong outside or is `expected` to ends the command with its sentence and exit code."""
    say_once_what_kafka_says_often()
    log_beside_answers()
    try:
        return asyncio.run(work)
    except NotDecidedError as open_still:
        end(str(open_still), Exit.NOT_DECIDED)
    except AskedInVainError as in_vain:
        end(str(in_vain), in_vain.exit_code)
    except expected as wrong:
        end(str(wrong) or type(wrong).__doc__ or type(wrong).__name__, Exit.REFUSED)
    except Exception as wrong:
        told = _told_of_servers(settings, wrong)
        if told is None:
            raise
        end(*told)


def _told_of_servers(settings: Settings, wrong: Exception) -> tuple[str, Exit] | None:
    """Say what Kafka, the database or a file has to do with it; None: nothing. Only now are their clients read, which takes long."""
    from aiokafka.errors import KafkaError

    from adapters.store.migration import NewerDatabaseError
    from domain.ports import KafkaAwayError
    from domain.projection import BeingBuiltError, StoreAwayError

    match wrong:
        case KafkaAwayError():
            uncertain = (
                f"Kafka did not acknowledge at {settings.bootstrap} ({wrong}), so it is not certain whether that was taken in. "
                "Ask again once it answers."
            )
            return uncertain, Exit.AWAY
        case KafkaError() | TimeoutError():
            return kafka_away(settings, wrong), Exit.AWAY
        case StoreAwayError():
            return store_away(wrong), Exit.AWAY
        case BeingBuiltError() | NewerDatabaseError():
            return str(wrong) or type(wrong).__doc__ or type(wrong).__name__, Exit.REFUSED
        case OSError():
            return f"{wrong.strerror or type(wrong).__name__}: {wrong.filename}", Exit.REFUSED
        case _:
            return None


def say_once_what_kafka_says_often() -> None:
    """Let the command itself say that Kafka is away: its client says so at each try of each connection."""
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)


def log_beside_answers() -> None:
    """Let log lines go to stderr, unless they are set up otherwise: what a command answers is read by other programs."""
    import structlog

    if not structlog.is_configured():
        # Looked up at each line: whoever runs several commands in one process gives each its own.
        structlog.configure(logger_factory=lambda *_: structlog.PrintLogger(sys.stderr))


def kafka_away(settings: Settings, error: BaseException) -> str:
    """Say that Kafka is away, and what to do."""
    return (
        f"Kafka does not answer at {settings.bootstrap} ({type(error).__name__}), so nothing was done. "
        f"Start it, or name another by {PREFIX}KAFKA_BOOTSTRAP."
    )


def store_away(error: BaseException) -> str:
    """Say that the database is away, and what to do."""
    return f"The database does not answer: {error}\nStart it, or name another by {PREFIX}DATABASE_URL."

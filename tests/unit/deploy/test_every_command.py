"""Every command, as typed in every wrong way: none of them ends in anything but a sentence and its exit code."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from deploy.cli import app

WHY = ("--reason", "why not")
NOWHERE = "127.0.0.1:1"


def commands(group: Any, *before: str) -> Iterator[tuple[str, ...]]:
    """List the words of each command."""
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, *before, name)
        else:
            yield (*before, name)


EVERY = sorted(commands(typer.main.get_command(app)))


def typed(*words: str) -> Any:
    """Type a command; it may end in no other way than by its exit code."""
    ended = CliRunner().invoke(app, words)
    assert ended.exception is None or isinstance(ended.exception, SystemExit), ended.exception
    assert "Traceback" not in ended.output
    return ended


def test_those_that_the_contract_names_are_there() -> None:
    """And what is asked of them below is asked of all."""
    wanted = {("firms",), ("status",), ("pause",), ("resume",), ("restore",), ("why",), ("topics", "check")}

    assert wanted <= set(EVERY)


@pytest.mark.parametrize("command", EVERY, ids=" ".join)
def test_each_helps_with_an_example(command: tuple[str, ...]) -> None:
    """By `-h` as by `--help`."""
    short, long = typed(*command, "-h"), typed(*command, "--help")

    assert (short.exit_code, long.exit_code) == (0, 0)
    assert short.output == long.output
    assert "Example: client-sync" in " ".join(short.output.split())


@pytest.mark.parametrize("command", EVERY, ids=" ".join)
def test_each_says_wrong_use_for_jq_too(command: tuple[str, ...]) -> None:
    """One object on standard error, and the exit code 2."""
    ended = typed(*command, "--no-such-option", "--json")

    (said,) = ended.stderr.splitlines()
    assert ended.exit_code == 2
    assert ended.stdout == ""
    assert json.loads(said)["code"] == "wrong_use"


@pytest.mark.parametrize(
    ("words", "away"),
    [
        (("pause", "--all", *WHY), "Kafka"),
        (("resume", "--firm", "f-1", *WHY), "Kafka"),
        (("restore", "f-1", "c-1", *WHY), "Kafka"),
        (("disconnect", "f-1", "--yes"), "Kafka"),
        (("status",), "Kafka"),
        (("topics", "check"), "Kafka"),
        (("topics", "create"), "Kafka"),
        (("connect", "f-1=91"), "database"),
        (("dead-letters", "list"), "database"),
        (("replay", "plan", "--firm", "f-1"), "database"),
        (("replay", "list"), "database"),
        (("batches", "list", "f-1"), "database"),
        (("batches", "revert", "f-1", "7", *WHY), "database"),
        (("batches", "stop", "f-1", "7"), "database"),
        (("status", "f-1"), "database"),
        (("firms",), "database"),
        (("why", "f-1", "c-1"), "database"),
        (("timeline", "f-1", "c-1"), "database"),
        (("restore", "f-1", "c-1", "--to", "3", *WHY), "database"),
        (("read-model", "rebuild"), "database"),
        (("read-model", "give-up"), "database"),
    ],
    ids=lambda each: " ".join(each) if isinstance(each, tuple) else each,
)
def test_a_server_that_is_away_is_named(
    words: tuple[str, ...], away: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One sentence for people, one object for jq, and the exit code 4."""
    monkeypatch.setenv("CLIENT_SYNC_KAFKA_BOOTSTRAP", NOWHERE)
    monkeypatch.setenv("CLIENT_SYNC_DATABASE_URL", f"postgresql://someone:secret@{NOWHERE}/nothing")

    plain, ended = typed(*words), typed(*words, "--json")

    (said,) = ended.stderr.splitlines()
    assert (plain.exit_code, ended.exit_code) == (4, 4), said
    assert json.loads(said)["code"] == "away"
    assert away in plain.stderr
    assert "secret" not in plain.output + said


@pytest.mark.parametrize(
    "words", [("pause", "--all", *WHY), ("disconnect", "f-1")], ids=lambda words: words[0]
)
def test_what_touches_much_is_asked_for_first(
    words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """At a terminal, unless `--yes` answers before; a script is not asked, and one firm's pause neither."""
    monkeypatch.setenv("CLIENT_SYNC_KAFKA_BOOTSTRAP", NOWHERE)

    assert at_a_terminal(monkeypatch, "n\n", *words) == (1, True)
    assert at_a_terminal(monkeypatch, "y\n", *words) == (4, True)
    assert at_a_terminal(monkeypatch, "", *words, "--yes") == (4, False)
    assert at_a_terminal(monkeypatch, "", "pause", "--firm", "f-1", *WHY) == (4, False)
    assert typed(*words).exit_code == 4


def at_a_terminal(monkeypatch: pytest.MonkeyPatch, answer: str, *words: str) -> tuple[int, bool]:
    """Type it where a person sits; gives the exit code, and whether they were asked."""
    with monkeypatch.context() as terminal:
        terminal.setattr("deploy.asked_first.is_a_terminal", lambda: True)
        ended = CliRunner().invoke(app, words, input=answer)
    return ended.exit_code, "[y/N]" in ended.output


def test_a_shell_completes_commands_and_options() -> None:
    """As the script asks that `--install-completion` puts in place."""
    assert "status" in completed("client-sync st")
    assert "--firm" in completed("client-sync pause --f")


def completed(line: str) -> list[str]:
    """Give what bash would complete the last word of a line to."""
    asked = {
        "_CLIENT_SYNC_COMPLETE": "complete_bash",
        "COMP_WORDS": line,
        "COMP_CWORD": str(line.count(" ")),
    }
    return CliRunner().invoke(app, [], env=asked, prog_name="client-sync").stdout.split()

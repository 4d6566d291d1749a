"""With --json, what goes wrong is for jq too: one object on standard error, and the exit code that it has without."""

import json
import os
from pathlib import Path

import pytest
from aiokafka.errors import KafkaConnectionError
from typer.testing import CliRunner

from adapters.store.migration import NewerDatabaseError
from deploy import rebuilding
from deploy.cli import app
from deploy.terminal import NotDecidedError, say
from domain.ports import KafkaAwayError
from domain.projection import StoreAwayError

HALF = "\udcff"
"""What Python makes of the byte FF in an argument: half of a character, which no UTF-8 can hold."""


def told(*arguments: str) -> tuple[int, list[str]]:
    """Run a command; gives its exit code and the lines of what went wrong."""
    ended = CliRunner().invoke(app, arguments)
    assert ended.exception is None or isinstance(ended.exception, SystemExit)
    assert ended.stdout == ""
    return ended.exit_code, ended.stderr.splitlines()


@pytest.mark.parametrize(
    "arguments",
    [
        ["why", "f 9", "c-1"],
        ["why", f"f-1{HALF}", "c-1"],
        ["why", "f-1", f"c-1{HALF}"],
        ["why", "f-1"],
        ["why", "f-1", "c-1", "--nonsense"],
        ["why", "f-1", "c-1", f"--{HALF}"],
        ["nonsense", HALF],
        ["restore", "f-1", "c-1", "--to", "0", "--reason", "why not"],
        ["pause", "--reason", "\x1b"],
        ["pause", "--reason", "why not"],
        ["lint-event", f"/nowhere/{HALF}"],
        ["topics", "check", "one too many"],
    ],
    ids=str,
)
def test_wrong_use_is_one_object(arguments: list[str]) -> None:
    """Whoever finds it, typer or a command of ours, and whatever was typed."""
    plain, sentences = told(*arguments)
    code, lines = told(*arguments, "--json")

    assert (plain, code) == (2, 2)
    assert len(lines) == 1
    said = json.loads(lines[0])
    assert (set(said), said["code"]) == ({"error", "code"}, "wrong_use")
    assert said["error"]
    assert lines[0].isprintable()
    assert not any(line.startswith("{") for line in sentences)


@pytest.mark.parametrize(
    ("raised", "exit_code", "code"),
    [
        (NewerDatabaseError(f"a newer\nversion {HALF}"), 1, "refused"),
        (PermissionError(13, "Permission denied", f"/data/{HALF}"), 1, "refused"),
        (NotDecidedError("taken in"), 3, "not_decided"),
        (KafkaConnectionError("refused"), 4, "away"),
        (KafkaAwayError("sync.intents: TimeoutError"), 4, "away"),
        (StoreAwayError("refused"), 4, "away"),
    ],
    ids=lambda each: type(each).__name__ if isinstance(each, Exception) else str(each),
)
def test_each_end_is_one_object(
    raised: Exception, exit_code: int, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of several lines too; `code` says in a word what the exit code does."""

    async def fail(*_: object) -> None:
        raise raised

    monkeypatch.setattr(rebuilding, "rebuild_read_model", fail)
    ended, lines = told("read-model", "rebuild", "--json")

    assert ended == exit_code
    assert len(lines) == 1
    assert json.loads(lines[0])["code"] == code
    assert told("read-model", "rebuild")[0] == exit_code


def test_wrong_settings_are_one_object(monkeypatch: pytest.MonkeyPatch) -> None:
    """Though it is a line each for a person."""
    monkeypatch.setenv("CLIENT_SYNC_NONSENSE", "1")

    code, lines = told("topics", "check", "--json")

    assert (code, len(lines)) == (2, 1)
    assert "CLIENT_SYNC_NONSENSE" in json.loads(lines[0])["error"]


def test_half_a_character_is_said_as_json_writes_it(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """In any place of an answer, whose other values stand as before."""
    name = os.fsdecode(bytes(tmp_path) + b"/\xff")
    facts = {"file": name, HALF: ["Zoë", 1, None, True, {"deep": "\ud800"}], "at": tmp_path.exists()}

    say(facts, True)

    said, _ = capsys.readouterr()
    assert "\\udcff" in said
    assert '["Zoë",1,null,true,' in said
    assert json.loads(said) == facts

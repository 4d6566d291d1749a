"""`client-sync settings` lists every setting, and shows no value that is set."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from deploy.cli import app
from deploy.given_settings import PREFIX, secrets_of
from deploy.settings import SANDBOX_SECRETS, Settings

CANARY = "canary-of-a-value"


@pytest.fixture(autouse=True)
def _nothing_is_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    import os

    monkeypatch.chdir(tmp_path)
    for name in os.environ:
        if name.upper().startswith(PREFIX):
            monkeypatch.delenv(name)


def listed(*words: str) -> str:
    """Type the command."""
    ended = CliRunner().invoke(app, ["settings", *words])
    assert ended.exit_code == 0, ended.output
    return ended.output


def by_name() -> dict[str, dict[str, Any]]:
    """Read it for jq."""
    rows = [json.loads(line) for line in listed("--json").splitlines()]
    return {row["name"].removeprefix(PREFIX): row for row in rows}


def test_each_setting_is_listed_once_with_its_meaning() -> None:
    """For people and for jq, in one order."""
    names = [name.upper() for name in Settings.model_fields]

    assert list(by_name()) == names
    assert [line.removeprefix(PREFIX) for line in listed().splitlines() if line.startswith(PREFIX)] == names
    for name, field in Settings.model_fields.items():
        assert by_name()[name.upper()]["meaning"] == field.description


def test_secrets_are_those_that_are_never_printed() -> None:
    """And each names its file."""
    rows = by_name()

    assert {name.lower() for name, row in rows.items() if row["secret"]} == secrets_of(Settings.model_fields)
    assert rows["CANOPY_TOKEN"]["file_name"] == f"{PREFIX}CANOPY_TOKEN_FILE"
    assert rows["HTTP_PORT"]["file_name"] is None


def test_defaults_are_those_of_the_code() -> None:
    """A secret of the sandbox is said to have one, and not which."""
    rows = by_name()

    assert rows["HTTP_PORT"]["default"] == "8080"
    assert rows["SANDBOX"]["default"] == "true"
    assert (rows["CANOPY_TOKEN"]["default"], rows["CANOPY_TOKEN"]["in_sandbox"]) == (
        None,
        "the sandbox's own",
    )
    assert rows["CANOPY_TOKEN"]["needed_by"] == ["up", "worker", "gateway"]
    assert [value for value in SANDBOX_SECRETS.values() if value in listed() + listed("--json")] == []


@pytest.mark.parametrize("name", sorted(Settings.model_fields))
def test_no_value_that_is_set_is_shown(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Wherever it is set; wrong settings are listed as well as right ones."""
    monkeypatch.setenv(PREFIX + name.upper(), CANARY)
    row = by_name()[name.upper()]

    assert CANARY not in listed() + listed("--json")
    assert (row["set_as"], row["set_in"]) == (PREFIX + name.upper(), "environment")


def test_it_says_where_a_setting_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    """By a file of a secret, or by the file of settings, whose lines the environment overrules."""
    Path(".env").write_text(f"{PREFIX}HTTP_PORT=9000\n{PREFIX}LOG_FORMAT=json\n")
    monkeypatch.setenv(f"{PREFIX}HTTP_PORT", "9001")
    monkeypatch.setenv(f"{PREFIX}CANOPY_TOKEN_FILE", CANARY)
    rows = by_name()

    assert rows["HTTP_PORT"]["set_in"] == "environment"
    assert rows["LOG_FORMAT"]["set_in"] == ".env"
    assert rows["CANOPY_TOKEN"]["set_as"] == f"{PREFIX}CANOPY_TOKEN_FILE"
    assert rows["GROUP"]["set_as"] is None
    assert f"set as {PREFIX}CANOPY_TOKEN_FILE in the environment" in listed()

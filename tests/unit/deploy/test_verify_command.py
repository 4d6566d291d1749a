"""How `client-sync verify` and `log` end where there is nothing to look at."""

from pathlib import Path

import orjson
import pytest
from typer.testing import CliRunner

from deploy.cli import app


@pytest.fixture(autouse=True)
def nowhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Settings that name a Kafka that is not there, and an empty folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CLIENT_SYNC_KAFKA_BOOTSTRAP", "127.0.0.1:9")
    monkeypatch.setenv("CLIENT_SYNC_DATA_FOLDER", str(tmp_path / "data"))
    monkeypatch.delenv("CLIENT_SYNC_DATABASE_URL", raising=False)


@pytest.mark.parametrize("command", [["verify"], ["log", "export", "copy"]], ids=lambda words: words[0])
def test_a_kafka_that_is_away_ends_it_with_4(command: list[str]) -> None:
    """In a sentence, which is JSON where that is asked for."""
    told = CliRunner().invoke(app, [*command, "--json"])

    assert told.exit_code == 4
    assert orjson.loads(told.stderr.splitlines()[-1])["code"] == "away"


def test_a_list_of_clients_is_of_one_firm(tmp_path: Path) -> None:
    """An id says nothing without its firm; and no file is begun."""
    told = CliRunner().invoke(app, ["verify", "--ids-to", str(tmp_path / "ids")])

    assert told.exit_code == 2
    assert "--firm" in told.stderr
    assert not (tmp_path / "ids").exists()


def test_history_without_rows_is_no_copy(tmp_path: Path) -> None:
    """Nobody is to believe that there is one."""
    told = CliRunner().invoke(app, ["log", "export", "--from-history", str(tmp_path / "copy")])

    assert told.exit_code == 1
    assert "History holds no rows" in told.stderr
    assert list((tmp_path / "copy").iterdir()) == []


def test_a_folder_without_a_copy_is_refused_before_kafka_is_asked(tmp_path: Path) -> None:
    """It says what is missing."""
    told = CliRunner().invoke(app, ["log", "import", str(tmp_path)])

    assert told.exit_code == 1
    assert "header.json is missing" in told.stderr

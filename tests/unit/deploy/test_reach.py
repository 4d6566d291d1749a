"""Where a gateway is asked, each command either goes there, or says that it can't; and what goes there reads little."""

import json
import subprocess
import sys

import pytest

from deploy.reach import REACHES, Reach
from tests.unit.deploy.test_every_command import EVERY, typed

SERVERS = (Reach.KAFKA, Reach.DATABASE, Reach.BOTH)
NEED_SERVERS = sorted(words for words, reach in REACHES.items() if reach in SERVERS)
WITHOUT_ARGUMENTS = (("settings",), ("vault", "new-key"), ("topics", "acls"))


@pytest.fixture(autouse=True)
def a_gateway_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """One that nobody is at; and neither Kafka nor a database is named."""
    monkeypatch.setenv("CLIENT_SYNC_API", "http://127.0.0.1:1")
    monkeypatch.setenv("CLIENT_SYNC_TOKEN", "some-token")
    monkeypatch.setenv("CLIENT_SYNC_KAFKA_BOOTSTRAP", "")
    monkeypatch.setenv("CLIENT_SYNC_DATABASE_URL", "")


def test_the_table_has_every_command() -> None:
    """And no other."""
    assert sorted(REACHES) == EVERY


@pytest.mark.parametrize("words", NEED_SERVERS, ids=" ".join)
def test_what_no_gateway_does_is_wrong_use(words: tuple[str, ...]) -> None:
    """Said plainly, before anything else is looked at; its help is there all the same."""
    ended = typed(*words, "--json")

    assert ended.exit_code == 2
    assert ended.stdout == ""
    said = json.loads(ended.stderr)
    assert said["code"] == "wrong_use"
    assert said["error"].startswith(f"`client-sync {' '.join(words)}` needs {REACHES[words]} itself")
    assert typed(*words, "--help").exit_code == 0


@pytest.mark.parametrize("words", WITHOUT_ARGUMENTS, ids=" ".join)
def test_what_asks_nobody_is_done_as_ever(words: tuple[str, ...]) -> None:
    """It needs no server, so it does not matter which one is asked."""
    assert typed(*words).exit_code == 0


def test_without_a_gateway_nothing_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is asked of Kafka, which is away here."""
    monkeypatch.setenv("CLIENT_SYNC_API", "")
    monkeypatch.setenv("CLIENT_SYNC_KAFKA_BOOTSTRAP", "127.0.0.1:1")

    assert typed("topics", "check").exit_code == 4


HEAVY = ("sqlalchemy", "alembic", "aiokafka", "aiohttp", "faust", "structlog", "adapters.store", "streams")
GONE_THROUGH = (
    "deploy.cli",
    *(
        f"deploy.operators.remote.{each}"
        for each in ("acts", "batches", "clients", "firms", "letters", "replays")
    ),
    *(f"deploy.operators.{each}" for each in ("replaying", "reverting", "settling", "words")),
    *(
        f"deploy.operators.{each}_words"
        for each in ("batch", "fleet", "letter", "past", "replay", "restore", "suggestion")
    ),
)


def test_what_goes_to_a_gateway_reads_neither_kafka_nor_the_database() -> None:
    """Their clients take most of a second; a command is to begin in less."""
    program = f"import sys, {', '.join(GONE_THROUGH)}; print(*sorted(set({HEAVY!r}) & set(sys.modules)))"

    read = subprocess.run((sys.executable, "-c", program), capture_output=True, check=True, text=True)

    assert read.stdout.split() == []

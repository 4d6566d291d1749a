"""Where Kafka or the database is away, a command says so in a sentence and ends with 4; what it says of itself is true."""

import os
import stat
import subprocess
from pathlib import Path

import pytest

from tests.integration.up.commands import PROGRAM, begun_anew, environment, free_ports, refused
from tests.patience import PATIENCE_SECONDS

NOBODY = "127.0.0.1:1"
NO_DATABASE = "postgresql://user:secret-word@127.0.0.1:1/none"
ASKING_KAFKA = [
    "worker",
    "up",
    "topics create",
    "topics check",
    "pause --firm f-1 --reason why",
    "resume --all --reason why",
    "restore f-1 c-1 --reason why",
    "disconnect f-1",
    "connect f-1=9130357766890012",
]
ASKING_THE_DATABASE = [
    "gateway",
    "why f-1 c-1",
    "timeline f-1 c-1",
    "read-model rebuild",
    "restore f-1 c-1 --to 2 --reason why",
    "connect f-1=9130357766890012",
]


@pytest.mark.parametrize("command", ASKING_KAFKA)
def test_a_kafka_that_is_away_is_named(tmp_path: Path, command: str) -> None:
    """With its setting; no stack trace, and nothing of what libraries leave open."""
    code, said = begun_anew(command, tmp_path, **free_ports(), KAFKA_BOOTSTRAP=NOBODY)

    assert code == 4
    assert NOBODY in said
    assert "CLIENT_SYNC_KAFKA_BOOTSTRAP" in said or "not certain" in said
    assert "Traceback" not in said
    assert "Unclosed" not in said
    # What a process or a command logs stands in lines of their own.
    lines = [line for line in said.strip().splitlines() if not line.startswith("timestamp=")]
    assert len([line for line in lines if "[warning  ]" not in line]) == 1


@pytest.mark.parametrize("command", ASKING_THE_DATABASE)
def test_a_database_that_is_away_is_named(tmp_path: Path, command: str) -> None:
    """With its setting, and without its password."""
    code, said = refused(command, tmp_path, **free_ports(), KAFKA_BOOTSTRAP=NOBODY, DATABASE_URL=NO_DATABASE)

    assert code == 4
    assert "CLIENT_SYNC_DATABASE_URL" in said
    assert "Traceback" not in said
    assert "secret-word" not in said


def test_it_says_which_version_it_is(tmp_path: Path) -> None:
    """Exit 0."""
    code, said = begun_anew("--version", tmp_path)

    assert (code, said) == (0, "client-sync 1.0.0\n")


def test_what_is_written_is_for_its_owner_only(tmp_path: Path) -> None:
    """Whatever the umask was; so is what an earlier version left readable for all in the same folder."""
    folder = tmp_path / "data"
    (folder / "logs").mkdir(parents=True)
    (folder / "logs").chmod(0o755)
    (folder / "client-sync.sqlite").touch()
    (folder / "client-sync.sqlite").chmod(0o644)

    for data in (folder, tmp_path / "new" / "data"):
        done = subprocess.run(
            [PROGRAM, "why", "f-1", "c-1"],
            env=environment(data),
            cwd=tmp_path,
            preexec_fn=lambda: os.umask(0o022) and None,
            capture_output=True,
            timeout=PATIENCE_SECONDS,
            check=False,
        )
        assert done.returncode == 1
        assert b"do not show all of the log yet" in done.stderr
        for path in data.rglob("*"):
            assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path
    assert stat.S_IMODE((tmp_path / "new" / "data").stat().st_mode) == 0o700

"""What is wrong is named before anything starts, with what to do about it."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.up.commands import free_ports, refused

WRONG = {
    "HTTP_PORT": "eighty",
    "KAFKA_BOOTSTRAP": "nowhere",
    "PARTITIONS": "0",
    "QBO_WEBHOOK_VERIFIERS": " ,",
    "CANOPY_BASE_URL": "canopy.example",
    "DATABASE_URL": "mysql://user:secret-word@example/db",
}
NOBODY = "127.0.0.1:1"


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that somebody else listens on."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


def test_wrong_settings_are_named_all_at_once(tmp_path: Path) -> None:
    """Exit 2, a line for each with what was expected, and no value repeated: some are secrets."""
    code, said = refused("up", tmp_path, **WRONG)

    assert code == 2
    for name in WRONG:
        assert f"CLIENT_SYNC_{name}: " in said
    assert "host:port" in said
    assert "secret-word" not in said
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", ["worker", "gateway"])
def test_each_process_names_a_wrong_setting(tmp_path: Path, command: str) -> None:
    """Alone, as in production, a process says the same."""
    code, said = refused(command, tmp_path, QBO_BASE_URL="ftp://books")

    assert code == 2
    assert "CLIENT_SYNC_QBO_BASE_URL: expected an address" in said


@pytest.mark.parametrize("setting", ["KAFKA_PORT", "HTTP_PORT", "QBO_PORT", "CANOPY_PORT", "WEBHOOK_PORT"])
def test_a_port_in_use_is_named_with_its_setting(tmp_path: Path, taken: int, setting: str) -> None:
    """Exit 1, the port, and the setting that chooses another; nothing stays running, and no lock."""
    code, said = refused("up", tmp_path, **free_ports() | {setting: taken})

    assert code == 1
    assert f"Port {taken} is in use" in said
    assert f"CLIENT_SYNC_{setting}" in said
    assert not (tmp_path / "up.lock").exists()


def test_a_start_outside_the_sandbox_names_all_that_is_missing(tmp_path: Path) -> None:
    """Exit 2 before anything is opened or made; so is a name that is none of ours."""
    code, said = refused("gateway", tmp_path, SANDBOX="false", PARTITION="9")

    assert code == 2
    for name in ("KAFKA_BOOTSTRAP", "QBO_WEBHOOK_VERIFIERS", "CANOPY_BASE_URL", "CANOPY_TOKEN", "PARTITION"):
        assert f"CLIENT_SYNC_{name}: " in said
    assert "QBO_ACCESS_TOKEN" not in said
    assert list(tmp_path.iterdir()) == []

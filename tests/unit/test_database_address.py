"""A database is named as people name it, and never repeated: the address may hold a password."""

import pytest

from deploy.database_address import EXPECTED, database_address


@pytest.mark.parametrize(
    ("given", "spoken"),
    [
        ("postgresql://u:p%40ss@db:5432/sync", "postgresql+psycopg://u:p%40ss@db:5432/sync"),
        ("postgres://u@db/sync?sslmode=require", "postgresql+psycopg://u@db/sync?sslmode=require"),
        ("postgresql+psycopg://db/sync", "postgresql+psycopg://db/sync"),
        ("sqlite:///data/sync.sqlite", "sqlite+aiosqlite:///data/sync.sqlite"),
        ("sqlite+aiosqlite:////data/sync.sqlite", "sqlite+aiosqlite:////data/sync.sqlite"),
    ],
)
def test_each_way_to_write_it_is_taken(given: str, spoken: str) -> None:
    """The driver is ours to choose."""
    assert database_address(given) == spoken


@pytest.mark.parametrize(
    "given",
    [
        "mysql://u:secret-word@db/sync",
        "postgresql+asyncpg://u:secret-word@db/sync",
        "postgresql://u:secret-word@db:port/sync",
        "postgresql://u:secret-word@db",
        "secret-word",
    ],
)
def test_anything_else_is_refused_with_what_was_expected(given: str) -> None:
    """And without what was given."""
    with pytest.raises(ValueError, match="expected postgresql://") as refused:
        database_address(given)
    assert str(refused.value) == EXPECTED

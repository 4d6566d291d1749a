"""Reads the address of a database, as people write it, without ever repeating it: it may hold a password."""

EXPECTED = "expected postgresql://USER:PASSWORD@HOST:PORT/DATABASE or sqlite+aiosqlite:///FILE"
_AS_WE_SPEAK = {
    "postgres": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
    "postgresql+psycopg": "postgresql+psycopg",
    "sqlite": "sqlite+aiosqlite",
    "sqlite+aiosqlite": "sqlite+aiosqlite",
}


def database_address(given: str) -> str:
    """Give an address with the driver that is installed.

    Raises:
        ValueError: it is none that we speak to; the message says what was expected.
    """
    # Here, since each command reads the settings and most of them need no database: this takes a fifth of a second.
    from sqlalchemy import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        address = make_url(given)
    except (ArgumentError, ValueError):
        raise ValueError(EXPECTED) from None
    spoken = _AS_WE_SPEAK.get(address.drivername)
    if spoken is None or not address.database:
        raise ValueError(EXPECTED)
    return address.set(drivername=spoken).render_as_string(hide_password=False)

"""How a PostgreSQL server is reached, by libpq's own options behind the database's name: said outright, or nothing starts.

libpq's default (`prefer`) encrypts where the server offers it and goes on in clear where it doesn't, without a word.
"""

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

EXPECTED_MODE = (
    "expected `?sslmode=verify-full` behind the database's name, or `?sslmode=disable` where nobody else can listen on the way; "
    "unless it is said, what is sent may go in clear"
)
EXPECTED_OPTIONS = "expected options that libpq knows behind the database's name, each once, such as sslmode=verify-full and sslrootcert=FILE"
SAID = frozenset({"disable", "require", "verify-ca", "verify-full"})
MODES = SAID | {"allow", "prefer"}
FILES = ("sslrootcert", "sslcert", "sslkey")
OF_THE_SYSTEM = "system"
"""In place of a file: the authorities that the system trusts."""


def wrong_way(address: str, *, sandbox: bool) -> str | None:
    """Say what is wrong with the way to a database, without any of its address; None: nothing, or it is no server."""
    # Here for the reason of database_address.py.
    from sqlalchemy import make_url

    url = make_url(address)
    if url.get_backend_name() != "postgresql":
        return None
    options = {name: value for name, value in url.query.items() if isinstance(value, str)}
    if len(options) < len(url.query) or not _known(options):
        return EXPECTED_OPTIONS
    mode = options.get("sslmode") or os.environ.get("PGSSLMODE", "")
    if mode not in MODES | {""}:
        return f"expected an sslmode of libpq: {', '.join(sorted(MODES))}"
    unusable = [name for name in FILES if not _usable(options.get(name, OF_THE_SYSTEM))]
    if unusable:
        return f"expected a file that can be read behind {' and '.join(unusable)}"
    if not sandbox and mode not in SAID and not _on_this_machine(url.host, options):
        return EXPECTED_MODE
    return None


def _known(options: Mapping[str, str]) -> bool:
    from psycopg import ProgrammingError
    from psycopg.conninfo import make_conninfo

    try:
        make_conninfo("", **options)
    except ProgrammingError:
        return False
    return True


def _usable(file: str) -> bool:
    return file == OF_THE_SYSTEM or os.access(Path(file), os.R_OK)


def _on_this_machine(host: str | None, options: Mapping[str, str]) -> bool:
    from deploy.settings import is_loopback

    hosts = options.get("host") or host or os.environ.get("PGHOST", "")
    return all(_is_socket(each) or is_loopback(each) for each in _each(hosts))


def _each(hosts: str) -> Iterable[str]:
    return (host.strip() for host in hosts.split(","))


def _is_socket(host: str) -> bool:
    return not host or host.startswith(("/", "@"))

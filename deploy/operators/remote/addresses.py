"""Where a gateway has what is asked for, after its own address."""

from collections.abc import Mapping
from urllib.parse import quote, urlencode


def firm_path(firm: str) -> str:
    """Give the address of what is about a firm."""
    return f"/api/v1/firms/{quote(firm, safe='*')}"


def client_path(firm: str, client: str) -> str:
    """Give the address of a client."""
    return f"{firm_path(firm)}/clients/{quote(client, safe='')}"


def with_query(path: str, query: Mapping[str, object] | None) -> str:
    """Add what is asked; None is left out."""
    named = {name: value for name, value in (query or {}).items() if value is not None}
    return f"{path}?{urlencode(named)}" if named else path

"""Whom a dead letter is about, as far as its bytes say, so that nobody is shown or sent what was erased since."""

from collections.abc import Iterator
from typing import Any

import orjson

from domain.bounds import too_deep
from domain.ids import ClientId, CustomerId, FirmId, RowKey, customer_key, link_key

_ROWS = ("link/", "customer/")


def rows_named(value: bytes, firm: str | None) -> frozenset[RowKey]:
    """Name the rows of the clients and customers whose ids stand in a letter. `firm`: its own, where the event names none."""
    try:
        parsed = orjson.loads(value)
    except orjson.JSONDecodeError:
        return frozenset()
    if too_deep(parsed) or not isinstance(parsed, dict):
        return frozenset()
    told = parsed.get("firmid")
    whose = told if isinstance(told, str) else firm
    return frozenset(_rows(parsed, FirmId(whose))) if whose is not None else frozenset()


def _rows(place: Any, firm: FirmId) -> Iterator[RowKey]:
    if isinstance(place, list):
        for each in place:
            yield from _rows(each, firm)
    elif isinstance(place, dict):
        if place.get("kind") == "customer" and isinstance(place.get("id"), str):
            yield customer_key(firm, CustomerId(place["id"]))  # who has a name that somebody else wanted
        for name, value in place.items():
            if isinstance(value, str):
                yield from _row(name, value, firm)
            else:
                yield from _rows(value, firm)


def _row(name: str, id_: str, firm: FirmId) -> Iterator[RowKey]:
    if name in ("subject", "key") and id_.startswith(_ROWS):
        yield RowKey(id_)
    elif name in ("subject", "client_id"):
        yield link_key(firm, ClientId(id_))
    elif name == "customer_id":
        yield customer_key(firm, CustomerId(id_))

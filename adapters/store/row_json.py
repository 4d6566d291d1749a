"""Rows as JSON in a column, and back."""

from typing import Any

import orjson
from pydantic import TypeAdapter

from domain.firm_rows import AllFirmsRow, FirmRow
from domain.rows import CustomerRow, LinkRow, Row, Tombstone

_FIRM: TypeAdapter[FirmRow] = TypeAdapter(FirmRow)
_ALL: TypeAdapter[AllFirmsRow] = TypeAdapter(AllFirmsRow)
_LINK: TypeAdapter[LinkRow] = TypeAdapter(LinkRow)
_CUSTOMER: TypeAdapter[CustomerRow] = TypeAdapter(CustomerRow)


def row_json(row: Row | Tombstone) -> str:
    """Write a row."""
    return orjson.dumps(row, option=orjson.OPT_NON_STR_KEYS).decode()


def plain(value: object) -> Any:
    """Turn dataclasses, enumerations and times into what a JSON column takes."""
    return orjson.loads(orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS))


def any_row(key: str, json: str) -> Row:
    """Read a row by its key."""
    match key.partition("/")[0]:
        case "link":
            return link_row(json)
        case "customer":
            return customer_row(json)
        case "all":
            return all_row(json)
        case _:
            return firm_row(json)


def firm_row(json: str) -> FirmRow:
    """Read a firm's row."""
    return _FIRM.validate_json(json)


def all_row(json: str) -> AllFirmsRow:
    """Read what goes for all firms of a partition."""
    return _ALL.validate_json(json)


def link_row(json: str) -> LinkRow:
    """Read a client's row."""
    return _LINK.validate_json(json)


def customer_row(json: str) -> CustomerRow:
    """Read a customer's row."""
    return _CUSTOMER.validate_json(json)

"""The fields that are kept equal on both sides, and what stands in them."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Field(StrEnum):
    """A field that both Canopy and QuickBooks have; all others are never touched."""

    DISPLAY_NAME = "display_name"
    FIRST_NAME = "first_name"
    MIDDLE_NAME = "middle_name"
    LAST_NAME = "last_name"
    COMPANY_NAME = "company_name"
    EMAIL = "email"
    PHONE = "phone"
    MOBILE = "mobile"
    FAX = "fax"
    ADDRESS = "address"


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """A postal address, compared and sent as a whole: half of an old one and half of a new one is no address."""

    line1: str | None = None
    line2: str | None = None
    city: str | None = None
    region: str | None = None
    postal_code: str | None = None
    country: str | None = None


Value = str | Address | None
"""What stands in a field; None is an empty one."""

Values = Mapping[Field, Value]
"""Fields by name. In a snapshot an empty field is absent; in a write None says: clear it."""


def differing(left: Values, right: Values) -> tuple[Field, ...]:
    """Name the fields whose values are not the same, in the order of `Field`."""
    return tuple(field for field in Field if left.get(field) != right.get(field))


_NOTHING: Mapping[Field, Any] = {}


def nothing_by_field() -> Mapping[Field, Any]:
    """Give what stands in each row that has nothing there, one object for all: no row is changed in place."""
    return _NOTHING


def together(left: tuple[Field, ...], right: tuple[Field, ...]) -> tuple[Field, ...]:
    """Join two lists of fields, in the order of `Field`."""
    return tuple(field for field in Field if field in left or field in right)

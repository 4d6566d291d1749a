"""Where a list goes on: the sort key of the last entry shown, so that pages stay right while rows change."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64Error

import orjson

from adapters.store.text_column import storable
from domain.bounds import MOST_NUMBER

_MOST_PARTITIONS = 2**31 - 1


class WrongCursorError(ValueError):
    """A cursor that we did not give out."""


def cursor_of(*key: str | int) -> str:
    """Write a sort key as text that can stand in an address."""
    return urlsafe_b64encode(orjson.dumps(key)).decode().rstrip("=")


def text_key(cursor: str) -> tuple[str, str]:
    """Read a sort key of two texts.

    Raises:
        WrongCursorError: it is not one.
    """
    match _read(cursor):
        case [str() as first, str() as second]:
            return storable(first), storable(second)
    raise WrongCursorError(cursor)


def one_text(cursor: str) -> str:
    """Read a sort key of one text.

    Raises:
        WrongCursorError: it is not one.
    """
    match _read(cursor):
        case [str() as only]:
            return storable(only)
    raise WrongCursorError(cursor)


def number_key(cursor: str, length: int) -> tuple[int, ...]:
    """Read a sort key of whole numbers.

    Raises:
        WrongCursorError: it is not one, or of another length.
    """
    key = _read(cursor)
    if not isinstance(key, list) or len(key) != length or not all(_is_number(part) for part in key):
        raise WrongCursorError(cursor)
    return tuple(key)


def place_key(cursor: str) -> tuple[int, int]:
    """Read a place in a topic: partition and offset.

    Raises:
        WrongCursorError: it is none, or no column could hold the partition.
    """
    partition, offset = number_key(cursor, 2)
    if abs(partition) > _MOST_PARTITIONS:
        raise WrongCursorError(cursor)
    return partition, offset


def _is_number(part: object) -> bool:
    return type(part) is int and abs(part) <= MOST_NUMBER


def _read(cursor: str) -> object:
    try:
        return orjson.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (NotBase64Error, orjson.JSONDecodeError, ValueError) as wrong:
        raise WrongCursorError(cursor) from wrong

"""A point of the log as people name it: a client's version, a moment, or a place."""

import re
from dataclasses import dataclass
from datetime import datetime

from domain.bounds import MOST_NUMBER, moment

EXPECTED_PLACE = "a position such as p3:1289"
EXPECTED = f"a version such as 7, a time with its zone such as 2026-01-31T10:00:00Z, or {EXPECTED_PLACE}"

_VERSION = re.compile(r"[0-9]{1,19}", re.ASCII)
_PLACE = re.compile(r"p([0-9]{1,9}):(-?[0-9]{1,19})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Version:
    """The record that gave the client this version."""

    number: int


@dataclass(frozen=True, slots=True)
class Moment:
    """The last record that was told or asked for by then, and all that it was decided on."""

    time: datetime


@dataclass(frozen=True, slots=True)
class Place:
    """A record's own place."""

    partition: int
    offset: int


Point = Version | Moment | Place


def point_named(text: str) -> Point:
    """Read a point.

    Raises:
        ValueError: it is none; the message says what was expected.
    """
    if _VERSION.fullmatch(text) and int(text) <= MOST_NUMBER:
        return Version(int(text))
    if (place := _PLACE.fullmatch(text)) and abs(int(place[2])) <= MOST_NUMBER:
        return Place(int(place[1]), int(place[2]))
    try:
        return Moment(moment(text))
    except ValueError:
        raise ValueError(f"expected {EXPECTED}") from None

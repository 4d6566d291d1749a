"""QuickBooks writes times with the offset of the United States' Pacific coast, daylight saving included.

Whole seconds in MetaData, milliseconds in envelopes (recordings of 2013 to 2026).
"""

from datetime import UTC, datetime, timedelta, timezone

_STANDARD = timedelta(hours=-8)
_DAYLIGHT = timedelta(hours=-7)
_SUNDAY = 6


def pacific_seconds(moment: datetime) -> str:
    """Write an instant as MetaData does, e.g. `2026-08-31T12:11:06-07:00`."""
    return _pacific(moment).isoformat(timespec="seconds")


def pacific_milliseconds(moment: datetime) -> str:
    """Write an instant as envelopes do, e.g. `2026-09-01T03:00:00.123-07:00`."""
    return _pacific(moment).isoformat(timespec="milliseconds")


def offset_at(moment: datetime) -> timezone:
    """Say what the offset is at an instant."""
    # By rule, since not every machine has a time zone database: second Sunday of March, 2:00 standard time, to first
    # Sunday of November, 2:00 daylight time.
    moment = moment.astimezone(UTC)
    begin = datetime(moment.year, 3, _sunday(moment.year, 3, 2), 2, tzinfo=timezone(_STANDARD))
    end = datetime(moment.year, 11, _sunday(moment.year, 11, 1), 2, tzinfo=timezone(_DAYLIGHT))
    return timezone(_DAYLIGHT if begin <= moment < end else _STANDARD)


def _pacific(moment: datetime) -> datetime:
    return moment.astimezone(offset_at(moment))


def _sunday(year: int, month: int, which: int) -> int:
    first = 1 + (_SUNDAY - datetime(year, month, 1, tzinfo=UTC).weekday()) % 7
    return first + 7 * (which - 1)

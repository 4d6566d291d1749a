"""The time of day, written as the stand-ins write it."""

from datetime import UTC, datetime


def utc_now() -> datetime:
    """Say what time it is, in UTC."""
    return datetime.now(UTC)


def iso_milliseconds(moment: datetime) -> str:
    """Write an instant as UTC with three digits of a second, e.g. `2026-11-23T10:00:00.000Z`."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")

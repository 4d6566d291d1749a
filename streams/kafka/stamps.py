"""Reads Kafka's stamps: a producer may set them, so they are bounded like all that comes in, wherever a record is read."""

from datetime import UTC, datetime

from domain.bounds import within


def stamped(seconds: float) -> datetime:
    """Give a record's time; one that nobody can mean, or none, is now."""
    try:
        return within(datetime.fromtimestamp(seconds, UTC))
    except (ValueError, OverflowError, OSError):
        return datetime.now(UTC)

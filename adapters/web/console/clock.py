"""Times as people say them, in the time zone of who looks."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

MOMENT = timedelta(seconds=45)


@dataclass(frozen=True, slots=True)
class Clock:
    """What time it is for who looks at a page."""

    now: datetime
    zone: tzinfo = UTC

    def ago(self, then: datetime) -> str:
        """Say how long ago something was; beyond a week, on which day."""
        passed = self.now - _with_zone(then)
        if passed < MOMENT:
            return "just now"
        if passed < timedelta(hours=1):
            return f"{max(1, round(passed / timedelta(minutes=1)))} min ago"
        if passed < timedelta(days=1):
            return f"{round(passed / timedelta(hours=1))} h ago"
        if passed < timedelta(days=7):
            return f"{round(passed / timedelta(days=1))} d ago"
        return self.date(then)

    def date(self, then: datetime) -> str:
        """Name a day: Nov 23, 2026."""
        local = self.local(then)
        return f"{local:%b} {local.day}, {local.year}"

    def day(self, then: datetime) -> str:
        """Name a day for the head of a group: Today, Yesterday, Monday, November 23."""
        local, today = self.local(then).date(), self.local(self.now).date()
        if local == today:
            return "Today"
        if local == today - timedelta(days=1):
            return "Yesterday"
        year = "" if local.year == today.year else f", {local.year}"
        return f"{local:%A}, {local:%B} {local.day}{year}"

    def time(self, then: datetime) -> str:
        """Say the time of day: 2:05 PM."""
        local = self.local(then)
        return f"{local.hour % 12 or 12}:{local:%M} {'AM' if local.hour < 12 else 'PM'}"  # noqa: PLR2004

    def second(self, then: datetime) -> str:
        """Say the time of day to the second: 2:05:09 PM; with the day, where that is another one."""
        local = self.local(then)
        clock = f"{local.hour % 12 or 12}:{local:%M:%S} {'AM' if local.hour < 12 else 'PM'}"  # noqa: PLR2004
        return clock if self.day(then) == "Today" else f"{clock} on {self.date(then)}"

    def minute(self, then: datetime) -> str:
        """Say on which day something was, and at what time of it."""
        day = self.day(then)
        named = day.lower() if day in {"Today", "Yesterday"} else f"on {self.date(then)}"
        return f"{named} at {self.time(then)}"

    def whole(self, then: datetime) -> str:
        """Say day and time to the second, with the zone."""
        local = self.local(then)
        clock = f"{local.hour % 12 or 12}:{local:%M:%S} {'AM' if local.hour < 12 else 'PM'}"  # noqa: PLR2004
        return f"{self.date(then)}, {clock} {local:%Z}"

    def local(self, then: datetime) -> datetime:
        """Tell a time in the zone of who looks; in its own where the calendar ends. Rows of older versions hold such."""
        known = _with_zone(then)
        try:
            return known.astimezone(self.zone)
        except OverflowError:
            return known


def _with_zone(then: datetime) -> datetime:
    return then if then.tzinfo is not None else then.replace(tzinfo=UTC)


def zone_named(name: str | None) -> tzinfo:
    """Give the time zone that a browser names; UTC for one that nobody knows."""
    return ZoneInfo(name) if name in _known_zones() else UTC


@cache
def _known_zones() -> frozenset[str]:
    """List them once: each time, it would look through hundreds of files."""
    return frozenset(available_timezones())

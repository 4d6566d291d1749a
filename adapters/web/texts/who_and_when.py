"""Names of people and days in sentences, where the zone of who reads them is not known."""

from collections.abc import Mapping
from datetime import UTC, datetime

from domain.ids import OURSELVES

_SYSTEMS = {OURSELVES: "Client sync", "system:api": "An integration"}


def who(actor: str | None) -> str:
    """Name who did something, as far as the log does: people by their ids."""
    if actor is None:
        return "Somebody"
    if actor in _SYSTEMS:
        return _SYSTEMS[actor]
    name = actor.partition(":")[2] or actor
    return name.capitalize() if name.isalpha() and name.islower() else name


def who_of(facts: Mapping[str, str]) -> str | None:
    """Name who did what a refusal tells of; None: it does not say."""
    return who(facts["actor"]) if "actor" in facts else None


def day_of(facts: Mapping[str, str]) -> str | None:
    """Name the day since when it is so, in UTC: Nov 23, 2026. None: the facts do not say, or not as a time."""
    try:
        then = datetime.fromisoformat(facts.get("since", "")).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return f"{then:%b} {then.day}, {then.year}"

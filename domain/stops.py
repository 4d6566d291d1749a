"""A partition whose log holds what can't be read stands still, and no other does: where, why, and what a person can do.

Going on without the record would decide on rows, or show rows, that are not what the log says.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never


class StopReason(StrEnum):
    """Why nobody can go on: the last is a gateway's alone, whose tables can't hold what a worker could read."""

    NEWER_SCHEMA = "newer_schema"
    UNREADABLE = "unreadable"
    CANNOT_BE_SHOWN = "cannot_be_shown"


@dataclass(frozen=True, slots=True)
class Stop:
    """One partition of `sync.log`, and the record before which it stands. `detail`: never a client's value."""

    partition: int
    offset: int
    reason: StopReason
    detail: str

    @property
    def what_to_do(self) -> str:
        """Say how it goes on."""
        match self.reason:
            case StopReason.NEWER_SCHEMA:
                return "Start the newer version again: this one does not know what it wrote."
            case StopReason.UNREADABLE:
                return (
                    "Look who may write to sync.log. Bring the log back as it was before this record, or start a version "
                    "that can read it; then start workers and gateways again."
                )
            case StopReason.CANNOT_BE_SHOWN:
                return (
                    "Workers go on. Start a gateway that can show the record; this one logs what went wrong."
                )
            case _:
                assert_never(self.reason)

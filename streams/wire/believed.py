"""What lies in `sync.log`, and whether it is to be believed: a record is, only at the offset that it claims.

Whoever reads the log stands on this: the worker, which folds a partition before it decides, and those who follow it for
good (projector, gateways, operators).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from domain.stops import Stop
from streams.wire.records import LogRecord, check_schema, claimed, decode
from streams.wire.unreadable import UnreadableRecordError


class Lying(Protocol):
    """A record as it lies in the log."""

    @property
    def partition(self) -> int:
        """The partition."""

    @property
    def offset(self) -> int:
        """Where in it."""

    @property
    def key(self) -> bytes | None:
        """Its key."""

    @property
    def value(self) -> bytes | None:
        """Its value."""


@dataclass(frozen=True, slots=True)
class Unread:
    """What lies at one offset, as JSON and no more. `event` None: it is not to be believed."""

    partition: int
    offset: int
    key: bytes | None
    value: bytes
    event: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class Found:
    """What lies at one offset. `record` None: it is not to be believed."""

    partition: int
    offset: int
    key: bytes | None
    record: LogRecord | None


def judge(message: Lying) -> Unread:
    """Believe a record where it claims to lie; elsewhere a writer appended behind somebody it did not know of.

    Its place is looked at first: what nobody believes may hold whatever it likes.

    Raises:
        UnreadableRecordError: it lies where it claims to, and a newer version wrote it.
    """
    event = claimed(message.value, message.offset)
    if event is not None:
        try:
            check_schema(event)
        except UnreadableRecordError as wrong:
            raise UnreadableRecordError(str(wrong), wrong.reason, message.offset) from wrong
    return Unread(message.partition, message.offset, message.key, message.value or b"", event)


def found_in(message: Lying) -> Found:
    """Read a record that is to be believed.

    Raises:
        UnreadableRecordError: it can't be read.
    """
    return decoded(judge(message))


def decoded(unread: Unread) -> Found:
    """Read what was judged.

    Raises:
        UnreadableRecordError: it is to be believed, and can't be read.
    """
    record = decode(unread.event) if unread.event is not None else None
    return Found(unread.partition, unread.offset, unread.key, record)


def found_before_a_stop(messages: Sequence[Lying]) -> tuple[list[Found], Stop | None]:
    """Read records of one partition up to the first that can't be read, which is its stop."""
    found: list[Found] = []
    for message in messages:
        try:
            found.append(found_in(message))
        except UnreadableRecordError as wrong:
            return found, Stop(message.partition, message.offset, wrong.reason, str(wrong))
    return found, None

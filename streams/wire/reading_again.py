"""Reads a dead letter again, by the code that a worker reads its input topics with: would it be parked once more?"""

from dataclasses import dataclass
from datetime import datetime

import orjson

from domain.bounds import FIRM, too_deep
from domain.ids import FirmId
from domain.inputs import Intent
from domain.intent_memory import is_stale
from domain.letters import EDITED_FROM, Copy, LetterPlace, Misfit, NotEditableError, Original, Reading
from streams.wire.inputs import INTENT, Message, ReadClient, UnreadableInputError, partition_of, read_input
from streams.wire.topics import CLIENT_EVENTS, INPUTS, INTENTS

EDITABLE = (CLIENT_EVENTS, INTENTS)


@dataclass(frozen=True, slots=True)
class Source:
    """Where a letter lay before it was one."""

    topic: str
    partition: int

    @property
    def is_editable(self) -> bool:
        """Whether somebody may write there in another's place."""
        return self.topic.endswith(EDITABLE)


def source_in(named: str, prefix: str = "") -> Source | None:
    """Read the source of a letter; None: it came by no topic of inputs."""
    topic, _, place = named.partition("/")
    partition, _, offset = place.partition("/")
    if topic not in {prefix + name for name in INPUTS} or not (partition.isdecimal() and offset.isdecimal()):
        return None
    return Source(topic, int(partition))


class InputsAgain:
    """Reads letters that came by a topic of inputs."""

    def __init__(self, partitions: int, read_client: ReadClient) -> None:
        self._partitions = partitions
        self._read_client = read_client

    def read(self, original: Original, source: Source, now: datetime) -> Reading:
        """Read the bytes as they are: under their own key, and in the partition where they belong."""
        return self._read(original.value, original.key, source, now)

    def read_edited(
        self, original: Original, source: Source, event: str, actor: str, now: datetime
    ) -> Reading:
        """Read a message that takes a letter's place: under an id of its own, with the letter's name in it.

        Raises:
            NotEditableError: it came by a topic of which nobody may write but who knows.
        """
        if not source.is_editable:
            raise NotEditableError
        value = edited(event, original.place, actor, now)
        firm = firm_in(value)
        return self._read(value, original.key if firm is None else firm.encode(), source, now)

    def _read(self, value: bytes, key: bytes | None, source: Source, now: datetime) -> Reading:
        partition = self._partition(value, key, source)
        message = Message(
            topic=source.topic, partition=partition, offset=0, key=key, value=value or None, at=now
        )
        try:
            given, cause = read_input(message, self._partitions, self._read_client)
        except UnreadableInputError as wrong:
            return Reading(misfit=Misfit(reason=wrong.reason, detail=wrong.detail))
        except Exception as wrong:  # noqa: BLE001  (a worker parks it, whatever is raised)
            name = type(wrong).__name__
            return Reading(misfit=Misfit(reason="handling_failed", detail=f"reading it raises {name}"))
        copy = Copy(
            topic=source.topic, partition=partition, key=key, value=value, id=cause.id, firm=given.firm_id
        )
        too_old = cause.said_at is not None and is_stale(cause.said_at, now)
        return Reading(copies=(copy,), once=isinstance(given, Intent), too_old=too_old)

    def _partition(self, value: bytes, key: bytes | None, source: Source) -> int:
        """Say where it belongs: with its firm, as far as one can be read; else where it lay."""
        firm = firm_in(value) or (key or b"").decode(errors="replace")
        return partition_of(firm, self._partitions) if FIRM.holds(firm) else source.partition


def firm_in(value: bytes) -> FirmId | None:
    """Give the firm that a message names, if it can be read so far."""
    try:
        event = orjson.loads(value)
    except orjson.JSONDecodeError:
        return None
    firm = event.get("firmid") if isinstance(event, dict) else None
    return FirmId(firm) if isinstance(firm, str) and FIRM.holds(firm) else None


def edited(text: str, place: LetterPlace, actor: str, now: datetime) -> bytes:
    """Make a message of its own of an edited event. What it asks for is asked for by who edited it, now.

    What is no JSON object stays as it is: its reader says what was expected.
    """
    written = text.encode(errors="backslashreplace")
    try:
        event = orjson.loads(written)
    except orjson.JSONDecodeError:
        return written
    if not isinstance(event, dict) or too_deep(event):
        return written
    kind = event.get("type")
    event |= {"id": f"edited-{place}", EDITED_FROM: str(place)}
    if isinstance(kind, str) and kind.startswith(INTENT):
        event |= {"actor": actor, "time": now.isoformat()}
    return orjson.dumps(event)

"""The topics and the log, as far as Kafka's promises go: what is written stays, in its order."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from domain.decision import Decision
from domain.ids import EffectId
from domain.inputs import Cause, Input

EVENTS, NOTIFICATIONS = "canopy.client-events", "qbo.notifications"
INTENTS, OUTCOMES = "sync.intents", "sync.outcomes"
TOPICS = (EVENTS, NOTIFICATIONS, INTENTS, OUTCOMES)


@dataclass(frozen=True, slots=True)
class Message:
    """One input as it lies in its topic."""

    given: Input
    cause: Cause


@dataclass(slots=True)
class Topic:
    """One partition of an input topic."""

    name: str
    messages: list[Message] = field(default_factory=list)

    def write(
        self,
        given: Input,
        at: datetime,
        name: str,
        actor: str | None,
        cause: str | None,
        said_at: datetime | None = None,
    ) -> Message:
        """Append a message; Kafka stamps it."""
        offset = len(self.messages)
        stamp = Cause(
            topic=self.name,
            partition=0,
            offset=offset,
            id=name,
            at=at,
            actor=actor,
            cause=cause,
            said_at=said_at,
        )
        self.messages.append(Message(given, stamp))
        return self.messages[-1]


@dataclass(frozen=True, slots=True)
class Entry:
    """One decision's record batch: where it lies, and where its writer thought that it would.

    `started`: the effects of which the decision heard that they may have begun.
    """

    lies: int
    claims: int
    decision: Decision
    cause: Cause
    positions: Mapping[str, int]
    started: tuple[EffectId, ...]

    @property
    def believed(self) -> bool:
        """Readers believe only what lies where it claims to."""
        return self.lies == self.claims


@dataclass(slots=True)
class Log:
    """One partition of `sync.log`."""

    entries: list[Entry] = field(default_factory=list)
    end: int = 0

    def append(
        self,
        claims: int,
        decision: Decision,
        cause: Cause,
        positions: Mapping[str, int],
        started: Iterable[EffectId],
    ) -> Entry:
        """Append a batch, wherever the log ends now."""
        entry = Entry(self.end, claims, decision, cause, positions, tuple(started))
        self.entries.append(entry)
        self.end += len(decision.rows)
        return entry

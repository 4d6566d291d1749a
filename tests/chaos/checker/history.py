"""What a run left behind, as plain values, and what a rule says about it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

LOG = "sync.log"
DEAD_LETTERS = "sync.dead-letters"
CLIENT_EVENTS = "canopy.client-events"
NOTIFICATIONS = "qbo.notifications"
INTENTS = "sync.intents"
OUTCOMES = "sync.outcomes"
INPUTS = (CLIENT_EVENTS, NOTIFICATIONS, INTENTS, OUTCOMES)

PERSON = "person-"
"""Idempotency keys of the load begin so: it uses Canopy's API like anybody, and must not be taken for the engine."""

Place = tuple[str, int, int]
"""Topic, partition, offset."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One record of a topic. `time` in milliseconds since the epoch, as the broker gives it."""

    topic: str
    partition: int
    offset: int
    time: int
    key: str | None
    value: bytes | None
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def place(self) -> Place:
        """Where it lies."""
        return self.topic, self.partition, self.offset


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One entry of a stand-in's ledger. Times in milliseconds: when it was received, and when it was answered. `status` None: unanswered.

    `changed`: the ids of what it changed.
    """

    side: Literal["quickbooks", "canopy"]
    n: int
    time: float
    finished: float | None = None
    tenant: str
    method: str
    path: str
    request_id: str | None
    body: Any
    status: int | None
    committed: bool
    changed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """All that is judged. `customers` by realm and id, `clients` by firm and id, as their own side holds them.

    `woken`: when paused workers were resumed, in milliseconds. `ends`: how long each partition of the log was seen to
    be meanwhile. `intents`: the ids of those that Kafka acknowledged. `arrived`: realm and id of the customers that
    people made in QuickBooks once it was connected.
    """

    log: tuple[Message, ...] = ()
    inputs: tuple[Message, ...] = ()
    dead_letters: tuple[Message, ...] = ()
    requests: tuple[Request, ...] = ()
    customers: Mapping[tuple[str, str], Mapping[str, Any]] = field(default_factory=dict)
    clients: Mapping[tuple[str, str], Mapping[str, Any]] = field(default_factory=dict)
    woken: tuple[float, ...] = ()
    ends: Mapping[int, int] = field(default_factory=dict)
    intents: tuple[str, ...] = ()
    arrived: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """A sentence that should be true and is not, and where to look."""

    rule: str
    what: str
    facts: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        facts = ", ".join(f"{name}={value}" for name, value in self.facts.items())
        return f"{self.rule} {self.what} [{facts}]"


@dataclass(slots=True)
class Finding:
    """What rules found wrong, and what they counted on the way: a rule that counts nothing saw nothing."""

    violations: list[Violation] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    def __add__(self, other: Finding) -> Finding:
        return Finding(self.violations + other.violations, self.counts + other.counts)

    def violation(self, rule: str, what: str, **facts: object) -> None:
        """Note one more."""
        self.violations.append(Violation(rule=rule, what=what, facts=facts))

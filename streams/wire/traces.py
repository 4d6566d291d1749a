"""Where an input, a decision and an effect stand in a trace (docs/adr/0007-traces-follow-the-cause.md).

Places are hashes of names that lie in Kafka, so nothing is handed on in memory: whoever carries a chain on, in another
process or after a crash, finds the same places. The one thing written down is the W3C `traceparent` in our outcomes.
"""

import re
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Literal, Protocol

from domain.decision import Decision
from domain.effects import Effect
from domain.ids import EffectId, RowKey
from domain.inputs import Cause, Input
from domain.outcomes import Result

TRACEPARENT = "traceparent"
"""The W3C's name for it, as an extension attribute of CloudEvents and as a header."""

_SHAPE = re.compile(r"(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(-.*)?")


@dataclass(frozen=True, slots=True)
class Place:
    """One span of one trace. Not `sampled`: whoever began the trace does not record it, so neither do we."""

    trace: int
    span: int
    sampled: bool = True

    def __str__(self) -> str:
        return f"00-{self.trace:032x}-{self.span:016x}-{int(self.sampled):02x}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Something that took its time, and is over. `facts` are ids and words of ours, never a client's values."""

    at: Place
    parent: int | None
    name: str
    kind: Literal["consumer", "internal"] = "internal"
    begun: datetime
    ended: datetime
    facts: Mapping[str, str | int]


class Spans(Protocol):
    """Where spans go."""

    def record(self, *spans: Span) -> None:
        """Pass spans on, soon and not now."""

    def within(self, place: Place) -> AbstractContextManager[None]:
        """Let what adapters do meanwhile stand below this place."""


def place_named(traceparent: object) -> Place | None:
    """Read a traceparent as the W3C writes it; None if it is none."""
    found = _SHAPE.fullmatch(traceparent) if isinstance(traceparent, str) else None
    if found is None:
        return None
    return Place(int(found[1], 16), int(found[2], 16), sampled=bool(int(found[3], 16) & 1))


def place_of_effect(effect: EffectId, cause: Cause | None) -> Place:
    """Say where an effect stands: in the trace of the input that planned it, if the log still says which."""
    name = f"effect/{effect}"
    return _in_trace_of(cause, name) if cause is not None else Place(_hash(name, 16), _hash(name, 8))


def spans_of_decision(
    cause: Cause, given: Input, decision: Decision, begun: datetime, ended: datetime
) -> tuple[Span, Span]:
    """Tell of an input, from Kafka's stamp on, and of the decision about it."""
    before = place_named(cause.trace)
    received = _in_trace_of(cause, _name("input", cause))
    about = decision.rows[0]
    return (
        Span(
            at=received,
            parent=before.span if before is not None else None,
            name=f"process {cause.topic}",
            kind="consumer",
            begun=cause.at,
            ended=ended,
            facts={
                "messaging.system": "kafka",
                "messaging.destination.name": cause.topic,
                "messaging.destination.partition.id": str(cause.partition),
                "messaging.kafka.offset": cause.offset,
                "cloudevents.event_id": cause.id,
                "client_sync.cause": cause.cause or "",
            },
        ),
        Span(
            at=_decided(cause),
            parent=received.span,
            name=f"decide {type(given).__name__}",
            begun=begun,
            ended=ended,
            facts={
                "client_sync.key": about.key,
                "client_sync.version": about.version,
                "client_sync.verdict": decision.verdict.value,
                "client_sync.code": decision.code,
            },
        ),
    )


def span_of_effect(
    key: RowKey, effect: Effect, cause: Cause | None, result: Result, begun: datetime, ended: datetime
) -> Span:
    """Tell of an effect, from when its lane took it up until its outcome was reported."""
    return Span(
        at=place_of_effect(effect.id, cause),
        parent=_decided(cause).span if cause is not None else None,
        name=f"effect {effect.kind}",
        begun=begun,
        ended=ended,
        facts={
            "client_sync.key": key,
            "client_sync.effect": effect.id,
            "client_sync.outcome": result.kind,
        },
    )


def _decided(cause: Cause) -> Place:
    return _in_trace_of(cause, _name("decision", cause))


def _in_trace_of(cause: Cause, name: str) -> Place:
    before = place_named(cause.trace)
    if before is None:
        # By where it lies, since ids of events are unique for their producer only.
        return Place(_hash(_name("trace", cause), 16), _hash(name, 8))
    return Place(before.trace, _hash(name, 8), before.sampled)


def _name(what: str, cause: Cause) -> str:
    return f"{what}/{cause.topic}/{cause.partition}/{cause.offset}"


def _hash(name: str, size: int) -> int:
    return int.from_bytes(sha256(name.encode()).digest()[:size]) or 1  # 0 means none

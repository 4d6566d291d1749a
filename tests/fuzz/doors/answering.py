"""What a side answered is told to the engine, as a lane does it: written as an outcome, read again, and decided."""

import asyncio
from datetime import UTC, datetime, timedelta

from adapters.canopy.mapping import client_of
from domain.decide import decide
from domain.effects import Effect
from domain.ids import EffectId, RealmId, RowKey
from domain.outcomes import Deferred, Result
from domain.ports import StaleCopy, TryLater
from domain.rows import Row
from streams.kafka.outcome_writer import OutcomeWriter
from streams.wire.inputs import Message, read_input
from streams.wire.records import lines_of, records_of
from streams.wire.topics import OUTCOMES
from streams.wire.traces import Place, place_named
from tests.fuzz.door import must
from tests.fuzz.lives import HOME, Life, lives
from tests.fuzz.memory import PARTITIONS, MemoryProducer

PLACE = place_named("00-" + "a" * 32 + "-" + "b" * 16 + "-01")


class Told:
    """Tells the engine what came of effects that firms in the middle of their lives wait for."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._producer = MemoryProducer()
        self._outcomes = OutcomeWriter(self._producer)  # type: ignore[arg-type]
        self._waiting: dict[str, tuple[Life, Row, Effect]] = {
            effect.kind: (life, row, effect) for life in lives() for row, effect in life.pending()
        }

    def effect(self, kind: str) -> Effect:
        """Give one that is waited for."""
        return self._waiting[kind][2]

    def tell(self, kind: str, answer: Result | TryLater | StaleCopy) -> str:
        """Tell an answer to an effect of a kind; says what the engine made of it."""
        match answer:
            case StaleCopy():
                return "looked at again"
            case TryLater():
                seconds = answer.after_seconds or 0.0
                must(0 <= seconds <= 3600, f"asked to wait for {seconds} seconds")
                answer = Deferred(until=datetime.now(UTC) + timedelta(seconds=seconds), why=answer.why)
        life, row, effect = self._waiting[kind]
        return self._decided(life, row.firm_id, row.key, effect.id, answer)

    def _decided(self, life: Life, firm: str, key: RowKey, effect: EffectId, result: Result) -> str:
        assert isinstance(PLACE, Place)
        report = self._outcomes.report(firm, key, effect, result, RealmId("91301"), PLACE)  # type: ignore[arg-type]
        self._loop.run_until_complete(report)
        (sent,) = self._producer.take()
        at = datetime.now(UTC)
        message = Message(topic=OUTCOMES, partition=HOME, offset=10**6, key=sent.key, value=sent.value, at=at)
        given, cause = read_input(message, PARTITIONS, client_of)
        decision = decide(life.partition().table, given, cause, frozenset())
        must(decision is not None, "an answer that is waited for was not decided")
        assert decision is not None
        lines_of(records_of(decision, cause, len(life.lines), life.positions), HOME)
        return f"{result.kind}: {decision.verdict.value}"

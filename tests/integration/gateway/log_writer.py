"""Writes the log as the engine does: each record where it claims to lie, or, on purpose, elsewhere."""

from collections import defaultdict
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

from aiokafka import AIOKafkaProducer

from domain.codes import DecisionCode
from domain.decision import Change, Decision, Verdict
from domain.inputs import Cause
from domain.rows import Row
from streams.wire.inputs import partition_of
from streams.wire.records import encode, records_of
from streams.wire.topics import CLIENT_EVENTS, INTENTS, LOG

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)


class LogWriter:
    """The only writer of a test's log, so it knows where each record will lie."""

    def __init__(self, bootstrap: str, prefix: str, partitions: int) -> None:
        self._prefix = prefix
        self._partitions = partitions
        self._ends: defaultdict[int, int] = defaultdict(int)
        self._producer = AIOKafkaProducer(bootstrap_servers=bootstrap, acks="all", enable_idempotence=True)

    async def __aenter__(self) -> Self:
        await self._producer.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._producer.stop()

    async def decide(
        self,
        *rows: Row,
        verdict: Verdict = Verdict.APPLIED,
        code: DecisionCode = "client_created",
        input_id: str = "evt-1",
        topic: str = CLIENT_EVENTS,
        lies_by: int = 0,
        partition: int | None = None,
        changes: tuple[Change, ...] = (),
        batch: str | None = None,
        **facts: str,
    ) -> str:
        """Append a decision about `rows`, of one firm; gives the position behind it, as the API writes it.

        `lies_by`: how far from their place the records claim to be. `partition`: where what is of no one firm lies.
        """
        if partition is None:
            partition = partition_of(rows[0].firm_id, self._partitions)
        end = self._ends[partition]
        cause = Cause(
            topic=self._prefix + topic,
            partition=partition,
            offset=end,
            id=input_id,
            at=NOW,
            actor="user:dana",
            batch=batch,
        )
        decision = Decision(verdict=verdict, code=code, rows=rows, changes=changes, facts=facts)
        lot = self._producer.create_batch()
        for record in records_of(decision, cause, end + lies_by, {}):
            lot.append(key=record.row.key.encode(), value=encode(record, partition), timestamp=None)
        written = await (await self._producer.send_batch(lot, self._prefix + LOG, partition=partition))
        assert written.offset == end
        self._ends[partition] = end + len(rows)
        return f"p{partition}:{self._ends[partition]}"

    async def answer_intent(self, intent_id: str, *rows: Row, **decided: object) -> str:
        """Append the decision about an intent."""
        return await self.decide(*rows, input_id=intent_id, topic=INTENTS, **decided)  # type: ignore[arg-type]

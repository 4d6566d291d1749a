"""Asks the engine for something in an operator's name, and waits for the decision in the log itself.

Not in the read model: an operator may need this while no gateway runs.
"""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from uuid import uuid4

from deploy.kafka_servers import kafka_servers
from deploy.operators.decided import DECIDED_SECONDS, Decided, not_decided
from deploy.settings import Settings
from deploy.terminal import NotDecidedError
from deploy.way_to_engine import intents, operator
from domain.ids import ALL_FIRMS, FirmId, IntentId
from domain.inputs import Intent
from domain.stops import Stop
from streams.kafka.log_reader import LogReader
from streams.wire.inputs import partition_of
from streams.wire.records import LogRecord
from streams.wire.topics import LOG
from streams.worker.stop import PartitionStoppedError


def new_intent() -> IntentId:
    """Name an intent: at a terminal, asking twice is meant."""
    return IntentId(uuid4().hex)


async def ask(settings: Settings, intent: Intent) -> list[Decided]:
    """Ask, and give the decision; of what goes for all firms, that of each partition.

    Raises:
        NotDecidedError: not within some seconds.
        KafkaAwayError: it could not be taken in for certain.
    """
    async with LogReader(kafka_servers(settings), LOG) as log, intents(settings) as writer:
        partitions = await _partitions(settings, log, intent.firm_id)
        positions = await log.ends(partitions)
        await writer.submit(intent, operator(), datetime.now(UTC))
        try:
            async with asyncio.timeout(DECIDED_SECONDS):
                return await _decisions(log, positions, intent.intent_id)
        except TimeoutError:
            raise not_decided() from None


async def _partitions(settings: Settings, log: LogReader, firm: FirmId) -> tuple[int, ...]:
    if firm == ALL_FIRMS:
        return await log.partitions()
    return (partition_of(firm, settings.partitions),)


async def _decisions(log: LogReader, positions: Mapping[int, int], intent: IntentId) -> list[Decided]:
    decided: dict[int, Decided] = {}
    async for found in log.follow(positions):
        if isinstance(found, Stop):
            raise NotDecidedError(f"It is taken in, and nobody can decide it: {PartitionStoppedError(found)}")
        for each in found:
            if each.record is not None and each.record.input is not None and each.record.input.id == intent:
                decided.setdefault(each.partition, _decided(each.partition, each.record))
        if len(decided) == len(positions):
            break
    return [decided[partition] for partition in sorted(decided)]


def _decided(partition: int, record: LogRecord) -> Decided:
    return Decided(
        verdict=record.verdict, code=record.code, facts=record.facts, partition=partition, at=record.at
    )

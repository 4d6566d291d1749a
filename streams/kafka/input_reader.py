"""Reads inputs of one partition beside the consumer group, which passes over what lies there."""

from collections.abc import AsyncGenerator

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition

from streams.kafka.opening import opened
from streams.kafka.servers import Servers, reached
from streams.kafka.stamps import stamped
from streams.wire.inputs import Message
from streams.wire.traces import TRACEPARENT


async def inputs_between(
    bootstrap: Servers, topic: str, number: int, first: int, end: int
) -> AsyncGenerator[Message, None]:
    """Read what lies from offset `first` up to before `end`; what retention or a transaction took is passed."""
    partition = TopicPartition(topic, number)
    async with opened(
        AIOKafkaConsumer(**reached(bootstrap), group_id=None, auto_offset_reset="earliest")
    ) as reader:
        begins = await reader.beginning_offsets([partition])
        reader.assign([partition])
        reader.seek(partition, max(first, begins[partition]))
        while await reader.position(partition) < end:
            found = await reader.getmany(partition, timeout_ms=500)
            for record in found.get(partition, ()):
                if record.offset < end:
                    yield message_of(record)


def message_of(record: ConsumerRecord[bytes, bytes]) -> Message:
    """Give a record of an input topic as the engine takes it."""
    trace = dict(record.headers or ()).get(TRACEPARENT)
    return Message(
        topic=record.topic,
        partition=record.partition,
        offset=record.offset,
        key=record.key,
        value=record.value,
        at=stamped(record.timestamp / 1000),
        trace=trace.decode(errors="replace") if trace is not None else None,
    )

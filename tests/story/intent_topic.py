"""What lies in `sync.intents` of one firm, read and produced again as an operator does with kcat."""

from typing import Any

import orjson
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, RecordsToDelete

from streams.wire.inputs import partition_of
from streams.wire.topics import INTENTS
from tests.story.company import Company


async def intents(company: Company) -> list[dict[str, Any]]:
    """Read what the firm's people asked for, the oldest first."""
    place = _place(company)
    async with AIOKafkaConsumer(bootstrap_servers=company.stack.bootstrap, group_id=None) as reader:
        reader.assign([place])
        await reader.seek_to_beginning(place)
        end = (await reader.end_offsets([place]))[place]
        found: list[dict[str, Any]] = []
        while await reader.position(place) < end:
            for records in (await reader.getmany(place, timeout_ms=500)).values():
                found += [orjson.loads(record.value) for record in records]
    return [event for event in found if event["firmid"] == company.firm]


async def produce(company: Company, event: dict[str, Any]) -> None:
    """Write an intent, perhaps not for the first time."""
    async with AIOKafkaProducer(bootstrap_servers=company.stack.bootstrap) as producer:
        await producer.send_and_wait(INTENTS, orjson.dumps(event), key=company.firm.encode())


async def delete_all(company: Company) -> None:
    """Delete what lies in the firm's partition, as retention does one day."""
    place = _place(company)
    admin = AIOKafkaAdminClient(bootstrap_servers=company.stack.bootstrap)
    await admin.start()
    try:
        async with AIOKafkaConsumer(bootstrap_servers=company.stack.bootstrap, group_id=None) as reader:
            end = (await reader.end_offsets([place]))[place]
        await admin.delete_records({place: RecordsToDelete(before_offset=end)})
    finally:
        await admin.close()


def _place(company: Company) -> TopicPartition:
    return TopicPartition(INTENTS, partition_of(company.firm, 8))
